"""Generations: an index kept in files is made anew beside the one in use and takes its place by one rename.

A small file names the folder of the generation in use. Each call reads it, so that every process notices.
"""

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from shutil import rmtree
from typing import TypeVar

from core.search.analysis import VERSION
from core.search.documents import Results, SearchDocument
from core.search.engine import LOCK_SECONDS, SearchEngine, SearchUnavailable
from core.search.locks import held

T = TypeVar("T")


class Generations:
    """The engine in use, of one kind, in `folder`."""

    def __init__(self, name: str, folder: Path, open_at: Callable[[Path], SearchEngine]) -> None:
        """Use what stands in `folder`; nothing is made before the first `rebuilding()` or `clear()`."""
        self.name = name
        self._folder, self._open_at = folder, open_at
        self._stem = f"{name}-{VERSION}"
        self._pointer = folder / f"{self._stem}.current"
        self._used: tuple[str, SearchEngine] | None = None
        self._fresh: dict[int, str] = {}
        self._lock = threading.Lock()

    def apply(self, documents: Sequence[SearchDocument], removed: Sequence[str]) -> None:
        """See SearchEngine."""
        self._ask(lambda engine: engine.apply(documents, removed))

    def search(
        self,
        query: str,
        reach: frozenset[str],
        *,
        kinds: frozenset[str] = frozenset(),
        limit: int = 20,
        offset: int = 0,
    ) -> Results:
        """See SearchEngine."""
        return self._ask(lambda engine: engine.search(query, reach, kinds=kinds, limit=limit, offset=offset))

    def revisions(self) -> dict[str, int]:
        """See SearchEngine."""
        return self._ask(lambda engine: engine.revisions())

    def check(self) -> None:
        """See SearchEngine."""
        self._ask(lambda engine: engine.check())

    def expunge(self) -> None:
        """See SearchEngine. Generations that were left behind go too."""
        with self.writing():
            self._ask(lambda engine: engine.expunge())

    def clear(self) -> None:
        """See SearchEngine."""
        with self.rebuilding() as fresh, self.writing():
            self.adopt(fresh)

    def close(self) -> None:
        """See SearchEngine."""
        with self._lock:
            used, self._used = self._used, None
        if used is not None:
            used[1].close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """See LiveEngine."""
        self._prepare()
        with held(self._folder / f"{self.name}.writing", LOCK_SECONDS):
            yield

    @contextmanager
    def rebuilding(self) -> Iterator[SearchEngine]:
        """See LiveEngine. What a killed rebuilding left is removed first."""
        self._prepare()
        with held(self._folder / f"{self.name}.rebuilding", 0):
            self._sweep()
            generation = f"{self._stem}.{token_hex(6)}"
            fresh = self._open_at(self._folder / generation)
            fresh.clear()
            self._fresh[id(fresh)] = generation
            try:
                yield fresh
            finally:
                del self._fresh[id(fresh)]
                fresh.close()
                self._sweep()

    def adopt(self, fresh: SearchEngine) -> None:
        """See LiveEngine."""
        draft = self._pointer.with_suffix(".next")
        draft.write_text(self._fresh[id(fresh)], "ascii")
        draft.replace(self._pointer)

    def _ask(self, ask: Callable[[SearchEngine], T]) -> T:
        """The answer of the generation in use; once more if it was replaced meanwhile."""
        used = self._current()
        try:
            return ask(used)
        except Exception as error:  # A broken index may fail with anything.
            if (replaced := self._current()) is not used:
                return ask(replaced)
            if isinstance(error, SearchUnavailable):
                raise
            raise SearchUnavailable(type(error).__name__) from error

    def _current(self) -> SearchEngine:
        name = self._named()
        if not name:
            raise SearchUnavailable("there is no index")
        with self._lock:
            if self._used is None or self._used[0] != name:
                if self._used is not None:
                    self._used[1].close()
                self._used = name, self._open_at(self._folder / name)
            return self._used[1]

    def _named(self) -> str:
        """The folder of the generation in use; empty if there is none, or if its name is damaged."""
        try:
            name = self._pointer.read_text("ascii")
        except (OSError, ValueError):
            return ""
        return name if re.fullmatch(rf"{re.escape(self._stem)}\.[0-9a-f]{{12}}", name) else ""

    def _prepare(self) -> None:
        try:
            if self._folder.exists() and not self._folder.is_dir():
                self._folder.unlink()
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SearchUnavailable(type(error).__name__) from error

    def _sweep(self) -> None:
        """Remove all generations but the one in use, also those of older versions."""
        kept = {self._named(), self._pointer.name}
        for path in self._folder.glob(f"{self.name}-*"):
            if path.name in kept:
                continue
            if path.is_dir() and not path.is_symlink():
                rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
