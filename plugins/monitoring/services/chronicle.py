"""The whole history of an employer, as far as the reader may see it: what they may not read is not even counted."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from core.toolkit import Actor, fold, now
from plugins.monitoring.models import Change, Dossier, Merge, Relation, Report
from plugins.monitoring.register import kin
from plugins.monitoring.services import finding

LENGTH = 40
"""Events on one page of a timeline."""


@dataclass(frozen=True)
class Event:
    """One thing that happened; `kind` says which of `record`: report, dossier, change, merge, unmerge."""

    at: datetime
    kind: str
    record: Report | Dossier | Change | Merge
    person_id: UUID | None = None
    reason: str = ""


@dataclass(frozen=True)
class Chronicle:
    """A page of events, newest first, and from when on older ones stand (None: there are none)."""

    events: Sequence[Event]
    older: datetime | None = None


@dataclass(frozen=True)
class Figures:
    """What can be counted of it by this reader: reports by state, dossiers, and places that come back."""

    reports: dict[str, int] = field(default_factory=dict)
    dossiers: int = 0
    places: tuple[tuple[str, int], ...] = ()


def chronicle(
    session: Session, actor: Actor, ids: Collection[UUID], before: datetime | None = None
) -> Chronicle:
    """The events of these records (an employer with those merged into it) before a moment, newest first."""
    until = before or now().replace(year=9999)
    found = [
        *_reports(session, actor, ids, until),
        *_dossiers(session, actor, ids, until),
        *_changes(session, ids, until),
        *_merges(session, ids, until),
    ]
    found.sort(key=lambda each: each.at, reverse=True)
    page = found[:LENGTH]
    return Chronicle(page, page[-1].at if len(found) > LENGTH else None)


def _reports(session: Session, actor: Actor, ids: Collection[UUID], until: datetime) -> list[Event]:
    rows = (
        finding.reports(actor)
        .where(Report.employer_id.in_(ids), Report.submitted_at < until)
        .order_by(Report.submitted_at.desc())
        .limit(LENGTH + 1)
    )
    return [Event(each.submitted_at, "report", each) for each in session.scalars(rows) if each.submitted_at]


def _dossiers(session: Session, actor: Actor, ids: Collection[UUID], until: datetime) -> list[Event]:
    rows = (
        finding.dossiers(actor)
        .where(Report.employer_id.in_(ids), Dossier.created_at < until)
        .order_by(Dossier.created_at.desc())
        .limit(LENGTH + 1)
    )
    return [Event(each.created_at, "dossier", each) for each in session.scalars(rows)]


def _changes(session: Session, ids: Collection[UUID], until: datetime) -> list[Event]:
    rows = select(Change).where(Change.employer_id.in_(ids), Change.at < until)
    found = session.scalars(rows.order_by(Change.at.desc()).limit(LENGTH + 1))
    return [Event(each.at, "change", each, each.person_id, each.reason) for each in found]


def _merges(session: Session, ids: Collection[UUID], until: datetime) -> list[Event]:
    mine = or_(Merge.source_id.in_(ids), Merge.target_id.in_(ids))
    events = []
    for each in session.scalars(select(Merge).where(mine).order_by(Merge.at.desc())):
        events.append(Event(each.at, "merge", each, each.person_id, each.reason))
        if each.undone_at is not None:
            events.append(Event(each.undone_at, "unmerge", each, each.undone_by, each.undone_reason))
    return [each for each in events if each.at < until]


def figures(session: Session, actor: Actor, ids: Collection[UUID]) -> Figures:
    """Counts of the reports and dossiers that `actor` may read, and the places that several of them name."""
    mine = finding.reports(actor).where(Report.employer_id.in_(ids)).subquery()
    states = select(mine.c.state, func.count()).group_by(mine.c.state)
    letters = finding.dossiers(actor).where(Report.employer_id.in_(ids)).subquery()
    places = select(mine.c.site, func.count()).where(mine.c.site != "").group_by(mine.c.site)
    return Figures(
        {row[0]: row[1] for row in session.execute(states)},
        session.scalar(select(func.count()).select_from(letters)) or 0,
        _repeated({row[0]: row[1] for row in session.execute(places)}),
    )


def _repeated(places: dict[str, int]) -> tuple[tuple[str, int], ...]:
    """Places that stand in more than one report, however they were written, most often named first."""
    total: Counter[str] = Counter()
    spelling: dict[str, str] = {}
    for place, number in places.items():
        key = " ".join(fold(place).split())
        spelling.setdefault(key, place)
        total[key] += number
    return tuple((spelling[key], number) for key, number in total.most_common(10) if number > 1)


def relations(session: Session, ids: Collection[UUID]) -> list[Relation]:
    """What these records are for others, and others for them, newest first."""
    mine = or_(Relation.employer_id.in_(ids), Relation.other_id.in_(ids))
    return list(session.scalars(select(Relation).where(mine).order_by(Relation.id.desc())))


def served(session: Session, found: Collection[Relation]) -> dict[UUID, int]:
    """For each labour broker among these relations: for how many employers it stands in the register."""
    brokers = {each.employer_id for each in found if each.kind == "labour_broker"}
    rows = (
        select(Relation.employer_id, func.count(Relation.other_id.distinct()))
        .where(Relation.kind == "labour_broker", Relation.employer_id.in_(brokers))
        .group_by(Relation.employer_id)
    )
    return {row[0]: row[1] for row in session.execute(rows)}


def standing_merges(session: Session, ids: Collection[UUID]) -> list[Merge]:
    """The merges that stand into or out of these records."""
    mine = or_(Merge.source_id.in_(ids), Merge.target_id.in_(ids))
    return list(session.scalars(select(Merge).where(mine, kin.STANDING).order_by(Merge.at)))
