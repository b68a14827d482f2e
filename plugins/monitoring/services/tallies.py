"""Counts out of the database: what happened in a year, by quarter and country, of what may be counted at all.

Consent is part of each query, never a column that could lag behind: an allegation counts while a source that
supports it agrees to statistics, a report and its dossiers while any of its sources does. What was withdrawn
does not count from the same moment.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Select, String, case, cast, exists, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import GenericFunction

from core.toolkit import Passage, now
from plugins.monitoring.figures.counting import Row
from plugins.monitoring.figures.periods import Period
from plugins.monitoring.models import Allegation, Dossier, Report, Source
from plugins.monitoring.taxonomy import TAXONOMY

STATISTICS = "statistics"
NEVER = ("draft", "withdrawn")
"""Reports that are not counted: not sent, or taken back on the wish of a source."""

NOT_A_CASE = (*NEVER, "rejected")
"""Reports whose allegations are not counted: a duplicate would count twice."""

SEXES = ("women", "men", "other", "unknown")
"""As the report asks for them."""

NO_LETTER = ("replaced", "withdrawn")
"""Dossiers that are not counted: a newer version stands for them, or they never went."""


class json_holds(GenericFunction[bool]):  # noqa: N801 - named as SQL functions are
    """Whether a JSON array holds a value, in the words of each database."""

    type = Boolean()
    inherit_cache = True


@compiles(json_holds, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **more: Any) -> str:
    column, value = (compiler.process(each, **more) for each in element.clauses)
    return f"EXISTS (SELECT 1 FROM json_each({column}) AS held WHERE held.value = {value})"  # noqa: S608 - compiled parts


@compiles(json_holds, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **more: Any) -> str:
    column, value = (compiler.process(each, **more) for each in element.clauses)
    return f"(CAST({column} AS JSONB) @> to_jsonb({value}))"


def agreed(*more: ColumnElement[bool]) -> ColumnElement[bool]:
    """Some source of the report agrees to statistics, and `more` holds of the same source."""
    said = json_holds(Source.consents, cast(STATISTICS, String))
    return exists().where(Source.report_id == Report.id, said, *more).correlate(Report, Allegation)


def supported() -> ColumnElement[bool]:
    """Some source that supports the allegation agrees to statistics."""
    return agreed(json_holds(Source.supports, Allegation.position))


@dataclass
class Tallies:
    """The rows of one year by table; money by currency as (count rows, due, paid)."""

    reports: list[Row] = field(default_factory=list)
    allegations: dict[str, list[Row]] = field(default_factory=dict)
    indicators: dict[str, list[Row]] = field(default_factory=dict)
    workers: dict[str, list[Row]] = field(default_factory=dict)
    dossiers: dict[str, list[Row]] = field(default_factory=dict)
    money: dict[str, dict[str, list[Row]]] = field(default_factory=dict)
    recovered: dict[str, dict[str, list[Row]]] = field(default_factory=dict)


def tally(session: Session, quarters: Sequence[Period]) -> Tallies:
    """Count what was sent in these quarters of one year."""
    made = Tallies()
    made.reports = [((s, q, _country(c)), n) for q, c, s, n in session.execute(_reports(quarters))]
    _allegations(session, quarters, made)
    _dossiers(session, quarters, made)
    return made


def quarter_of(moment: Any, quarters: Sequence[Period]) -> ColumnElement[str]:
    """The name of the quarter that `moment` falls in."""
    return case(*((moment < each.ends, each.quarter) for each in quarters), else_="")


def _within(moment: Any, quarters: Sequence[Period]) -> ColumnElement[bool]:
    inside: ColumnElement[bool] = (moment >= quarters[0].begins) & (moment < quarters[-1].ends)
    return inside


def _reports(quarters: Sequence[Period]) -> Select[*tuple[Any, ...]]:
    quarter = quarter_of(Report.submitted_at, quarters).label("quarter")
    return (
        select(quarter, Report.country, Report.state, func.count())
        .where(_within(Report.submitted_at, quarters), Report.state.not_in(NEVER), agreed())
        .group_by(quarter, Report.country, Report.state)
    )


def _cases(quarters: Sequence[Period]) -> Select[*tuple[Any, ...]]:
    """Allegations that may be counted, joined with where and when."""
    quarter = quarter_of(Report.submitted_at, quarters).label("quarter")
    labels = (
        *(quarter, Report.country, Report.region, Report.sector),
        *(Allegation.violation, Allegation.state, Allegation.currency),
        cast(Allegation.indicators, String).label("indicators"),
    )
    has_amount = case((Allegation.amount > 0, 1), else_=0)
    sums = (
        *(func.count(), *(func.sum(getattr(Allegation, sex)) for sex in SEXES)),
        *(func.sum(Allegation.minors), func.sum(has_amount)),
        *(func.coalesce(func.sum(Allegation.amount), 0), func.coalesce(func.sum(Allegation.paid), 0)),
    )
    return (
        select(*labels, *sums)
        .join(Report, Report.id == Allegation.report_id)
        .where(_within(Report.submitted_at, quarters), Report.state.not_in(NOT_A_CASE), supported())
        .group_by(*labels)
    )


def _allegations(session: Session, quarters: Sequence[Period], made: Tallies) -> None:
    counts: dict[str, Counter[Any]] = {
        name: Counter() for name in ("violation", "sector", "region", "state", "workers", "age", "indicator")
    }
    money: defaultdict[Any, Any] = defaultdict(int)
    for labels, numbers in ((row[:8], row[8:]) for row in session.execute(_cases(quarters))):
        q, c, region, sector, violation, state, currency, codes = labels
        n, minors, sums = numbers[0], numbers[len(SEXES) + 1], numbers[len(SEXES) + 2 :]
        workers = dict(zip(SEXES, numbers[1:], strict=False))
        place = (q, _country(c))
        counts["violation"][violation, *place] += n
        counts["sector"][sector or "other", *place] += n
        counts["region"][_region(region, place[1]), *place] += n
        counts["state"][state, *place] += n
        for sex, number in workers.items():
            counts["workers"][violation, sex, *place] += number
        counts["age"]["minors", *place] += min(minors, sum(workers.values()))
        counts["age"]["adults", *place] += max(sum(workers.values()) - minors, 0)
        for code in json.loads(codes or "[]"):
            counts["indicator"][code, *place] += n
        for what, value in zip(("cases", "due", "paid"), sums, strict=True):
            money[currency, what, *place] += value if what == "cases" else Decimal(str(value))
    made.allegations = {name: _rows(counts[name]) for name in ("violation", "sector", "region", "state")}
    made.workers = {"workers": _rows(counts["workers"]), "age": _rows(counts["age"])}
    for (code, *place), n in counts["indicator"].items():
        made.indicators.setdefault(code, []).append(((place[0], place[1]), n))
    made.money = _by_currency(money)


def _by_currency(money: Mapping[Any, Any]) -> dict[str, dict[str, list[Row]]]:
    """Sums and the counts behind them: currency -> what -> rows."""
    made: dict[str, dict[str, list[Row]]] = {}
    for (currency, what, *place), value in money.items():
        if currency:
            made.setdefault(currency, {}).setdefault(what, []).append(((place[0], place[1]), value))
    return made


def _rows(counted: Counter[Any]) -> list[Row]:
    return list(counted.items())


def _country(code: str) -> str:
    return code if code in TAXONOMY.kinds["country"] else "other"


def _region(code: str, country: str) -> str:
    """A region exists in one country only; what is no region of the country is its "other"."""
    known = TAXONOMY.kinds["region"].get(code, {}).get("country") == country
    return code if known else f"{country}/other"


def _dossiers(session: Session, quarters: Sequence[Period], made: Tallies) -> None:
    quarter = quarter_of(Dossier.created_at, quarters).label("quarter")
    answered = (
        select(func.min(Passage.at))
        .where(Passage.object_id == Dossier.id, Passage.target == "answered")
        .scalar_subquery()
    )
    rows = (
        select(
            *(quarter, Report.country, Dossier.state, Dossier.answer_by, answered, Dossier.outcome),
            *(Dossier.recovered, Dossier.recovered_currency),
        )
        .select_from(Dossier)
        .join(Report, Report.id == Dossier.report_id)
        .where(_within(Dossier.created_at, quarters), Report.state.not_in(NEVER), agreed())
        .where(Dossier.state.not_in(NO_LETTER))
    )
    states: Counter[Any] = Counter()
    answers: Counter[Any] = Counter()
    outcomes: Counter[Any] = Counter()
    money: defaultdict[Any, Any] = defaultdict(int)
    for q, c, state, due, at, outcome, recovered, currency in session.execute(rows):
        outcomes[outcome or "none", q, _country(c)] += 1
        if recovered:
            money[currency, "cases", q, _country(c)] += 1
            money[currency, "recovered", q, _country(c)] += recovered
        states[state, q, _country(c)] += 1
        answers[_answer(due, at), q, _country(c)] += 1
    made.dossiers = {"dossier": _rows(states), "answer": _rows(answers), "outcome": _rows(outcomes)}
    made.recovered = _by_currency(money)


def _answer(due: date | None, at: datetime | None) -> str:
    """In time, late (also: due and still not there), or not due yet."""
    if due is None:
        return "not_registered"
    if at is None:
        return "late" if due < now().date() else "waiting"
    return "in_time" if at.date() <= due else "late"


STEPS = (
    ("taken", ("triage",)),
    ("sorted", ("verification",)),
    ("judged", ("confirmation",)),
    ("decided", ("verified", "unverified", "refuted")),
)
"""What a report reaches, and by which states; each is timed from sending."""


def days_to_steps(
    session: Session, period: Period, countries: Sequence[str] | None, outside: Sequence[str]
) -> Iterator[tuple[str, list[float]]]:
    """For each step the days from sending to the first time it was reached, in these countries (None: all)."""
    reached = [func.min(case((Passage.target.in_(states), Passage.at))) for _, states in STEPS]
    rows = (
        select(Report.submitted_at, *reached)
        .join(Passage, Passage.object_id == Report.id)
        .where(_within(Report.submitted_at, [period]), Report.state.not_in(NEVER), agreed())
        .group_by(Report.id, Report.submitted_at)
    )
    rows = rows.where(Report.country.not_in(outside))
    if countries is not None:
        rows = rows.where(Report.country.in_(countries))
    found = session.execute(rows).all()
    for number, (name, _) in enumerate(STEPS, start=1):
        yield name, [(row[number] - row[0]).total_seconds() / 86400 for row in found if row[number]]
