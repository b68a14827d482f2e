"""Cubes of counts: what was counted by quarter and country, with every sum, ready to be protected."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from plugins.monitoring.figures.disclosure import TOTAL, Axis, Group, Key, Table

Row = tuple[Key, int]
"""Labels, the last two of them period and country, and how many."""


REST = "rest"
"""The quarters of a year that are not shown by themselves: never a page, but year minus the others, so protected."""

OTHER = "other"
"""The countries that are not shown by themselves."""


@dataclass(frozen=True)
class Shown:
    """The quarters and countries with enough in them to stand by themselves; the others are counted together."""

    quarters: tuple[str, ...]
    countries: tuple[str, ...]

    @classmethod
    def of(cls, rows: Sequence[Row], enough: int) -> "Shown":
        """Those with at least `enough` in this table of the year."""
        sums = cube((labels[-2:], number) for labels, number in rows)
        quarters = sorted(q for q, c in sums if c == TOTAL and q != TOTAL and sums[q, c] >= enough)
        countries = sorted(c for q, c in sums if q == TOTAL and c != TOTAL and sums[q, c] >= enough)
        return cls(tuple(quarters), tuple(each for each in countries if each != OTHER))

    def merged(self, rows: Iterable[Row]) -> list[Row]:
        """The rows with the small quarters and countries put together."""
        return [
            ((*labels, q if q in self.quarters else REST, c if c in self.countries else OTHER), number)
            for (*labels, q, c), number in rows
        ]


def cube(rows: Iterable[Row]) -> dict[Key, int]:
    """The counts and all their sums: each label also as the total of its axis. Zeros are left out."""
    made: Counter[Key] = Counter()
    for labels, number in rows:
        if number:
            for key in product(*((label, TOTAL) for label in labels)):
                made[key] += number
    return dict(made)


def group(
    tables: Mapping[str, Sequence[Row]], shown: Shown, nested: Iterable[str] = (), *, whole_year: bool
) -> Group:
    """Tables of one unit. All count the same things, so the first gives the totals.

    While the year has not ended, its sum is not published and not protected: nothing would be gained.
    """
    deep, made = set(nested), []
    for name, rows in tables.items():
        merged = shown.merged(rows)
        made.append(Table(name, _axes(merged), _published(cube(merged), whole_year=whole_year), name in deep))
    first = made[0]
    totals = {key[first.width :]: n for key, n in first.cells.items() if set(key[: first.width]) <= {TOTAL}}
    own = tuple(each for each in made if each.width)
    quarters = (*shown.quarters, REST) if whole_year else shown.quarters
    return Group(Axis(quarters, whole_year), Axis((*shown.countries, OTHER)), totals, own)


def _published(cells: Mapping[Key, int], *, whole_year: bool) -> dict[Key, int]:
    return {key: n for key, n in cells.items() if whole_year or key[-2] not in (TOTAL, REST)}


def _axes(rows: Sequence[Row]) -> tuple[Axis, ...]:
    width = len(rows[0][0]) - 2 if rows else 0
    return tuple(Axis(tuple(sorted({labels[n] for labels, number in rows if number}))) for n in range(width))
