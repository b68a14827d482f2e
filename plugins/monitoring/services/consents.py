"""Consents taken back: what follows from it happens in the same transaction, nothing is left for a night job.

The use is struck from the source, and every outflow asks the source: figures and extracts count it no more, letters
are composed without it, other organisations no longer see what only this source told. Besides that the contact is
erased when nothing is agreed to any more, letters that stood on it cannot leave, and listings are tested again.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.toolkit import (
    Actor,
    Conflict,
    Denied,
    Subject,
    audit,
    history,
    mark,
    now,
    people_with,
    platform,
    queue_index,
    require,
)
from plugins.monitoring import rights
from plugins.monitoring.lifecycle import OPEN, REPORT
from plugins.monitoring.models import Report, Source, Withdrawal
from plugins.monitoring.models.report import COORDINATION
from plugins.monitoring.services import aftermath, finding, identities
from plugins.monitoring.services.notices import tell
from plugins.monitoring.taxonomy import TAXONOMY

LETTERS = ("dossier_anonymous", "dossier_named")
NEEDS_THE_NETWORK = frozenset({*LETTERS, "publication"})
"""Uses that cannot be without the network knowing what was said: they go with the consent to coordination."""

STOPPED = "source_wish"
ENDED = mark("The report %(reference)s was withdrawn on the wish of a source")


def uses() -> tuple[str, ...]:
    """Every use that a source is asked about."""
    return TAXONOMY.codes("consent")


def source_of(report: Report, source_id: UUID) -> Source:
    """The source, if it is one of this report's. Raises Denied."""
    found = next((each for each in report.sources if each.id == source_id), None)
    if found is None:
        raise Denied(rights.CONSENT_WITHDRAW, Subject(object_id=source_id))
    return found


def withdrawals(session: Session, report: Report) -> Sequence[Withdrawal]:
    """What the sources of a report took back, newest first."""
    ids = [each.id for each in report.sources]
    rows = select(Withdrawal).where(Withdrawal.source_id.in_(ids)).order_by(Withdrawal.id.desc())
    return session.scalars(rows).all()


def withdraw(
    session: Session, actor: Actor, report: Report, source_id: UUID, given: Collection[str], *, revision: int
) -> frozenset[str]:
    """Take back these uses of what a source said; gives those that ended. Raises Denied or Conflict.

    An open report without any source that agrees to coordination is withdrawn itself.
    """
    require(actor, rights.CONSENT_WITHDRAW, report.subject())
    source = source_of(report, source_id)
    if report.revision != revision:
        raise Conflict(history(session, report.id, since=revision))
    gone = _strike(session, actor, report, source, given)
    if not gone:
        return gone
    if report.state in OPEN and not report.shared_sources:
        # Nobody else may look at it any more, so nobody can go on with it.
        _end(session, actor, report, revision)
    else:
        report.revision += 1
    queue_index(session, [finding.uid(report)])
    return gone


def _end(session: Session, actor: Actor, report: Report, revision: int) -> None:
    REPORT.move(session, actor, report, "withdraw", revision=revision, reason=_words(STOPPED))
    withdraw_all(session, actor, report)
    coordinators = people_with(session, platform.register, rights.REPORT_TRIAGE, report.subject())
    people = {person.id for person in coordinators} | {report.verifier_id, report.second_verifier_id}
    tell(session, report, [each for each in people if each and each != actor.person_id], ENDED)


def withdraw_all(session: Session, actor: Actor, report: Report) -> None:
    """The report was withdrawn: whatever its sources agreed to has ended. The move itself is the caller's."""
    for source in report.sources:
        _strike(session, actor, report, source, uses())


def _strike(
    session: Session, actor: Actor, report: Report, source: Source, given: Collection[str]
) -> frozenset[str]:
    ended = set(given) | (NEEDS_THE_NETWORK if COORDINATION in given else frozenset())
    gone = frozenset(ended & set(source.consents))
    source.consents = [use for use in source.consents if use not in gone]
    for use in sorted(gone):
        session.add(Withdrawal(source_id=source.id, use=use, person_id=actor.person_id, at=now()))
    if gone:
        audit.record(session, actor, "monitoring.consent.withdraw", source.id, gone)
    if not source.consents:
        identities.forget(session, actor, report, source.id)
    session.flush()
    if gone:
        aftermath.consent_withdrawn(session, actor, report, source, gone)
    return gone


def _words(reason: str) -> str:
    return TAXONOMY.label("reason", reason, "ru")
