"""What a reader of any kind of file gives: rows of text, the header first, and what the file says of its columns."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal


@dataclass(frozen=True)
class Table:
    """Rows with their place in the file (a line, or the number of the row), and labels as SPSS or Stata hold them."""

    rows: Iterator[tuple[int, tuple[str, ...]]]
    labels: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    missing: Mapping[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def as_text(cell: object) -> str:
    """A cell as the person sees it: whole numbers without ".0", 15 significant digits, ISO dates."""
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return _number(cell)
    if isinstance(cell, datetime):
        midnight = (cell.hour, cell.minute, cell.second) == (0, 0, 0)
        return cell.date().isoformat() if midnight else cell.isoformat(timespec="seconds")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def _number(value: float) -> str:
    if value in (float("inf"), float("-inf")):
        return ""
    return str(int(value)) if value.is_integer() else format(Decimal(f"{value:.15g}"), "f")


MOST_REMEMBERED = 10_000
"""Values of a column that are judged once; a column with more is mostly new ones."""


class Kinds:
    """Whether each column holds numbers, dates or text, judged row by row. A code with a leading zero is text."""

    def __init__(self, width: int) -> None:
        """Every column may still be anything."""
        self._numbers, self._dates = [True] * width, [True] * width
        self._seen: list[set[str]] = [set() for _ in range(width)]
        self._open = list(enumerate(self._seen))

    def look(self, cells: Sequence[str]) -> None:
        """Take one row into account. What was seen in a column, and a column that is text already, cost nothing."""
        settled = False
        for position, seen in self._open:
            cell = cells[position]
            if cell and cell not in seen:
                if len(seen) < MOST_REMEMBERED:
                    seen.add(cell)
                settled = self._judge(position, cell) or settled
        if settled:
            self._open = [each for each in self._open if self._numbers[each[0]] or self._dates[each[0]]]

    def _judge(self, position: int, cell: str) -> bool:
        """Whether the column can only be text from now on."""
        if self._numbers[position] and not _is_number(cell):
            self._numbers[position] = False
        if self._dates[position] and not _is_date(cell):
            self._dates[position] = False
        return not (self._numbers[position] or self._dates[position])

    def verdicts(self) -> list[str]:
        """number, date or text for each column; an empty one is text."""
        return [
            "text" if not seen else "number" if number else "date" if day else "text"
            for number, day, seen in zip(self._numbers, self._dates, self._seen, strict=True)
        ]


def _is_number(cell: str) -> bool:
    body = cell.removeprefix("-")
    whole, mark, part = body.partition(".")
    if not (whole.isascii() and whole.isdigit()) or len(body) > 15:
        return False
    if len(whole) > 1 and whole.startswith("0"):
        return False
    return not mark or (part.isascii() and part.isdigit())


def _is_date(cell: str) -> bool:
    if len(cell) < 10 or cell[4] != "-":
        return False
    try:
        datetime.fromisoformat(cell)
    except ValueError:
        return False
    return True
