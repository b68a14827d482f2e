"""The sources of a chapter, typed one a line: what it is, where it stands, and of which day it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Source:
    """A law, a ruling, a page. `day` is the day of the text that was read."""

    title: str
    url: str
    day: date

    def told(self) -> dict[str, str]:
        """As it is kept."""
        return {"title": self.title, "url": self.url, "day": self.day.isoformat()}

    @classmethod
    def of(cls, told: Mapping[str, str]) -> "Source":
        """As it was kept."""
        return cls(told["title"], told["url"], date.fromisoformat(told["day"]))


class SourceProblem(ValueError):
    """A line that is no source; `number` is the line, from 1."""

    def __init__(self, number: int) -> None:
        """Keep the number."""
        super().__init__(f"line {number}")
        self.number = number


def read(text: str) -> list[Source]:
    """The sources of lines such as `Labour Code | https://example.org | 2026-01-31`. Raises SourceProblem."""
    return [_read(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]


def _read(number: int, line: str) -> Source:
    parts = [part.strip() for part in line.split("|")]
    try:
        title, url, day = parts
        parsed, where = date.fromisoformat(day), urlsplit(url)
    except ValueError as error:
        raise SourceProblem(number) from error
    if (
        not title
        or len(title) > 300
        or len(url) > 500
        or where.scheme not in {"http", "https"}
        or not where.hostname
    ):
        raise SourceProblem(number)
    return Source(title, url, parsed)


def written(sources: list[Source]) -> str:
    """The same lines again."""
    return "\n".join(f"{each.title} | {each.url} | {each.day.isoformat()}" for each in sources)
