"""Consents after sending: what each source agrees to, and the way to take any of it back at once."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from core.toolkit import current_actor, needs, reading, transaction
from plugins.monitoring import rights
from plugins.monitoring.forms.consents import WithdrawForm
from plugins.monitoring.forms.work import MoveForm
from plugins.monitoring.language import gettext
from plugins.monitoring.services import aftermath, finding
from plugins.monitoring.services import consents as service
from plugins.monitoring.views.blueprint import blueprint, page
from plugins.monitoring.views.dossiers import do


@blueprint.route("/reports/<uuid:report_id>/consents/<uuid:source_id>", methods=["GET", "POST"])
@needs(rights.CONSENT_WITHDRAW)
def withdraw_consent(report_id: UUID, source_id: UUID) -> Response:
    """Take back some or all uses of what a source said; it acts when this is answered."""
    found = finding.report(reading(), current_actor(), report_id, rights.CONSENT_WITHDRAW)
    source, form = service.source_of(found, source_id), WithdrawForm()
    form.offer(source.consents)
    if request.method == "GET" or not form.validate():
        status = 422 if request.method == "POST" else 200
        return page(
            "consent_withdraw.html",
            status,
            report=found,
            source=source,
            form=form,
            taken_back=[
                each for each in service.withdrawals(reading(), found) if each.source_id == source_id
            ],
        )
    with transaction() as session:
        mine = finding.report(session, current_actor(), report_id, rights.CONSENT_WITHDRAW, lock=True)
        revision = request.form.get("revision", 0, int)
        service.withdraw(session, current_actor(), mine, source_id, form.chosen(), revision=revision)
    flash(gettext("The consent is taken back. It counts from now on."), "success")
    return redirect(url_for("monitoring.report", report_id=report_id))


@blueprint.post("/dossiers/<uuid:dossier_id>/told")
@needs(rights.DOSSIER_TRACK)
def told_dossier(dossier_id: UUID) -> Response:
    """Record that the authority was told of a consent that was taken back."""
    form = MoveForm()
    return do(
        dossier_id,
        rights.DOSSIER_TRACK,
        form,
        lambda session, actor, mine, _revision: aftermath.told(session, actor, mine, form.reason.data or ""),
    )
