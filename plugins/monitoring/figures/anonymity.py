"""Rows in which nobody stands alone: each shares all that could be recognised with at least k - 1 others.

A row that stands alone is made coarser, one step after the other, and left out if that does not help. Each step
looks at the rows that are still alone only, so a released class never loses a member.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

K = 5
UNKNOWN = ""


@dataclass(frozen=True, order=True)
class Row:
    """One allegation. The first six fields could be recognised by an outsider; the others are what is studied."""

    month: str
    country: str
    region: str
    sector: str
    violation: str
    workers: str
    indicators: str = ""
    status: str = ""

    @property
    def recognisable(self) -> tuple[str, ...]:
        """The quasi-identifiers."""
        return self.month, self.country, self.region, self.sector, self.violation, self.workers


@dataclass(frozen=True)
class Released:
    """Rows that may go out, how many were made coarser by each step, and how many were left out."""

    rows: tuple[Row, ...]
    coarser: dict[str, int]
    left_out: int


def _without_region(row: Row) -> Row:
    return replace(row, region=UNKNOWN)


def _by_year(row: Row) -> Row:
    return replace(_without_region(row), month=row.month[:4])


def _without_workers(row: Row) -> Row:
    return replace(_by_year(row), workers=UNKNOWN)


def _without_sector(row: Row) -> Row:
    return replace(_without_workers(row), sector=UNKNOWN)


STEPS: tuple[tuple[str, Callable[[Row], Row]], ...] = (
    ("region to country", _without_region),
    ("month to year", _by_year),
    ("number of workers left out", _without_workers),
    ("sector left out", _without_sector),
)


def release(rows: Sequence[Row], k: int = K) -> Released:
    """What of `rows` may go out. The order tells nothing: rows are sorted by their content."""
    kept, alone = _split(rows, k)
    coarser = {}
    for name, step in STEPS:
        more, alone = _split([step(row) for row in alone], k)
        coarser[name] = len(more)
        kept += more
    return Released(tuple(sorted(kept)), coarser, len(alone))


def _split(rows: Sequence[Row], k: int) -> tuple[list[Row], list[Row]]:
    classes: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        classes[row.recognisable].append(row)
    large = [row for each in classes.values() if len(each) >= k for row in each]
    return large, [row for each in classes.values() if len(each) < k for row in each]


def band(workers: int) -> str:
    """How many workers, coarsely, as the public list says it."""
    for most, name in ((0, "0"), (2, "1-2"), (5, "3-5"), (20, "6-20")):
        if workers <= most:
            return name
    return "21+"
