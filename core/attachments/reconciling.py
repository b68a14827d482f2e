"""Rows and files compared both ways. After a crash there may be litter, never a row without its file."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit
from core.accounts.actors import SYSTEM
from core.attachments import keeping, uploads
from core.attachments.models import Attachment, Upload
from core.attachments.shelf import Shelf
from core.contract import Job
from core.database import Database, now
from core.settings import Settings

LITTER_AGE = timedelta(hours=24)
"""Younger files without a row may be about to get one."""


@dataclass
class Findings:
    """Names of files: missing though a row wants them, changed, and lying there without a row (old, and young)."""

    missing: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    litter: list[str] = field(default_factory=list)
    young: list[str] = field(default_factory=list)
    wanted: int = 0

    @property
    def sound(self) -> bool:
        """Whether nothing is lost or left over."""
        return not (self.missing or self.changed or self.litter)


def compare(database: Database, settings: Settings, age: timedelta = LITTER_AGE) -> Findings:
    """Every row against its files and every file against the rows. Reads all files once."""
    found, before = Findings(), now() - age
    shelves = keeping.shelf(settings), uploads.shelf(settings)
    # Files are listed before the rows are read: what gets its row meanwhile is not missed.
    listed = [list(each.names()) for each in shelves]
    with database.reading() as session:
        wanted = _wanted(session)
    for store, here, expected in zip(shelves, listed, wanted, strict=True):
        found.wanted += len(expected)
        for each in here:
            if each.name not in expected:
                (found.litter if each.changed <= before else found.young).append(each.name)
        for name, sha256 in sorted(expected.items()):
            _judge(store, name, sha256, found)
    return found


def _wanted(session: Session) -> tuple[dict[str, str], dict[str, str]]:
    """The files of all attachments and the pieces of all uploads: name -> SHA-256, or "" where none was noted."""
    files: dict[str, str] = {}
    for each in session.scalars(select(Attachment).execution_options(yield_per=500)):
        files |= each.files()
    return files, {name: "" for each in session.scalars(select(Upload)) for name in each.files()}


def _judge(store: Shelf, name: str, sha256: str, found: Findings) -> None:
    try:
        content = store.get(name)
    except FileNotFoundError:
        found.missing.append(name)
    else:
        if sha256 and hashlib.sha256(content).hexdigest() != sha256:
            found.changed.append(name)


def tidy(database: Database, settings: Settings, age: timedelta = LITTER_AGE) -> int:
    """Remove files that no record came to use, uploads that nobody went on with, and litter; gives how many went."""
    gone = _unused(database, settings, now() - age) + _expired(database, settings, now() - uploads.EXPIRES)
    found = compare(database, settings, age)
    for name in found.litter:
        for store in (keeping.shelf(settings), uploads.shelf(settings)):
            store.remove(name)
    return gone + len(found.litter)


def _unused(database: Database, settings: Settings, before: datetime) -> int:
    old = select(Attachment).where(Attachment.used_at.is_(None), Attachment.created_at <= before)
    with database.transaction() as session:
        rows = session.scalars(old.with_for_update()).all()
        for each in rows:
            keeping.remove(session, each, settings)
            audit.record(session, SYSTEM, "core.attachment.remove", each.id)
        return len(rows)


def _expired(database: Database, settings: Settings, before: datetime) -> int:
    with database.transaction() as session:
        rows = session.scalars(select(Upload).where(Upload.changed_at <= before).with_for_update()).all()
        for each in rows:
            uploads.drop(session, settings, each)
        return len(rows)


class Housekeeper:
    """Removes what nothing points to, by itself."""

    def __init__(self, settings: Settings) -> None:
        """Know where the files lie."""
        self._settings = settings

    def job(self) -> Job:
        """The job, run every hour."""
        return Job("core.files_tidy", self.run, every=timedelta(hours=1))

    def run(self, database: Database, _payloads: Sequence[Mapping[str, Any]]) -> None:
        """One round."""
        tidy(database, self._settings)
