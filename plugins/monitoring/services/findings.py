"""Verification: the first verifier judges each allegation, a second person confirms."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from core.toolkit import Actor, Conflict, audit, history, require
from plugins.monitoring import rights, verification
from plugins.monitoring.models import Report
from plugins.monitoring.services import triage

VERDICTS = ("verified", "unverified", "refuted")


def judge(
    session: Session,
    actor: Actor,
    report: Report,
    verdicts: Mapping[int, tuple[str, str]],
    *,
    revision: int,
    groups: Mapping[int, str] | None = None,
) -> None:
    """Keep the first verifier's verdict and reason for each allegation, and propose them.

    `verdicts` maps the position of an allegation to (verdict, reason); `groups` maps the position of a source to
    its independence group, as far as the verifier judges otherwise than the monitor did.
    Raises Denied, Conflict or GuardFailed.
    """
    require(actor, rights.REPORT_VERIFY, report.subject())
    if report.revision != revision:
        raise Conflict(history(session, report.id, since=revision))
    shared = report.shared_allegations
    for allegation in report.allegations:
        # What its sources took back is not judged: it was neither confirmed nor refuted.
        default = ("", "") if allegation in shared else ("unverified", "")
        given = verdicts.get(allegation.position, default) if allegation in shared else default
        allegation.verdict, allegation.verdict_reason = given
    for source in report.sources:
        source.group = (groups or {}).get(source.position, source.group).strip()[:40]
    session.flush()
    triage.move(session, actor, report, "propose", revision=revision)
    audit.record(
        session,
        actor,
        "monitoring.report.judge",
        report.id,
        ("verdict", "verdict_reason", "independence_group"),
    )


def confirm(session: Session, actor: Actor, report: Report, *, revision: int) -> None:
    """Make the proposed findings final. Raises Denied, Conflict or GuardFailed."""
    outcome = verification.overall([each.verdict for each in report.allegations])
    triage.move(session, actor, report, f"confirm_{outcome}", revision=revision)
    for allegation in report.allegations:
        allegation.state = allegation.verdict
