"""Quarters: the periods of rounds."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

WRITTEN = re.compile(r"(20\d\d)-Q([1-4])")


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a year, 1 to 4, in UTC."""

    year: int
    number: int

    def __str__(self) -> str:
        """Such as 2026-Q3."""
        return f"{self.year}-Q{self.number}"

    @property
    def begins(self) -> datetime:
        """Its first moment."""
        return datetime(self.year, 3 * self.number - 2, 1, tzinfo=UTC)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return self.next().begins

    def next(self) -> "Quarter":
        """The one that follows."""
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)


def read(text: str) -> Quarter:
    """The quarter that is written; ValueError if none is."""
    found = WRITTEN.fullmatch(text)
    if not found:
        raise ValueError(f"not a quarter: {text}")
    return Quarter(int(found[1]), int(found[2]))


def of(moment: datetime) -> Quarter:
    """The quarter of a moment."""
    return Quarter(moment.year, (moment.month - 1) // 3 + 1)
