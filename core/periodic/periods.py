"""The periods of reports: whole quarters and years that have ended. Free days would give differences away."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from core.contract import Period

WRITTEN = re.compile(r"(20[0-9]{2})(?:-Q([1-4]))?")
YEARS = 3
"""How many years back a report may be begun."""


def read(code: str) -> Period:
    """The period that is written as 2026 or 2026-Q3. Raises ValueError for anything else."""
    found = WRITTEN.fullmatch(code)
    if not found:
        raise ValueError("not a year or a quarter")
    year, quarter = int(found[1]), int(found[2] or 0)
    first = date(year, 3 * quarter - 2 if quarter else 1, 1)
    after = date(year + 1, 1, 1) if quarter in (0, 4) else date(year, 3 * quarter + 1, 1)
    return Period(code, first, after - timedelta(days=1))


def offered(today: date) -> list[Period]:
    """What a report may be about: every year and quarter that has ended, the newest first."""
    found = (read(code) for year in range(today.year, today.year - YEARS - 1, -1) for code in _codes(year))
    return [each for each in found if each.last < today]


def _codes(year: int) -> Iterator[str]:
    yield str(year)
    yield from (f"{year}-Q{number}" for number in (4, 3, 2, 1))
