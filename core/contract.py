"""What hooks take and give: frozen values, never tuples, never HTML."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from core.permissions import Permission, Role, Scope
from core.search.documents import SearchDocument, SearchRevision

if TYPE_CHECKING:
    from core.database import Database

__all__ = [
    "DatasetExtract",
    "Job",
    "Manifest",
    "NavItem",
    "Obstacle",
    "Permission",
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
