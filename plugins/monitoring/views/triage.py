"""The coordinator's page: link the employer, name two verifiers."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from core.toolkit import current_actor, needs, reading, transaction
from plugins.monitoring import rights
from plugins.monitoring.forms.work import NewEmployerForm, VerifiersForm
from plugins.monitoring.language import gettext
from plugins.monitoring.models import Report
from plugins.monitoring.services import finding, triage
from plugins.monitoring.views.blueprint import blueprint, page


def _revision() -> int:
    return request.form.get("revision", 0, int)


def _report(report_id: UUID) -> Report:
    return finding.report(reading(), current_actor(), report_id, rights.REPORT_TRIAGE)


@blueprint.route("/reports/<uuid:report_id>/verifiers", methods=["GET", "POST"])
@needs(rights.REPORT_TRIAGE)
def verifiers(report_id: UUID) -> Response:
    """Name the two verifiers."""
    found = _report(report_id)
    form = _verifiers_form(found)
    if request.method == "GET" or not form.validate():
        return page("verifiers.html", 422 if form.errors else 200, report=found, form=form)
    with transaction() as session:
        mine = finding.report(session, current_actor(), report_id, rights.REPORT_TRIAGE, lock=True)
        first, second = UUID(form.first.data), UUID(form.second.data)
        triage.name_verifiers(session, current_actor(), mine, first, second, revision=_revision())
    return redirect(url_for("monitoring.report", report_id=report_id))


def _verifiers_form(found: Report) -> VerifiersForm:
    form = VerifiersForm(first=str(found.verifier_id or ""), second=str(found.second_verifier_id or ""))
    people = triage.possible_verifiers(reading(), found)
    form.first.choices = [("", ""), *((str(key), name) for key, name, other in people if other)]
    form.second.choices = [("", ""), *((str(key), name) for key, name, _ in people)]
    return form


@blueprint.route("/reports/<uuid:report_id>/employer", methods=["GET", "POST"])
@needs(rights.REPORT_TRIAGE)
def report_employer(report_id: UUID) -> Response:
    """Say which employer of the register it is: one that was proposed, or a new one."""
    found = _report(report_id)
    form = NewEmployerForm(
        legal_name=found.employer_name,
        country=found.country,
        region=found.region,
        scheme=found.identifier_scheme,
        number=found.identifier_value,
    )
    if request.method == "GET" or not form.validate():
        proposals = triage.proposals(reading(), found)
        status = 422 if form.errors else 200
        return page("report_employer.html", status, report=found, form=form, proposals=proposals)
    with transaction() as session:
        mine = finding.report(session, current_actor(), report_id, rights.REPORT_TRIAGE, lock=True)
        added = triage.register_employer(
            session,
            current_actor(),
            form.legal_name.data,
            form.country.data,
            form.region.data,
            form.scheme.data,
            form.number.data,
        )
        triage.link_employer(session, current_actor(), mine, added.id, revision=_revision())
    flash(gettext("The employer was added to the register and linked."), "ok")
    return redirect(url_for("monitoring.report", report_id=report_id))


@blueprint.post("/reports/<uuid:report_id>/employer/<uuid:employer_id>")
@needs(rights.REPORT_TRIAGE)
def link_employer(report_id: UUID, employer_id: UUID) -> Response:
    """Link the report to an employer that is registered already."""
    with transaction() as session:
        mine = finding.report(session, current_actor(), report_id, rights.REPORT_TRIAGE, lock=True)
        triage.link_employer(session, current_actor(), mine, employer_id, revision=_revision())
    flash(gettext("The employer was linked."), "ok")
    return redirect(url_for("monitoring.report", report_id=report_id))
