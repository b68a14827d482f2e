"""The figures: one function whose numbers stand on the page, in the CSV file and in a periodic report alike.

The whole year and all countries are counted and protected together, then the asked part is cut out: so a page
of one country or one quarter hides exactly the cells that every other page hides.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from statistics import quantiles

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.toolkit import Actor, Setting, Subject, get_setting, mark, now, require
from plugins.monitoring import rights
from plugins.monitoring.figures.counting import OTHER, Row, Shown, cube, group
from plugins.monitoring.figures.disclosure import LEAST_THRESHOLD, TOTAL, Hidden, Key, protect
from plugins.monitoring.figures.periods import Period, offered
from plugins.monitoring.models import Report
from plugins.monitoring.services.tallies import SEXES, Tallies, days_to_steps, tally
from plugins.monitoring.taxonomy import TAXONOMY

THRESHOLD = Setting(
    "monitoring.figures_threshold",
    mark("The smallest number that figures show"),
    "5",
    mark("Smaller numbers are hidden, and others with them, so that nobody can be found. Never less than 3."),
)
PUBLIC = Setting(
    "monitoring.figures_public",
    mark("Show the figures to everybody"),
    "no",
    mark("Write yes to publish the page of figures. The same small numbers stay hidden."),
)
ENOUGH = 20
"""How many times the threshold of reports a quarter or a country needs in a year to be shown by itself.

