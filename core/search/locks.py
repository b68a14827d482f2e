"""Locks between processes: the system gives one back when its holder dies, so none is ever left behind."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from core.search.engine import SearchBusy

_PAUSE = 0.02


@contextmanager
def held(path: Path, seconds: float) -> Iterator[None]:
    """Hold the lock `path`. Raises SearchBusy if another thread or process keeps it longer than `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        with path.open("a") as file:
            if _taken(file, path):
                yield
                return
        if time.monotonic() >= deadline:
            raise SearchBusy(path.name)
        time.sleep(_PAUSE)


def _taken(file: IO[str], path: Path) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # The folder may have been removed and made anew since: a lock on a lost file excludes nobody.
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except (BlockingIOError, FileNotFoundError):
        return False
