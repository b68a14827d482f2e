"""What hooks take and give: frozen values, never tuples, never HTML."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from core.permissions import Permission, Role, Scope
from core.search.documents import SearchDocument, SearchRevision

if TYPE_CHECKING:
    from core.database import Database

__all__ = [
    "CalendarEvent",
    "DatasetExtract",
    "Figure",
    "FigureRow",
    "Job",
    "Manifest",
    "NavItem",
    "Obstacle",
    "Period",
    "Permission",
    "PublicUpdate",
    "Role",
    "SampleCast",
    "Scope",
    "SearchDocument",
    "SearchRevision",
    "Setting",
    "Standing",
    "Tile",
]


@dataclass(frozen=True)
class Manifest:
    """Who a plugin is. `name` is also its blueprint, URL prefix, table prefix and template folder.

    `command` is a shorter word for its commands, which then stand under both; it gives way where it is taken.
    """

    name: str
    title: str
    version: str
    hook_api: int
    description: str = ""
    command: str = ""


@dataclass(frozen=True)
class NavItem:
    """A link in the main navigation, shown to those who hold `permission` (empty: to all)."""

    endpoint: str
    label: str
    permission: str = ""
    weight: int = 100


@dataclass(frozen=True)
class Tile:
    """A counted tile of the dashboard: one number that opens the filtered list behind it."""

    number: int
    label: str
    endpoint: str
    values: Mapping[str, str] = field(default_factory=dict)
    tone: str = "neutral"
    weight: int = 100


@dataclass(frozen=True)
class Setting:
    """A value that the administrator may change at run time; the default stays in code."""

    name: str
    label: str
    default: str
    hint: str = ""


@dataclass(frozen=True)
class Job:
    """Background work: run for queued payloads (up to `batch` at once), or by itself every so often.

    It runs at least once for each payload, so it must be idempotent; it opens its own transactions.
    """

    name: str
    run: "Callable[[Database, Sequence[Mapping[str, Any]]], None]"
    every: timedelta | None = None
    batch: int = 1


@dataclass(frozen=True)
class DatasetExtract:
    """An anonymised table that a plugin offers to research: UTF-8 CSV text, the names of its columns in its first row.

    `name` is `<plugin>.<table>`; `title` and the labels of `columns` are texts by language.
    """

    name: str
    title: Mapping[str, str]
    content: str
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Obstacle:
    """A plugin's reason why a permitted act must not happen now; `text` says what to do."""

    code: str
    text: str


@dataclass(frozen=True)
class SampleCast:
    """The invented network that `camove demo` has made: ids by short names."""

    organisations: Mapping[str, Any]
    people: Mapping[str, Any]


@dataclass(frozen=True)
class Standing:
    """One published entry that stands against an employer, as anybody may read it at `url`.

    `source` is the plugin that answers. `state` is its own word for how the entry stands, `summary` one sentence
    for people. `match` says what was found alike: "number" is that employer; "name" may be another of that name,
    so nobody is refused for it unseen.
    """

    source: str
    state: str
    since: date
    url: str
    summary: str
    match: str = "number"


TOPICS = ("fair", "training", "council", "press", "meeting", "other")
"""What events may be about: shared by all plugins, so that a calendar of one topic holds those of each."""


@dataclass(frozen=True)
class CalendarEvent:
    """Something public at a time and a place.

    `uid` names it for ever, such as `fair-<id>`. `title` is a text by language; `region` is ISO 3166-2, `topic` one of
    TOPICS; `url` is a path of this site. `status` is confirmed, tentative or cancelled. `sequence` rises and `changed`
    moves when its time, place or status does, and at nothing else: calendars of people follow them.
    """

    uid: str
    title: Mapping[str, str]
    starts: datetime
    ends: datetime
    url: str
    changed: datetime
    place: str = ""
    region: str = ""
    topic: str = "other"
    status: str = "confirmed"
    sequence: int = 0
    organiser: str = ""

    def __post_init__(self) -> None:
        """Refuse what calendars could not hold."""
        if self.topic not in TOPICS or self.status not in ("confirmed", "tentative", "cancelled"):
            raise ValueError(f"{self.topic} or {self.status} is not known")
        if self.ends < self.starts or not _is_path(self.url):
            raise ValueError("an event ends after it starts, and its url is a path of this site")


@dataclass(frozen=True)
class PublicUpdate:
    """Something that a plugin has published, for the home page and for feed readers.

    `uid` is `<plugin>:<kind>:<id>`; the highest `revision` of one stands. Feed readers keep what they have read for
    ever: say nothing here that may have to be taken back. `url` is a path of this site. `title` and `summary` are texts
    by language. `plugin` is filled in by core.
    """

    uid: str
    title: Mapping[str, str]
    url: str
    published: datetime
    summary: Mapping[str, str] = field(default_factory=dict)
    revision: int = 1
    plugin: str = ""

    def __post_init__(self) -> None:
        """Refuse a way out of this site."""
        if not _is_path(self.url):
            raise ValueError("the url of an update is a path of this site")


DIMENSIONS = ("", "country", "region", "sex", "organisation")
"""What the rows of a figure may be: countries (ISO 3166-1), regions (ISO 3166-2), sexes, organisations, or anything."""

TOTAL = "*"
"""The code of the row that is the sum of the others, where there is one. It stands last."""


@dataclass(frozen=True)
class Period:
    """A year or a quarter that has ended: `code` is 2026 or 2026-Q3; both days are included."""

    code: str
    first: date
    last: date

    @property
    def before(self) -> date:
        """The first day after it."""
        return self.last + timedelta(days=1)

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """When it begins and ends, in UTC: the first moment of it, and the first after it."""
        return datetime.combine(self.first, time(), UTC), datetime.combine(self.before, time(), UTC)


@dataclass(frozen=True)
class FigureRow:
    """One number of a figure; None is one that is withheld. `label` is a text by language."""

    code: str
    label: Mapping[str, str]
    value: float | None


@dataclass(frozen=True)
class Figure:
    """One number by one dimension, fit to be published as it is: suppressed by the plugin that gives it.

    `name` is `<plugin>.<figure>`. Title, definition, unit, source and note are texts by language; `source` says which
    records were counted, at which state and by which date. `dimension` is one of DIMENSIONS.
    """

    name: str
    title: Mapping[str, str]
    definition: Mapping[str, str]
    unit: Mapping[str, str]
    source: Mapping[str, str]
    rows: tuple[FigureRow, ...]
    dimension: str = ""
    note: Mapping[str, str] = field(default_factory=dict)
    weight: int = 100

    def __post_init__(self) -> None:
        """Refuse what no report could print."""
        if self.dimension not in DIMENSIONS or not all(isinstance(each, FigureRow) for each in self.rows):
            raise ValueError(f"{self.dimension} is no dimension, or a row is no row")
        if len({each.code for each in self.rows}) != len(self.rows):
            raise ValueError("two rows of a figure have one code")
        if any(each.value is not None and not _is_number(each.value) for each in self.rows):
            raise ValueError("the value of a row is a finite number, or None where it is withheld")
        texts = (self.title, self.definition, self.unit, self.source, *(each.label for each in self.rows))
        if not all(map(_is_text, texts)) or (self.note and not _is_text(self.note)):
            raise ValueError("texts of a figure stand by language, in at least one")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_text(text: object) -> bool:
    return isinstance(text, Mapping) and bool(text) and all(isinstance(each, str) for each in text.values())


def _is_path(url: str) -> bool:
    return url.startswith("/") and not url.startswith(("//", "/\\"))
