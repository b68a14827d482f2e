"""What a search engine must do. The index is a disposable cache: the database is the truth."""

from collections.abc import Sequence
from typing import Protocol

from core.search.documents import Results, SearchDocument

MOST_HITS = 100
DEEPEST = 10_000


class SearchUnavailable(Exception):
    """The index is broken, missing or locked: pages go on without it; `clear()` and `apply` make it anew."""


class SearchEngine(Protocol):
    """One index. Safe to use from several threads; several processes may share its storage."""

    name: str

    def apply(self, documents: Sequence[SearchDocument], removed: Sequence[str]) -> None:
        """Store `documents` and forget the uids in `removed`, all or nothing.

        Applying the same batch twice changes nothing. A document whose indexed revision is newer is left
        alone; a uid in both lists is removed. Raises SearchUnavailable.
        """

    def search(
        self,
        query: str,
        reach: frozenset[str],
        *,
        kinds: frozenset[str] = frozenset(),
        limit: int = 20,
        offset: int = 0,
    ) -> Results:
        """The documents that match every term of `query` and share a token with `reach`, best first.

        No `kinds` means all kinds. An empty query or reach finds nothing. Any text is a safe query.
        Raises SearchUnavailable.
        """

    def revisions(self) -> dict[str, int]:
        """The revision of every indexed document by uid, to compare with the database."""

    def clear(self) -> None:
        """Make the index empty, also when it is broken or missing."""

    def close(self) -> None:
        """Give files and connections back."""


def window(limit: int, offset: int) -> tuple[int, int]:
    """Page bounds that no caller can turn into a heavy query: (limit, offset), both 0 or more."""
    if offset > DEEPEST:
        return 0, 0
    return max(0, min(limit, MOST_HITS)), max(0, offset)
