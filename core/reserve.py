"""A file that only takes up room: given back when the disk is full, so that clean-up and checkpoints can run.

At disk full SQLite loses nothing, but its own DELETE and checkpoint fail too: somebody must give way.
"""

import contextlib
import logging
import os
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext

from core import disk
from core.contract import Job
from core.database import Database

log = logging.getLogger("camove.reserve")
NAME = "reserve"
SIZE = 64 * 1024 * 1024
FULL = ("database or disk is full", "no space left", "could not extend file", "disk quota")
DISK_FULL = "53100"
"""PostgreSQL's code (SQLSTATE) for a full disk."""


def stands(data: Path, size: int = SIZE) -> bool:
    """Whether the file is there, whole."""
    path = data / NAME
    return path.is_file() and path.stat().st_size >= size


def make(data: Path, size: int = SIZE) -> bool:
    """Take the room up, unless little is left beside it; says whether the file stands."""
    if stands(data, size):
        return True
    path = data / NAME
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.posix_fallocate(handle, 0, size)
        finally:
            os.close(handle)
    except OSError:
        give_back(data)
        return False
    if disk.free_share(data) < disk.LEAST_FREE:
        # What stands on a disk as full as this would only bring the next failure nearer.
        give_back(data)
        return False
    return True


def give_back(data: Path) -> bool:
    """Delete the file; says whether there was one. Never raises: it is called when something already failed."""
    with contextlib.suppress(OSError):
        (data / NAME).unlink()
        log.error("the disk is full: the reserve of the data folder was given back; make room soon")
        return True
    return False


def is_full(error: BaseException | None) -> bool:
    """Whether an error of a database or of the system means that the disk is full."""
    if error is None:
        return False
    if getattr(error, "sqlstate", None) == DISK_FULL:
        return True
    if isinstance(error, OSError):
        return error.errno in {28, 122}  # ENOSPC, EDQUOT
    return isinstance(error, Exception) and any(word in str(error).lower() for word in FULL)


def watch(database: Database, data: Path) -> None:
    """Give the reserve back as soon as the database reports a full disk, in whatever process."""

    def notice(context: ExceptionContext) -> None:
        if is_full(context.original_exception):
            give_back(data)

    event.listen(database.engine, "handle_error", notice)


def job(data: Path) -> Job:
    """Take the room up again once there is room."""

    def again(_database: Database, _payloads: Sequence[Mapping[str, Any]]) -> None:
        make(data)

    return Job("core.reserve", again, every=timedelta(hours=1))
