"""Whether a ZIP is whole and whose: for anybody, without an account."""

from flask import request
from werkzeug.wrappers import Response

from core.toolkit import organisation_names, public, reading
from plugins.monitoring.dossier.parcel import BadParcel
from plugins.monitoring.forms.dossier import VerifyForm
from plugins.monitoring.services import bundles, signing
from plugins.monitoring.views.blueprint import blueprint, page


@blueprint.route("/verify", methods=["GET", "POST"])
@public
def verify_dossier() -> Response:
    """Compare a ZIP with what was signed; nothing of it is kept."""
    form = VerifyForm()
    if request.method == "GET" or not form.validate():
        return page("verify.html", 422 if form.errors else 200, form=form)
    try:
        verdict = bundles.verify(reading(), form.file.data.stream)
    except BadParcel:
        return page("verify.html", form=form, broken=True)
    return page("verify.html", form=form, verdict=verdict)


@blueprint.get("/keys")
@public
def signing_keys() -> Response:
    """The public keys of the organisations, and how to check without us."""
    keys = signing.published(reading())
    names = organisation_names(reading(), {key.organisation_id for key in keys}, "ru")
    rows = [
        {
            "organisation": names.get(key.organisation_id, ""),
            "key": key,
            "fingerprint": signing.fingerprint(key),
            "line": signing.signer_line(key),
        }
        for key in keys
    ]
    return page("keys.html", rows=rows)
