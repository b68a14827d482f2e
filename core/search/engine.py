"""What a search engine must do. The index is a disposable cache: the database is the truth."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from core.search.documents import Results, SearchDocument

MOST_HITS = 100
DEEPEST = 10_000


LOCK_SECONDS = 20
"""So long a writer waits for another before it gives up."""


class SearchUnavailable(Exception):
    """The index is broken or missing: pages go on without it, and the worker makes it anew."""


class SearchBusy(SearchUnavailable):
    """Another process writes to the index or makes it anew: nothing is broken, and nothing was done."""


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

    def check(self) -> None:
        """Look through the whole index. Raises SearchUnavailable if it is broken, missing or of another version."""

    def expunge(self) -> None:
        """Rewrite the storage, so that no text of a removed document is left in it. Slow: for erasure."""

    def close(self) -> None:
        """Give files and connections back."""


class LiveEngine(SearchEngine, Protocol):
    """The index that the site uses: written by one process at a time, made anew beside itself."""

    def writing(self) -> AbstractContextManager[None]:
        """The right to write, held by one thread of one process. Raises SearchBusy after LOCK_SECONDS.

        Read the database inside: then who writes last has also read last, and no older state of a record,
        nor one that was removed meanwhile, ever comes back.
        """

    def rebuilding(self) -> AbstractContextManager[SearchEngine]:
        """An empty index beside this one, which nobody searches. Raises SearchBusy if another is being filled."""

    def adopt(self, fresh: SearchEngine) -> None:
        """Let the index from `rebuilding()` take the place of this one, at once for all processes."""


def window(limit: int, offset: int) -> tuple[int, int]:
    """Page bounds that no caller can turn into a heavy query: (limit, offset), both 0 or more."""
    if offset > DEEPEST:
        return 0, 0
    return max(0, min(limit, MOST_HITS)), max(0, offset)
