"""The periods that figures are offered for: whole quarters and years that have ended, so that no two overlap oddly."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

QUARTERS = ("Q1", "Q2", "Q3", "Q4")
MONTHS_OF_A_QUARTER = 3


@dataclass(frozen=True, order=True)
class Period:
    """A year, or one quarter of it; the days are counted in UTC."""

    year: int
    quarter: str = ""

    def __str__(self) -> str:
        """As it stands in an address: 2026 or 2026-Q3."""
        return f"{self.year}-{self.quarter}" if self.quarter else str(self.year)

    @property
    def begins(self) -> datetime:
        """Its first moment."""
        month = QUARTERS.index(self.quarter) * MONTHS_OF_A_QUARTER + 1 if self.quarter else 1
        return datetime(self.year, month, 1, tzinfo=UTC)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        if not self.quarter or self.quarter == QUARTERS[-1]:
            return datetime(self.year + 1, 1, 1, tzinfo=UTC)
        return Period(self.year, QUARTERS[QUARTERS.index(self.quarter) + 1]).begins

    def over(self, today: date) -> bool:
        """Whether it has ended: a period that still grows would show each new report by itself."""
        return self.ends.date() <= today

    def quarters(self, today: date) -> tuple["Period", ...]:
        """The quarters of its year that have ended."""
        return tuple(each for name in QUARTERS if (each := Period(self.year, name)).over(today))


def offered(first_year: int, today: date) -> list[Period]:
    """Every year and quarter since `first_year` that has ended, newest first."""
    return [each for year in range(today.year, first_year - 1, -1) for each in _of_year(year, today)]


def _of_year(year: int, today: date) -> Iterator[Period]:
    if Period(year).over(today):
        yield Period(year)
    yield from reversed(Period(year).quarters(today))


def read(text: str) -> Period:
    """The period of an address. ValueError for anything else: "free" periods would give away differences."""
    year, _, quarter = text.partition("-")
    if not (year.isascii() and year.isdigit() and len(year) == 4) or (quarter and quarter not in QUARTERS):
        raise ValueError(f"not a year or a quarter: {text[:20]!r}")
    if text.endswith("-"):
        raise ValueError(f"not a quarter: {text[:20]!r}")
    return Period(int(year), quarter)


def of_days(first: date, last: date) -> list[Period]:
    """The whole quarters from `first` to `last`, both included. ValueError if the days do not fit quarters."""
    if first > last:
        raise ValueError("the first day is after the last")
    found = [
        each
        for year in range(first.year, last.year + 1)
        for name in QUARTERS
        if (each := Period(year, name)).begins.date() >= first
        and each.ends.date().toordinal() - 1 <= last.toordinal()
    ]
    if (
        not found
        or found[0].begins.date() != first
        or found[-1].ends.date().toordinal() - 1 != last.toordinal()
    ):
        raise ValueError("the days must be those of whole quarters, such as 2026-01-01 to 2026-03-31")
    return found
