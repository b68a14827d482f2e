"""One version as the formats see it: plain values, already cut down to what the reader may see."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from plugins.research.dictionary import Column, best


@dataclass(frozen=True)
class File:
    """A file of a version: its name, media type, bytes and SHA-256."""

    name: str
    media: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Record:
    """A published version. `columns` is empty where the reader may not see the dictionary, `counts` where not the
    frequencies: column -> code -> number (None where a number is hidden).
    """

    handle: str
    url: str
    concept_url: str
    number: str
    title: Mapping[str, str]
    abstract: Mapping[str, str]
    creators: tuple[str, ...]
    publisher: str
    published: date
    changed: datetime
    level: str
    licence: str
    keywords: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    collected: tuple[str, str] = ("", "")
    method: str = ""
    population: str = ""
    doi: str = ""
    embargo: date | None = None
    rows: int = 0
    columns: tuple[Column, ...] = ()
    counts: Mapping[str, Mapping[str, int | None]] = field(default_factory=dict)
    files: tuple[File, ...] = ()
    previous: str = ""
    withdrawn: str = ""
    contact: str = ""
    set_name: str = ""
    set_title: str = ""

    def name(self, language: str = "ru") -> str:
        """The title in a language, or in whatever there is."""
        return best(self.title, language)

    @property
    def year(self) -> int:
        """The year of publication."""
        return self.published.year

    @property
    def is_open(self) -> bool:
        """Whether anybody may take the data now."""
        return self.level == "open" and self.embargo is None and not self.withdrawn


LICENCES = {
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-NC-4.0": "https://creativecommons.org/licenses/by-nc/4.0/",
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
}
"""SPDX name -> address. Data that are not open have the agreement instead of a licence."""

RIGHTS = {"open": "open access", "members": "restricted access", "request": "restricted access",
          "closed": "metadata only access"}  # fmt: skip


def rights_of(record: Record) -> str:
    """The COAR name of the access that a version grants now."""
    return "embargoed access" if record.embargo and record.level != "closed" else RIGHTS[record.level]
