"""A dry run of an import: what each row of a table would become, and why a row would be refused."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from plugins.monitoring.intake.cells import AMBIGUOUS, MIXED, day_order, decimal_mark
from plugins.monitoring.intake.columns import MAPPED, Column, understand
from plugins.monitoring.intake.rows import CaseRow, Problem, Reading, RowResult, RowsReader
from plugins.monitoring.intake.tabular import Table

__all__ = ["CaseRow", "ImportPlan", "Problem", "RowResult", "plan"]

FACTS = ("violation", "amount_due", "amount_paid", "description")
HEADER_ROWS = 1


@dataclass(frozen=True)
class ImportPlan:
    """The whole dry run. While the columns have `problems`, no row is judged and `rows` is empty."""

    rows: tuple[RowResult, ...]
    mapping: tuple[Column, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the columns are understood and no row is refused."""
        return not self.problems and not self.refused

    @property
    def cases(self) -> tuple[CaseRow, ...]:
        """The rows that can be taken in."""
        return tuple(row.case for row in self.rows if row.case)

    @property
    def refused(self) -> tuple[RowResult, ...]:
        """The rows that cannot."""
        return tuple(row for row in self.rows if not row.case)

    @property
    def total_due(self) -> Decimal:
        """Sum of the column over all rows, refused ones too, to be held against the file's own sum."""
        return sum((row.amount_due or Decimal(0) for row in self.rows), Decimal(0))

    @property
    def total_paid(self) -> Decimal:
        """As `total_due`, of what has been paid."""
        return sum((row.amount_paid or Decimal(0) for row in self.rows), Decimal(0))

    def headers(self, fate: str) -> tuple[str, ...]:
        """The headers of this fate: "mapped", "dropped" or "unknown"."""
        return tuple(column.header for column in self.mapping if column.fate == fate)


def plan(table: Table, *, date_order: str = "", currency: str = "", country: str = "") -> ImportPlan:
    """Judge every row of `table` and write nothing.

    `date_order` ("dmy" or "mdy") answers an ambiguous column; `currency` and `country` (codes) stand in where
    the file has none.
    """
    mapping = understand(table.headers)
    columns = {column.field: column for column in mapping if column.fate == MAPPED}
    values = {name: [row[column.place] for row in table.rows] for name, column in columns.items()}
    order = date_order or day_order(values.get("received", ()))
    problems = (*_column_problems(mapping, columns), *_order_problems(order, columns))
    if problems:
        return ImportPlan((), mapping, problems)
    reading = Reading(
        columns=columns,
        order=order,
        marks={name: decimal_mark(values.get(name, ())) for name in ("amount_due", "amount_paid")},
        defaults={"currency": currency, "country": country},
        references=Counter(filter(None, values.get("reference", ()))),
    )
    return ImportPlan(_rows(table, reading), mapping)


def _column_problems(mapping: Iterable[Column], columns: Mapping[str, Column]) -> list[Problem]:
    fields = Counter(column.field for column in mapping if column.field)
    twice = [column for column in mapping if fields[column.field] > 1]
    problems = [Problem(column.header, "column_twice", column.field) for column in twice]
    if "employer" not in columns:
        problems.append(Problem("", "column_missing_employer"))
    if not any(name in columns for name in FACTS):
        problems.append(Problem("", "column_missing_facts"))
    return problems


def _order_problems(order: str, columns: Mapping[str, Column]) -> list[Problem]:
    if order not in {AMBIGUOUS, MIXED}:
        return []
    return [Problem(columns["received"].header, f"date_order_{order}", "D/M/YYYY, M/D/YYYY")]


def _rows(table: Table, reading: Reading) -> tuple[RowResult, ...]:
    filled = [(number, cells) for number, cells in enumerate(table.rows, HEADER_ROWS + 1) if any(cells)]
    reader = RowsReader(reading, [cells for _, cells in filled], len(table.headers))
    return tuple(reader.results(number for number, _ in filled))
