"""Checkpoints of the audit: how long the chain is and how it ends, signed, kept elsewhere, and co-signed by others.

A chain alone does not show that its tail was cut off, and whoever holds its key could write it anew. So every
15 minutes, or 500 entries, the length and the last MAC go into a file outside the data folder and by mail to
other organisations of the network. They sign only what continues that which they signed before, and so stand
witness. The text follows C2SP tlog-checkpoint (origin, size, hash, then our own line for the time); the hash is the
MAC of the last entry, which covers all entries before it, not a Merkle root.
"""

import base64
import json
import os
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import outbox
from core.audit import AuditEntry
from core.contract import Job
from core.database import Database, now
from core.notifications import Mailer
from core.settings import Settings
from core.signed_notes import BadNote, Note, Signer, Verifier

JOB, MAIL = "core.audit_checkpoint", "core.audit_mail"
PERIOD, ENTRIES = timedelta(minutes=15), 500
RESTORED = "restored"
SUBJECT = "camove audit checkpoint"


@dataclass(frozen=True)
class Checkpoint:
    """The chain of `origin` had `size` entries and ended with the MAC `head` (hexadecimal) at that time."""

    origin: str
    size: int
    head: str
    at: datetime
    event: str = ""

    def text(self) -> str:
        """What is signed."""
        head = base64.b64encode(bytes.fromhex(self.head)).decode()
        stamp = f"time {self.at.isoformat(timespec='seconds')}"
        return (
            "\n".join([self.origin, str(self.size), head, stamp, *([self.event] if self.event else [])])
            + "\n"
        )

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read the text of a note. Raises BadNote."""
        try:
            origin, size, head, stamp, *rest = text.splitlines()
            at = datetime.fromisoformat(stamp.removeprefix("time "))
            return cls(origin, int(size), base64.b64decode(head, validate=True).hex(), at, *rest[:1])
        except ValueError as error:
            raise BadNote("this note is not a checkpoint of an audit") from error


def signer(settings: Settings) -> Signer:
    """The site's own key for checkpoints; its name is the host that people know."""
    return Signer(urlsplit(settings.base_url).hostname or "camove", settings.key("checkpoints"))


def path(settings: Settings) -> Path:
    """The file of checkpoints: beside the data, not in it, so that an older copy of the data shows."""
    return settings.instance / "audit-checkpoints.jsonl"


def kept(settings: Settings) -> Iterator[Note]:
    """All notes of the file, oldest first. Raises BadNote for a line that is none."""
    file = path(settings)
    if not file.exists():
        return
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        try:
            yield Note.parse(json.loads(line)["note"])
        except (ValueError, KeyError, TypeError) as error:
            raise BadNote(f"line {number} of {file.name} was damaged") from error


def latest(settings: Settings) -> str:
    """The newest note, for whoever freezes something beside the audit; empty before the first checkpoint."""
    if not path(settings).exists():
        return ""
    with path(settings).open(encoding="utf-8") as file:
        last = deque(file, maxlen=1)
    return str(json.loads(last[0])["note"]) if last else ""


def keep(settings: Settings, note: Note) -> None:
    """Append a note, safe from a power cut once this returns."""
    with path(settings).open("a", encoding="utf-8") as file:
        file.write(json.dumps({"note": str(note)}, ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())


def make(session: Session, settings: Settings, event: str = "") -> Note | None:
    """Sign where the chain stands now and keep it; None while the chain is empty."""
    last = _last(session)
    if last is None:
        return None
    own = signer(settings)
    note = Note(Checkpoint(own.name, last.sequence, last.mac, now(), event).text()).signed(own)
    keep(settings, note)
    return note


def note_restore(session: Session, settings: Settings) -> Note | None:
    """State, signed, that an older backup was restored: what later checkpoints told is known to be lost."""
    return make(session, settings, RESTORED)


def take_back(settings: Settings, note: Note) -> list[str]:
    """Keep a note that came back co-signed; gives the names of known witnesses on it. Raises BadNote."""
    if not note.is_signed_by(signer(settings).verifier):
        raise BadNote("this note is not from this site")
    names = [each.name for each in witnesses(settings) if note.is_signed_by(each)]
    if not names:
        raise BadNote("no known witness has signed this note; see the setting audit_witnesses")
    keep(settings, note)
    return names


def witnesses(settings: Settings) -> list[Verifier]:
    """The keys of the organisations that co-sign. Raises BadNote."""
    return [Verifier.parse(key) for key in settings.audit_witnesses]


def verify(session: Session, settings: Settings, extra: Sequence[Note] = ()) -> list[str]:
    """Compare the chain with every checkpoint (and those in `extra`); one line for each contradiction."""
    problems: list[str] = []
    own = signer(settings).verifier
    try:
        notes = [*kept(settings), *extra]
    except BadNote as error:
        return [str(error)]
    for number, note in enumerate(notes, 1):
        if not note.is_signed_by(own):
            problems.append(f"checkpoint {number} is not signed by this site, or was changed")
    if problems:
        return problems
    told = [Checkpoint.parse(note.text) for note in notes]
    return [line for n, each in enumerate(told) for line in _against(session, each, told[n + 1 :])]


def _against(session: Session, checkpoint: Checkpoint, later: Sequence[Checkpoint]) -> Iterator[str]:
    if any(each.event == RESTORED and each.size < checkpoint.size for each in later):
        return
    entry = session.get(AuditEntry, checkpoint.size)
    when = f"the checkpoint of {checkpoint.at:%Y-%m-%d %H:%M} UTC"
    if entry is None:
        last = _last(session)
        have = last.sequence if last else 0
        yield f"the chain ends at entry {have}, but {when} saw {checkpoint.size}: its tail was cut off"
    elif entry.mac != checkpoint.head:
        yield f"the chain up to entry {checkpoint.size} is not the one that {when} saw: it was written anew"


def _last(session: Session) -> AuditEntry | None:
    return session.scalars(select(AuditEntry).order_by(AuditEntry.sequence.desc()).limit(1)).first()


class Checkpointer:
    """The periodic work: make checkpoints and mail them to the witnesses."""

    def __init__(self, settings: Settings) -> None:
        """Know the settings; do nothing yet."""
        self._settings, self._mailer = settings, Mailer(settings)

    def jobs(self) -> tuple[Job, Job]:
        """The worker's part: a look every minute, and the mails."""
        return Job(JOB, self._look, every=timedelta(minutes=1)), Job(MAIL, self._mail)

    def _look(self, database: Database, _payloads: Sequence[Mapping[str, Any]]) -> None:
        with database.reading() as session:
            note = make(session, self._settings) if self._due(session) else None
        if note is not None and self._settings.mail_url:
            with database.transaction() as session:
                for address in self._settings.audit_witness_mail:
                    outbox.put(session, MAIL, {"to": address, "note": str(note)})

    def _due(self, session: Session) -> bool:
        last = _last(session)
        newest = latest(self._settings)
        if last is None or not newest:
            return last is not None
        before = Checkpoint.parse(Note.parse(newest).text)
        grown = last.sequence - before.size
        return grown >= ENTRIES or (grown > 0 and now() - before.at >= PERIOD)

    def _mail(self, _database: Database, payloads: Sequence[Mapping[str, Any]]) -> None:
        for payload in payloads:
            self._mailer.deliver(self._mailer.message(payload["to"], SUBJECT, payload["note"]))