Below that nearly all of it would be hidden, and with it much of the year and of the other countries.
"""

ROUNDED_TO = 1000
"""Sums of money are rounded to this many units of their currency."""


@dataclass(frozen=True)
class FigureRow:
    """A code and its numbers; None is a hidden number."""

    code: str
    cells: tuple[int | None, ...]


@dataclass(frozen=True)
class FigureTable:
    """One table of the page. The last row of an additive table is the total (code "*")."""

    code: str
    columns: tuple[str, ...]
    rows: tuple[FigureRow, ...]


@dataclass(frozen=True)
class Figures:
    """All tables of a period in a country ("" for all), protected together."""

    period: Period
    scope: str
    threshold: int
    tables: tuple[FigureTable, ...]

    def table(self, code: str) -> FigureTable:
        """One of them; KeyError if there is none of that code."""
        return {each.code: each for each in self.tables}[code]

    def cells(self) -> Iterator[tuple[str, str, str, int | None]]:
        """Every cell as (table, row, column, number or None): what any outlet shows, no more and no less."""
        for table in self.tables:
            for row in table.rows:
                for column, value in zip(table.columns, row.cells, strict=True):
                    yield table.code, row.code, column, value


def threshold(session: Session) -> int:
    """The setting of the board; what is no number, or too small, counts as the nearest safe one."""
    text = get_setting(session, THRESHOLD).strip()
    asked = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else int(THRESHOLD.default)
    return max(asked, LEAST_THRESHOLD)


def is_public(session: Session) -> bool:
    """Whether the board has published the page of figures."""
    return get_setting(session, PUBLIC).strip().lower() == "yes"


def periods(session: Session) -> list[Period]:
    """What can be asked for, newest first."""
    first: datetime | None = session.scalar(select(func.min(Report.submitted_at)))
    return offered(first.astimezone(UTC).year, now().date()) if first else []


def scopes(actor: Actor) -> list[str]:
    """The countries whose figures the actor may see; "" stands for all together."""
    asked = ["", *TAXONOMY.codes("country")]
    return [each for each in asked if actor.may(rights.FIGURES_VIEW, Subject(country=each))]


def seen(session: Session, actor: Actor, period: Period, scope: str) -> Figures:
    """`figures` for somebody. Raises Denied when that country, or all together, is not theirs to see."""
    require(actor, rights.FIGURES_VIEW, Subject(country=scope))
    return figures(session, period, scope)


def figures(session: Session, period: Period, scope: str = "") -> Figures:
    """The figures of an ended period. ValueError if it has not ended: it would show each new report by itself."""
    today = now().date()
    if not period.over(today):
        raise ValueError(f"{period} has not ended")
    limit, quarters = threshold(session), period.quarters(today)
    whole = Period(period.year).over(today)
    counted = tally(session, quarters)
    shown = Shown.of(counted.reports, ENOUGH * limit)
    if period.quarter not in ("", *shown.quarters) or scope not in ("", OTHER, *shown.countries):
        return Figures(period, scope, limit, ())
    cut = _Cut(period.quarter or TOTAL, scope or TOTAL, limit, shown, whole_year=whole)
    tables = [*cut.counts(counted), cut.indicators(counted)]
    tables += [cut.money("money", counted.money, ("due", "paid"))]
    tables += [cut.money("recovered", counted.recovered, ("recovered",))]
    places = (scope,) if scope in shown.countries else None
    outside = shown.countries if scope == OTHER else ()
    steps = days_table(days_to_steps(session, period, places, outside), limit)
    return Figures(period, scope, limit, tuple(each for each in (*tables, steps) if each.rows))


@dataclass(frozen=True)
class _Cut:
    """Cuts one period and scope out of protected cubes."""

    period: str
    scope: str
    threshold: int
    shown: Shown
    whole_year: bool

    @property
    def place(self) -> Key:
        return self.period, self.scope

    def counts(self, counted: Tallies) -> Iterator[FigureTable]:
        yield from self._unit({"report": counted.reports}, country="report_country")
        yield from self._unit(counted.allegations, nested=("region",), country="country")
        yield from self._unit(counted.workers)
        yield from self._unit(counted.dossiers)

    def _unit(
        self, tables: Mapping[str, Sequence[Row]], nested: Iterable[str] = (), country: str = ""
    ) -> Iterator[FigureTable]:
        if not next(iter(tables.values()), ()):
            return
        made = group(tables, self.shown, nested, whole_year=self.whole_year)
        hidden = protect(made, self.threshold)
        if country and self.scope == TOTAL:
            yield self._by_country(country, made.totals, hidden)
        for table in made.tables:
            yield self._table(table.name, table.cells, hidden)

    def _by_country(self, name: str, totals: Mapping[Key, int], hidden: Hidden) -> FigureTable:
        keys = [(self.period, each) for each in (*TAXONOMY.codes("country"), TOTAL)]
        rows = [FigureRow(key[1], (_shown("", key, totals, hidden),)) for key in keys if totals.get(key)]
        return FigureTable(name, ("number",), tuple(rows))

    def _table(self, name: str, cells: Mapping[Key, int], hidden: Hidden) -> FigureTable:
        own = {key[:-2] for key in cells if key[-2:] == self.place}
        columns = _ordered(name + ".column", {key[1] for key in own if len(key) > 1}) or ["number"]
        rows = []
        for code in _ordered(name, {key[0] for key in own}):
            keys = [(code, *((column,) if column != "number" else ()), *self.place) for column in columns]
            rows.append(FigureRow(code, tuple(_shown(name, key, cells, hidden) for key in keys)))
        return FigureTable(name, tuple(columns), tuple(rows))

    def indicators(self, counted: Tallies) -> FigureTable:
        """An allegation can have several indicators: they have no sum, so each is protected by itself."""
        rows = []
        for code in TAXONOMY.codes("indicator"):
            found = counted.indicators.get(code, [])
            totals, hidden = self._alone(found)
            if totals.get(self.place):
                rows.append(FigureRow(code, (_shown("", self.place, totals, hidden),)))
        return FigureTable("indicator", ("number",), tuple(rows))

    def money(
        self, name: str, counted: Mapping[str, Mapping[str, Sequence[Row]]], columns: tuple[str, ...]
    ) -> FigureTable:
        """Sums of money where the count of cases behind them may be shown; rounded."""
        rows = []
        for currency in TAXONOMY.codes("currency"):
            found = counted.get(currency)
            if not found:
                continue
            totals, hidden = self._alone(found["cases"])
            if totals.get(self.place):
                sums = [cube(self.shown.merged(found.get(each, ()))).get(self.place, 0) for each in columns]
                closed = hidden.has("", self.place)
                rows.append(FigureRow(currency, tuple(None if closed else rounded(each) for each in sums)))
        return FigureTable(name, columns, tuple(rows))

    def _alone(self, rows: Sequence[Row]) -> tuple[Mapping[Key, int], Hidden]:
        made = group({"": rows}, self.shown, whole_year=self.whole_year)
        return made.totals, protect(made, self.threshold)


def rounded(amount: Decimal | int) -> int:
    """To whole thousands, so that no single claim can be read off a sum."""
    return round(Decimal(amount) / ROUNDED_TO) * ROUNDED_TO


def _shown(table: str, key: Key, cells: Mapping[Key, int], hidden: Hidden) -> int | None:
    return None if hidden.has(table, key) else cells.get(key, 0)


def _ordered(name: str, codes: set[str]) -> list[str]:
    """In the order of the taxonomy, others by name, the total last."""
    known = [code for code in ORDER.get(name, tuple)() if code in codes]
    return [*known, *sorted(codes - set(known) - {TOTAL}), *sorted(codes & {TOTAL})]


ORDER: dict[str, Callable[[], tuple[str, ...]]] = {
    "violation": lambda: TAXONOMY.codes("violation"),
    "workers": lambda: TAXONOMY.codes("violation"),
    "workers.column": lambda: SEXES,
    "sector": lambda: TAXONOMY.codes("sector"),
    "region": lambda: TAXONOMY.codes("region"),
    "age": lambda: ("minors", "adults"),
    "state": lambda: ("pending", "verified", "unverified", "refuted"),
    "outcome": lambda: ("none", *TAXONOMY.codes("outcome")),
    "answer": lambda: ("in_time", "late", "waiting", "not_registered"),
}


def days_table(found: Iterable[tuple[str, list[float]]], limit: int) -> FigureTable:
    """Whole days: the first quartile, the median, the third; hidden where fewer than `limit` came so far."""
    rows = []
    for name, days in found:
        if days:
            three = quantiles(days, n=4, method="inclusive") if len(days) >= limit else (None, None, None)
            rows.append(FigureRow(name, tuple(None if each is None else round(each) for each in three)))
    return FigureTable("steps", ("first", "median", "third"), tuple(rows))
