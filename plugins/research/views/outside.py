"""People without an account: they ask, confirm their address, and download through the link of their grant."""

from flask import abort, request
from werkzeug.wrappers import Response

from core.toolkit import GuardFailed, language, new_id, now, platform, public, reading, transaction
from plugins.research import agreement, policy
from plugins.research.formats import citing
from plugins.research.forms.access import OutsideForm
from plugins.research.language import lazy_gettext
from plugins.research.lifecycle import SHOWN
from plugins.research.models import Request, Version
from plugins.research.services import access, downloads, finding, outsiders, showing
from plugins.research.views.blueprint import blueprint, page, refused
from plugins.research.views.catalogue import sent

LABELS = {
    "csv.zip": lazy_gettext("Download as CSV"),
    "parquet.zip": lazy_gettext("Download as Parquet"),
    "sav.zip": lazy_gettext("Download for SPSS"),
}


def _unlisted(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.route("/r/<slug>/<number>/request-by-mail", methods=["GET", "POST"])
@public
def ask_outside(slug: str, number: str) -> Response:
    """Ask without an account; what is answered does not depend on whose address it is."""
    found = finding.published(reading(), slug, number, states=SHOWN)
    if not outsiders.available(found):
        abort(404)
    form, text = OutsideForm(), agreement.text()
    if not form.again.data:
        form.again.data = str(new_id())
    shown = {
        "version": found,
        "form": form,
        "agreement": text,
        "outside": True,
        "mails": platform.settings.mail_url,
    }
    if request.method == "GET" or not form.validate():
        return page("ask.html", 422 if form.errors else 200, problems=[], **shown)
    try:
        with transaction() as session:
            mine = finding.published(session, slug, number, states=SHOWN)
            outsiders.ask(
                session, mine, form.number(), form.told(), text, language(), merges=bool(form.merges.data)
            )
    except GuardFailed as error:
        return page("ask.html", 422, problems=refused(error), **shown)
    return _step(found, "sent")


def _step(version: Version, step: str, status: int = 200, problems: list[str] | None = None) -> Response:
    return _unlisted(page("outside.html", status, version=version, step=step, problems=problems or []))


@blueprint.route("/confirm/<token>", methods=["GET", "POST"])
@public
def confirm(token: str) -> Response:
    """Confirm an address. Opening the link changes nothing: programs that read mail open links too."""
    found = outsiders.asking(reading(), token) or abort(404)
    if request.method == "GET":
        return _step(found.version, "confirmed" if found.request_id else "confirm")
    try:
        with transaction() as session:
            outsiders.confirm(session, outsiders.asking(session, token, lock=True) or abort(404))
    except GuardFailed as error:
        return _step(found.version, "confirm", 422, refused(error))
    return _step(found.version, "confirmed")


@blueprint.get("/granted/<token>")
@public
def granted(token: str) -> Response:
    """What was granted to whoever has this link: until when, how often, how to cite. Ended links are absent."""
    return _granted(outsiders.held(reading(), token) or abort(404), token)


def _granted(grant: Request, token: str, status: int = 200, problems: list[str] | None = None) -> Response:
    guest, session = access.Guest(request_id=grant.id), reading()
    record = showing.record(session, guest, grant.version)
    return _unlisted(
        page(
            "granted.html",
            status,
            grant=grant,
            version=grant.version,
            token=token,
            may_download=access.may(session, guest, grant.version, policy.DOWNLOAD),
            packages=downloads.DATA,
            labels=LABELS,
            apa=citing.apa(record, "ru"),
            gost=citing.gost(record, now().date()),
            problems=problems or [],
        )
    )


@blueprint.post("/granted/<token>/data/<any('csv.zip','parquet.zip','sav.zip'):name>")
@public
def granted_download(token: str, name: str) -> Response:
    """The data with their manifest, counted against the grant."""
    grant = outsiders.held(reading(), token) or abort(404)
    try:
        return _unlisted(sent(access.Guest(request_id=grant.id), grant.version, name))
    except GuardFailed as error:
        return _granted(grant, token, 422, refused(error))
