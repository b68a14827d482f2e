"""The coordinators' queue: every open report, danger first, then the oldest, with whose turn it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from core.toolkit import Actor, Passage, Setting, get_setting, mark, now, person_names, visible
from plugins.monitoring import rights
from plugins.monitoring.models import Report
from plugins.monitoring.services.finding import OPEN_STATES, told_to

STEP_DAYS = Setting(
    "monitoring.step_days",
    mark("Days until a step of a report counts as late"),
    "14",
    mark("How long one person may keep a report before the queue marks it as late."),
)
URGENT_TERM = timedelta(days=1)
MOST_SHOWN = 100


@dataclass(frozen=True)
class Waiting:
    """One open report: since when its state stands, who acts next ("" for the coordinators), whether it is late."""

    report: Report
    since: datetime
    turn: str
    late: bool


@dataclass(frozen=True)
class Queue:
    """The first of what waits, and how much there is of it."""

    rows: Sequence[Waiting]
    total: int
    late: int
    urgent: int


def days(session: Session, setting: Setting) -> timedelta:
    """A setting in days; what is no number counts as its default."""
    text = get_setting(session, setting).strip()
    usable = text.isascii() and text.isdigit() and len(text) < 5
    return timedelta(days=int(text if usable else setting.default))


def seen(actor: Actor) -> ColumnElement[bool]:
    """The reports that `actor` sorts, as a condition."""
    mine = visible(actor, rights.REPORT_TRIAGE, organisation=Report.organisation_id, country=Report.country)
    return mine & told_to(actor)


def since() -> ColumnElement[datetime]:
    """When the report came into its present state."""
    last = (
        select(func.max(Passage.at)).where(Passage.object_id == Report.id).correlate(Report).scalar_subquery()
    )
    return func.coalesce(last, Report.submitted_at, type_=Report.submitted_at.type)


def is_late(session: Session, triage_days: Setting, moment: datetime) -> ColumnElement[bool]:
    """New reports have a term of their own, urgent ones a day; every other step has the common term."""
    new = Report.state == "submitted"
    came = since()
    return or_(
        and_(new, Report.urgent, came < moment - URGENT_TERM),
        and_(new, came < moment - days(session, triage_days)),
        and_(~new, came < moment - days(session, STEP_DAYS)),
    )


def queue(
    session: Session,
    actor: Actor,
    triage_days: Setting,
    *,
    region: str = "",
    sector: str = "",
    late: bool = False,
) -> Queue:
    """What waits in the countries that the actor coordinates."""
    moment = now()
    too_late = is_late(session, triage_days, moment)
    wanted = [seen(actor), Report.state.in_(OPEN_STATES)]
    wanted += [Report.region == region] if region else []
    wanted += [Report.sector == sector] if sector else []
    wanted += [too_late] if late else []
    flags = (
        select(func.count(), _number(too_late), _number(Report.urgent.is_(True)))
        .select_from(Report)
        .where(*wanted)
    )
    total, overdue, urgent = session.execute(flags).one()
    return Queue(_rows(session, _ordered(wanted, too_late)), total, overdue, urgent)


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _ordered(wanted: list[ColumnElement[bool]], late: ColumnElement[bool]) -> Select[Report, datetime, int]:
    flag = case((late, 1), else_=0)
    by_age = (Report.urgent.desc(), Report.submitted_at, Report.id)
    return select(Report, since(), flag).where(*wanted).order_by(*by_age).limit(MOST_SHOWN)


def _rows(session: Session, found: Select[Report, datetime, int]) -> list[Waiting]:
    rows = session.execute(found).all()
    names = person_names(session, {each for report, _, _ in rows if (each := _person(report))})
    return [
        Waiting(report, came, names.get(person, "") if (person := _person(report)) else "", bool(late))
        for report, came, late in rows
    ]


def _person(report: Report) -> UUID | None:
    """Who acts next; None for the coordinators of the country."""
    turns = {
        "needs_info": report.reporter_id,
        "verification": report.verifier_id,
        "confirmation": report.second_verifier_id,
    }
    return turns.get(report.state)
