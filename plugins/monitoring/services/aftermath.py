"""What a consent taken back does to what has been made of it: letters now, and the public list."""

from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from core.toolkit import (
    Actor,
    GuardFailed,
    Passage,
    approvals,
    audit,
    mark,
    now,
    people_with,
    platform,
    require,
)
from plugins.monitoring import rights
from plugins.monitoring.dossier.letter import canonical
from plugins.monitoring.lifecycle import DOSSIER
from plugins.monitoring.models import Dossier, Report, Source
from plugins.monitoring.services import listings, sharing
from plugins.monitoring.services.notices import tell

LETTERS = frozenset({"dossier_anonymous", "dossier_named"})
AT_HOME, OUTSIDE = ("drafting", "approved"), ("replaced", "withdrawn")

STOPPED = mark("A source took its consent back: the dossier on the report %(reference)s must not be sent")
TELL_THEM = mark(
    "A source took its consent back: tell the authority that has the dossier on the report %(reference)s"
)


def consent_withdrawn(
    session: Session, actor: Actor, report: Report, source: Source, gone: frozenset[str]
) -> None:
    """The one place that hears of every consent taken back, in the transaction that does it.

    Whoever keeps something made of consents tests it from here.
    """
    if gone & LETTERS:
        _stop_letters(session, actor, report, source.id)
    if "publication" in gone:
        listings.retest(session, actor, report)


def _stop_letters(session: Session, actor: Actor, report: Report, source_id: UUID) -> None:
    rows = select(Dossier).where(Dossier.report_id == report.id, Dossier.state.not_in(OUTSIDE))
    for dossier in session.scalars(rows.with_for_update(of=Dossier).order_by(Dossier.id)):
        if str(source_id) in dossier.relies_on:
            _flag(session, actor, dossier)


def _flag(session: Session, actor: Actor, dossier: Dossier) -> None:
    """Its approval is void, its links are closed, and the people of the letter have a task."""
    dossier.consent_lost_at, dossier.revision = now(), dossier.revision + 1
    for approval in _approvals(session, dossier):
        approvals.withdraw(session, actor, approval)
    sharing.close_all(session, actor, dossier)
    audit.record(session, actor, "monitoring.dossier.consent_lost", dossier.id)
    people = {
        person.id
        for permission in (rights.DOSSIER_TRACK, rights.DOSSIER_APPROVE)
        for person in people_with(session, platform.register, permission, dossier.subject())
    }
    tell(session, dossier, people, STOPPED if dossier.state in AT_HOME else TELL_THEM)


def _approvals(session: Session, dossier: Dossier) -> list[approvals.Approval]:
    """What waits or holds, of a letter that has not left."""
    if dossier.state not in AT_HOME:
        return []
    held = approvals.approved(session, DOSSIER.kind, dossier.id, canonical(dossier.content or {}))
    return [each for each in (approvals.waiting(session, DOSSIER.kind, dossier.id), held) if each]


def lost() -> ColumnElement[bool]:
    """Letters that somebody has to deal with, as a condition."""
    return Dossier.consent_lost_at.is_not(None) & Dossier.state.not_in(OUTSIDE)


def told(session: Session, actor: Actor, dossier: Dossier, how: str) -> None:
    """The authority was told that the letter stands on less than it did: the task is done. Raises GuardFailed."""
    require(actor, rights.DOSSIER_TRACK, dossier.subject())
    missing = {
        "nothing_lost": dossier.consent_lost_at is None,
        "not_sent": dossier.state in AT_HOME,
        "reason_missing": not how.strip(),
    }
    if any(missing.values()):
        raise GuardFailed("told", [code for code, lacking in missing.items() if lacking])
    dossier.consent_lost_at, dossier.revision = None, dossier.revision + 1
    passage = Passage(kind=DOSSIER.kind, object_id=dossier.id, revision=dossier.revision, reason=how.strip())
    passage.source = passage.target = dossier.state
    passage.transition, passage.person_id = "told", actor.person_id
    session.add(passage)
    audit.record(session, actor, "monitoring.dossier.told", dossier.id)
