"""The verifiers' pages: judge each allegation; confirm as a second person."""

from collections.abc import Mapping
from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from core.toolkit import GuardFailed, current_actor, needs, reading, transaction
from plugins.monitoring import rights
from plugins.monitoring.lifecycle import supporting
from plugins.monitoring.models import Report
from plugins.monitoring.services import finding, findings
from plugins.monitoring.views.blueprint import blueprint, page, refused
from plugins.monitoring.words import verdicts


def _given(found: Report) -> dict[int, tuple[str, str]]:
    return {
        each.position: (
            request.form.get(f"verdict-{each.position}", each.verdict),
            request.form.get(f"reason-{each.position}", each.verdict_reason).strip()[:2000],
        )
        for each in found.allegations
    }


def _groups(found: Report) -> dict[int, str]:
    return {each.position: request.form.get(f"group-{each.position}", each.group) for each in found.sources}


def _show(
    found: Report, given: Mapping[int, tuple[str, str]], problems: list[str], status: int = 200
) -> Response:
    return page(
        "findings.html",
        status,
        report=found,
        given=given,
        problems=problems,
        supporting=supporting,
        verdicts=verdicts(),
        groups=_groups(found),
    )


@blueprint.route("/reports/<uuid:report_id>/findings", methods=["GET", "POST"])
@needs(rights.REPORT_VERIFY)
def judge(report_id: UUID) -> Response:
    """The first verifier's findings, proposed together."""
    found = finding.report(reading(), current_actor(), report_id, rights.REPORT_VERIFY)
    given = _given(found)
    if request.method == "GET":
        return _show(found, given, [])
    known = {code for code, _ in verdicts()}
    chosen = {n: (code if code in known else "", why) for n, (code, why) in given.items()}
    try:
        with transaction() as session:
            mine = finding.report(session, current_actor(), report_id, rights.REPORT_VERIFY, lock=True)
            revision = request.form.get("revision", 0, int)
            findings.judge(session, current_actor(), mine, chosen, revision=revision, groups=_groups(mine))
    except GuardFailed as error:
        return _show(found, given, refused(error), 422)
    return redirect(url_for("monitoring.report", report_id=report_id))


@blueprint.route("/reports/<uuid:report_id>/confirm", methods=["GET", "POST"])
@needs(rights.REPORT_VERIFY)
def confirm(report_id: UUID) -> Response:
    """The second verifier reads the proposed findings and makes them final."""
    found = finding.report(reading(), current_actor(), report_id, rights.REPORT_VERIFY)
    if request.method == "GET":
        return page(
            "confirm.html", report=found, supporting=supporting, verdicts=dict(verdicts()), problems=[]
        )
    try:
        with transaction() as session:
            mine = finding.report(session, current_actor(), report_id, rights.REPORT_VERIFY, lock=True)
            findings.confirm(session, current_actor(), mine, revision=request.form.get("revision", 0, int))
    except GuardFailed as error:
        shown = {"report": found, "supporting": supporting, "verdicts": dict(verdicts())}
        return page("confirm.html", 422, problems=refused(error), **shown)
    return redirect(url_for("monitoring.report", report_id=report_id))
