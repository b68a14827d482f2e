"""What the index takes and gives. Frozen values; the engines differ, these do not."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True)
class SearchDocument:
    """One findable record, as plain text.

    `uid` is `<plugin>:<kind>:<id>`; `language` is that of the text ("ru", "ky", "en", any other code).
    `reach` holds opaque visibility tokens: an actor finds the document when they hold one of them.
    `endpoint` and `values` build the link. `revision` grows with every change of the record.
    """

    uid: str
    kind: str
    title: str
    body: str
    language: str
    reach: frozenset[str]
    endpoint: str
    values: Mapping[str, str]
    revision: int


@dataclass(frozen=True)
class SearchRevision:
    """That a findable record exists, and in which revision: a SearchDocument without its text."""

    uid: str
    revision: int


@dataclass(frozen=True)
class Hit:
    """A document that was found. The title is plain text; the snippet is safe HTML with `<mark>`."""

    uid: str
    kind: str
    title: str
    snippet: Markup
    endpoint: str
    values: Mapping[str, str]
    revision: int


@dataclass(frozen=True)
class Results:
    """One page of hits, best first, and the number of all visible ones."""

    total: int
    hits: tuple[Hit, ...]


NOTHING = Results(0, ())
