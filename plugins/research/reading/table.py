"""What a reader of any kind of file gives: rows of text, the header first, and what the file says of its columns."""

import re
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


NUMBER = re.compile(r"-?(?=[0-9.]{1,15}\Z)(?:0|[1-9][0-9]*)(?:\.[0-9]+)?").fullmatch
"""A number that comes back as it stood: no leading zero, at most fifteen characters besides its sign."""


class Kinds:
    """Whether each column holds numbers, dates or text, judged by what it holds. A code with a leading zero is text."""

    def __init__(self, width: int) -> None:
        """Every column may still be anything."""
        self._numbers, self._dates = [True] * width, [True] * width
        self._seen: list[set[str]] = [set() for _ in range(width)]

    def look(self, rows: Sequence[Sequence[str]]) -> None:
        """Take rows into account, column by column: what was seen, and a column that is text already, cost nothing."""
        for position, cells in enumerate(zip(*rows, strict=True)):
            if self._numbers[position] or self._dates[position]:
                self._judge(position, set(cells))

    def _judge(self, position: int, cells: set[str]) -> None:
        seen = self._seen[position]
        cells.discard("")
        cells -= seen
        if len(seen) < MOST_REMEMBERED:
            seen |= cells
        self._numbers[position] = self._numbers[position] and all(map(NUMBER, cells))
        self._dates[position] = self._dates[position] and all(map(_is_date, cells))

    def verdicts(self) -> list[str]:
        """number, date or text for each column; an empty one is text."""
        return [
            "text" if not seen else "number" if number else "date" if day else "text"
            for number, day, seen in zip(self._numbers, self._dates, self._seen, strict=True)
        ]


def _is_date(cell: str) -> bool:
    if len(cell) < 10 or cell[4] != "-":
        return False
    try:
        datetime.fromisoformat(cell)
    except ValueError:
        return False
    return True
