"""The report of a fair and of a period: counts with their denominators, and nothing from which somebody is found."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.toolkit import now, suppression
from plugins.job_fairs import figures, waves
from plugins.job_fairs.figures import One, Rate
from plugins.job_fairs.lifecycle import AFTER
from plugins.job_fairs.models import Fair, Interview, Outcome, PlanVersion, Registration
from plugins.job_fairs.services.contacts import day_of
from plugins.job_fairs.services.registrations import COUNTED

ENDS = ("done", "seeker_absent", "employer_absent", "cancelled", "published")


@dataclass(frozen=True)
class Table:
    """One table as it may be shown: `wave` is "" for the steps on the day."""

    by: str
    wave: str
    groups: tuple[str, ...]
    columns: tuple[str, ...]
    shown: suppression.Crossed


@dataclass(frozen=True)
class Report:
    """What is said of one fair. `plan` holds the numbers of the published plan, which name nobody."""

    fair_id: UUID
    tables: tuple[Table, ...]
    rates: dict[str, Rate]
    interviews: dict[str, int | None]
    employers: int
    absent_employers: int
    openings: int
    plan: dict[str, int]
    channels: dict[str, int | None]


def of(session: Session, fair: Fair) -> Report:
    """The report of one fair, small numbers hidden with all that would give them away."""
    people = counted(session, fair)
    tables = [_table(people, by, "") for by in ("sex", "band")]
    tables += [_table(people, by, wave) for wave in waves.WAVES for by in ("sex", "band")]
    rates = {
        each.wave: figures.rate(each.shown.columns, each.shown.whole)
        for each in tables if each.wave and each.by == "sex"
    }  # fmt: skip
    there = [each for each in fair.participations if each.state in ("accepted", "absent")]
    return Report(
        fair.id, tuple(tables), rates, _interviews(session, fair), len(there),
        sum(each.state == "absent" for each in there),
        sum(vacancy.openings for each in there for vacancy in each.vacancies if vacancy.state == "accepted"),
        _plan(session, fair), _channels(session, fair),
    )  # fmt: skip


def counted(session: Session, fair: Fair) -> list[One]:
    """The people of a fair as counting sees them; whoever withdrew or was a duplicate is not there."""
    met = set(session.scalars(select(Interview.registration_id).filter_by(fair_id=fair.id, state="done")))
    rows = select(Outcome).join(Registration).where(Registration.fair_id == fair.id)
    told = {(each.registration_id, each.wave): each.status for each in session.scalars(rows)}
    people = select(Registration).where(Registration.fair_id == fair.id, Registration.state.in_(COUNTED))
    year = day_of(fair.starts).year
    return [
        One(
            figures.sex(each.sex),
            figures.band(each.birth_year, year),
            "met" if each.id in met else "came" if each.state == "present" else "away",
            (
                told.get((each.id, "day"), "unknown"),
                told.get((each.id, "weeks"), "unknown"),
                told.get((each.id, "months"), "unknown"),
            ),
        )
        for each in session.scalars(people)
    ]


def _table(people: Sequence[One], by: str, wave: str) -> Table:
    columns = waves.STATUSES if wave else figures.STEPS
    groups, cells = figures.table(people, by, columns, waves.WAVES.index(wave) if wave else None)
    shown = suppression.crossed(cells or [[0] * len(columns)], figures.THRESHOLD)
    return Table(by, wave, groups, columns, shown)


def _interviews(session: Session, fair: Fair) -> dict[str, int | None]:
    rows = (
        select(Interview.state, func.count().label("number"))
        .filter_by(fair_id=fair.id)
        .group_by(Interview.state)
    )
    found = {each.state: each.number for each in session.execute(rows)}
    return _line([(each, found.get(each, 0)) for each in ENDS])


def _channels(session: Session, fair: Fair) -> dict[str, int | None]:
    rows = select(Registration.channel, func.count()).where(
        Registration.fair_id == fair.id, Registration.state.in_(COUNTED)
    )
    found = session.execute(rows.group_by(Registration.channel).order_by(Registration.channel))
    return _line([(channel, number) for channel, number in found])


def _line(found: Sequence[tuple[str, int]]) -> dict[str, int | None]:
    numbers = [number for _, number in found]
    few = 0 < sum(numbers) < figures.THRESHOLD
    shown = [None] * len(numbers) if few else suppression.line(numbers, figures.THRESHOLD)
    return {name: each for (name, _), each in zip(found, shown, strict=True)}


def _plan(session: Session, fair: Fair) -> dict[str, int]:
    rows = select(PlanVersion).where(PlanVersion.fair_id == fair.id, PlanVersion.published_at.is_not(None))
    last = session.scalars(rows.order_by(PlanVersion.number.desc())).first()
    names = ("interviews", "bound", "served", "hopeful", "first_met", "firsts")
    return {name: last.result[name] for name in names} if last else {}


@dataclass(frozen=True)
class Sum:
    """A number of several fairs: the sum of what each of them shows, and whether some show none."""

    shown: int
    at_least: bool


def over(reports: Sequence[Report], wave: str, column: str) -> Sum:
    """One column over several reports. Only what each report shows is added, so that no difference tells more."""
    numbers = [
        table.shown.columns[table.columns.index(column)]
        for report in reports
        for table in report.tables
        if table.by == "sex" and table.wave == wave
    ]
    return Sum(sum(each or 0 for each in numbers), any(each is None for each in numbers))


def within(fairs: Sequence[Fair], year: int, half: int) -> list[Fair]:
    """The fairs that have ended in a year, or in its first or second half."""
    first, last = {1: (1, 6), 2: (7, 12)}.get(half, (1, 12))
    return [
        each
        for each in fairs
        if each.state in AFTER and (day := day_of(each.starts)).year == year and first <= day.month <= last
    ]


def years(fairs: Sequence[Fair]) -> list[int]:
    """The years in which fairs have ended, the latest first, and this one."""
    ended = {day_of(each.starts).year for each in fairs if each.state in AFTER}
    return sorted(ended | {day_of(now()).year}, reverse=True)
