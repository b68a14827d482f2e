"""Whether this process can do its work now: database, tables, keys, disk."""

import os
import shutil
from collections.abc import Callable
from functools import cache

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from core import lineages
from core.platform import Platform
from core.settings import Settings

LEAST_FREE = 64 * 1024 * 1024
"""Bytes: with less a database soon cannot write, and not even clean up."""


def readiness(site: Platform) -> dict[str, bool]:
    """Each check by name; why one fails is for the administrator (`camove doctor`), not for strangers."""
    return {name: _holds(check, site) for name, check in CHECKS.items()}


def _holds(check: Callable[[Platform], bool], site: Platform) -> bool:
    try:
        return check(site)
    except (OSError, SQLAlchemyError):
        return False


def _database(site: Platform) -> bool:
    with site.database.reading() as session:
        return bool(session.scalar(text("SELECT 1")))


def _tables(site: Platform) -> bool:
    with site.database.reading() as session:
        return lineages.CORE.current(session.connection()) == _newest()


@cache
def _newest() -> str | None:
    return lineages.CORE.head


def _keys(site: Platform) -> bool:
    settings: Settings = site.settings
    return all(os.access(path, os.R_OK) for path in (settings.keys, *settings.keys.glob("*.key")))


def _disk(site: Platform) -> bool:
    folder = site.settings.data
    return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free >= LEAST_FREE


CHECKS: dict[str, Callable[[Platform], bool]] = {
    "database": _database,
    "tables": _tables,
    "keys": _keys,
    "disk": _disk,
}
