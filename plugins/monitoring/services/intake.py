"""Taking in what was collected elsewhere: all of it or nothing, never twice, and never over somebody's work."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.toolkit import Actor, Database, Denied, Subject, audit, new_id, now, require, vault
from plugins.monitoring import rights
from plugins.monitoring.intake.survey import Candidate
from plugins.monitoring.models import Batch, Origin, Report
from plugins.monitoring.services import identities
from plugins.monitoring.services.drafts import items_of, reference

IMPORTED = "monitoring.report.import"
KEPT = timedelta(days=1)
ASKED_AT_ONCE = 500
NEW, KNOWN, CHANGED, SENT, EDITED = "new", "known", "changed", "sent", "edited"
CONFLICTS = (SENT, EDITED)


@dataclass(frozen=True)
class Outcome:
    """What an import did, by the references of the submissions; `added` counts also those that have none."""

    added: int
    known: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    conflicts: Mapping[str, str] = field(default_factory=dict)


def fates(session: Session, organisation_id: UUID, candidates: Sequence[Candidate]) -> list[str]:
    """What would become of each: new, known, changed, or a conflict: "sent" already, or "edited" here meanwhile."""
    found = _existing(session, organisation_id, candidates)
    return [_fate(session, each, found.get(each.reference)) for each in candidates]


def _existing(
    session: Session, organisation_id: UUID, candidates: Sequence[Candidate]
) -> dict[str, tuple[Report, Origin | None]]:
    names = [each.reference for each in candidates if each.reference]
    found: dict[str, tuple[Report, Origin | None]] = {}
    for start in range(0, len(names), ASKED_AT_ONCE):
        rows = (
            select(Report, Origin)
            .outerjoin(Origin, Origin.report_id == Report.id)
            .where(
                Report.organisation_id == organisation_id,
                Report.external_reference.in_(names[start : start + ASKED_AT_ONCE]),
            )
        )
        found |= {
            str(report.external_reference): (report, origin) for report, origin in session.execute(rows)
        }
    return found


def _fate(session: Session, candidate: Candidate, existing: tuple[Report, Origin | None] | None) -> str:
    if existing is None:
        return NEW
    report, origin = existing
    if origin is None or not candidate.content_hash or origin.content_hash == candidate.content_hash:
        return KNOWN
    if report.state != "draft":
        return SENT
    # A sealed contact belongs to one source of the old version; nobody can tell which one of the new it is.
    places = [identities.place(report, source_id) for source_id, _ in identities.sources(report)]
    return EDITED if report.revision != origin.left_at or vault.has(session, places) else CHANGED


def take(session: Session, actor: Actor, candidates: Sequence[Candidate], organisation_id: UUID) -> Outcome:
    """Make a draft of each new one, a new version of each changed one; conflicts stay as they are and are told."""
    require(actor, rights.REPORT_CREATE, Subject(organisation_id))
    found = _existing(session, organisation_id, candidates)
    told: dict[str, list[str]] = {NEW: [], KNOWN: [], CHANGED: []}
    conflicts = {}
    for each in candidates:
        fate = _fate(session, each, found.get(each.reference))
        if fate == NEW:
            _add(session, actor, each, organisation_id)
        elif fate == CHANGED:
            _change(session, actor, each, found[each.reference])
        if fate in CONFLICTS:
            conflicts[each.reference] = fate
        else:
            told[fate].append(each.reference)
    return Outcome(len(told[NEW]), tuple(told[KNOWN]), tuple(told[CHANGED]), conflicts)


def _add(session: Session, actor: Actor, candidate: Candidate, organisation_id: UUID) -> None:
    draft = Report(
        id=new_id(),
        reference=reference(),
        external_reference=candidate.reference or None,
        organisation_id=organisation_id,
        reporter_id=actor.person_id,
        employer_name=candidate.employer[:300],
        answers=_with_ids(candidate.answers, []),
    )
    session.add(draft)
    session.flush()
    if candidate.content_hash:
        session.add(Origin(report_id=draft.id, content_hash=candidate.content_hash, left_at=draft.revision))
    audit.record(session, actor, IMPORTED, draft.id)


def _change(
    session: Session, actor: Actor, candidate: Candidate, existing: tuple[Report, Origin | None]
) -> None:
    draft, origin = existing
    if origin is None:
        raise ValueError("only a submission's own draft can get a new version")
    draft.answers = _with_ids(candidate.answers, items_of(draft, "sources"))
    draft.employer_name = candidate.employer[:300]
    draft.revision += 1
    origin.content_hash, origin.left_at = candidate.content_hash, draft.revision
    origin.version += 1
    session.flush()
    audit.record(session, actor, IMPORTED, draft.id, ("version",))


def _with_ids(answers: Mapping[str, Any], before: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A source keeps one id from the draft on: what is sealed about it is found by that id."""
    known = [each.get("id") for each in before]
    sources = [
        {**each, "id": (known[n] if n < len(known) else None) or str(new_id())}
        for n, each in enumerate(answers.get("sources", []))
    ]
    return {step: each for step, each in answers.items() if each} | ({"sources": sources} if sources else {})


def keep(session: Session, actor: Actor, candidates: Sequence[Candidate], organisation_id: UUID) -> Batch:
    """Keep a dry run for its confirmation; it holds nothing that the drafts would not."""
    require(actor, rights.REPORT_CREATE, Subject(organisation_id))
    batch = Batch(
        id=new_id(),
        organisation_id=organisation_id,
        person_id=actor.person_id,
        candidates=[asdict(each) for each in candidates],
    )
    session.add(batch)
    session.flush()
    audit.record(session, actor, "monitoring.intake.keep", batch.id)
    return batch


def batch(session: Session, actor: Actor, batch_id: UUID, *, lock: bool = False) -> Batch:
    """A dry run of the own organisation. Raises Denied if it is absent, forgotten or of others."""
    found = session.get(Batch, batch_id, with_for_update=lock or None)
    if found is None:
        raise Denied(rights.REPORT_CREATE, Subject(object_id=batch_id))
    require(actor, rights.REPORT_CREATE, found.subject())
    return found


def candidates_of(kept: Batch) -> list[Candidate]:
    """What it holds; nothing any more once it was confirmed."""
    return [Candidate(**each) for each in kept.candidates or ()]


def confirm(session: Session, actor: Actor, batch_id: UUID) -> Outcome:
    """Take the batch in; a second click finds the outcome of the first."""
    found = batch(session, actor, batch_id, lock=True)
    if found.outcome is None:
        outcome = take(session, actor, candidates_of(found), found.organisation_id)
        found.outcome, found.candidates = asdict(outcome), None
    return outcome_of(found) or Outcome(0)


def outcome_of(kept: Batch) -> Outcome | None:
    """What confirming it has done, None before that."""
    told = kept.outcome
    if told is None:
        return None
    return Outcome(told["added"], tuple(told["known"]), tuple(told["changed"]), told["conflicts"])


def forget(database: Database, _payloads: Sequence[Mapping[str, Any]]) -> None:
    """A dry run that nobody confirmed within a day is gone."""
    with database.transaction() as session:
        session.execute(delete(Batch).where(Batch.created_at < now() - KEPT))
