"""Feeds of strangers as plain values. The parsing happens in a child that may be killed; see `core.feeds`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core import confined
from core.nursery import Nursery


class FeedProblem(Exception):
    """The feed could not be read; `reason` is memory, cpu, wall, output, crash (see `confined`) or entities."""

    def __init__(self, reason: str) -> None:
        """Keep the code."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Entry:
    """One item, in plain text: escape it like any other text, and never show it as HTML."""

    id: str
    link: str
    """An absolute http(s) address, or empty."""
    title: str
    author: str
    summary: str
    text: str
    published: datetime | None
    updated: datetime | None


@dataclass(frozen=True)
class Feed:
    """What a feed says. A document that is no feed has no version and no entries."""

    title: str
    link: str
    language: str
    version: str
    encoding: str
    ttl: str
    update_period: str
    update_frequency: str
    problem: str
    """What the parser complained of, the name of an exception; the entries may be fine all the same."""
    entries: tuple[Entry, ...]
    left_out: int
    """Entries beyond the most that are taken."""


CHILD = "core.feeds"


def feed_readers() -> Nursery:
    """Children that are ready to read: for a run over many feeds, in a `with`."""
    return Nursery(CHILD)


def parse_feed(
    body: bytes, headers: Mapping[str, str], url: str = "", readers: Nursery | None = None
) -> Feed:
    """Read a feed; `url` is where it came from, for links that are relative. Header names are in small letters.

    It takes up to 20 seconds: never inside a transaction. Raises FeedProblem.
    """
    told = json.dumps({"url": url, "headers": dict(headers)}).encode()
    try:
        given = told + b"\n" + body
        answer = json.loads(readers.run(given) if readers else confined.run(CHILD, given))
    except confined.Killed as killed:
        raise FeedProblem(killed.reason) from killed
    except ValueError as error:
        raise FeedProblem("crash") from error
    if answer["problem"] == "entities":
        raise FeedProblem("entities")
    entries = tuple(_entry(each) for each in answer.pop("entries"))
    return Feed(entries=entries, **answer)


def _entry(values: dict[str, Any]) -> Entry:
    moments = {name: _moment(values[name]) for name in ("published", "updated")}
    return Entry(**values | moments)


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
