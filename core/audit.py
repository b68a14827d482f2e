"""The audit: append-only, each entry chained to the one before by a keyed hash.

It keeps ids and names of fields, never values. The key lives outside the database, so that a
hand with the file alone cannot restamp the chain (HMAC-SHA-256, RFC 2104).
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Integer, String, Uuid, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.database import Base, Json, UtcDateTime, now
from core.permissions import Actor

GENESIS = "0" * 64


class AuditEntry(Base):
    """Who did what to which object; no foreign keys, since an entry outlives what it names."""

    __tablename__ = "core_audit"

    sequence: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    person_id: Mapped[UUID | None] = mapped_column(Uuid, index=True)
    organisation_id: Mapped[UUID | None] = mapped_column(Uuid)
    action: Mapped[str] = mapped_column(String(96), index=True)
    object_id: Mapped[UUID | None] = mapped_column(Uuid, index=True)
    fields: Mapped[list[str]] = mapped_column(Json, default=list)
    previous: Mapped[str] = mapped_column(String(64))
    mac: Mapped[str] = mapped_column(String(64))


def record(
    session: Session, actor: Actor, action: str, object_id: UUID | None = None, fields: Iterable[str] = ()
) -> AuditEntry:
    """Append an entry in the transaction of what it tells; both come, or neither."""
    last = _last(session)
    entry = AuditEntry(
        sequence=last.sequence + 1 if last else 1,
        at=now(),
        person_id=actor.person_id,
        organisation_id=actor.organisations[0] if len(actor.organisations) == 1 else None,
        action=action,
        object_id=object_id,
        fields=sorted(fields),
        previous=last.mac if last else GENESIS,
    )
    entry.mac = _mac(session.info["audit_key"], entry)
    session.add(entry)
    # The next entry of this transaction must find this one.
    session.flush()
    return entry


def verify(session: Session) -> list[str]:
    """Walk the chain from its start; gives one line for each break, none if it is whole."""
    rows = select(AuditEntry).order_by(AuditEntry.sequence).execution_options(yield_per=500)
    return list(breaks(session.scalars(rows), session.info["audit_key"]))


def verify_tail(session: Session, length: int = 1000) -> list[str]:
    """Walk only the last entries: what a start of the site can afford."""
    rows = select(AuditEntry).order_by(AuditEntry.sequence.desc()).limit(length)
    tail = list(reversed(session.scalars(rows).all()))
    if not tail:
        return []
    return list(breaks(tail, session.info["audit_key"], tail[0].previous, tail[0].sequence))


def breaks(
    entries: Iterable[AuditEntry], key: bytes, previous: str = GENESIS, expected: int = 1
) -> Iterator[str]:
    """One line for each place where the chain does not hold, walking from entry `expected`."""
    for entry in entries:
        if entry.sequence != expected:
            yield f"entries {expected} to {entry.sequence - 1} are missing"
        if entry.previous != previous:
            yield f"entry {entry.sequence} does not follow the one before it"
        if not hmac.compare_digest(entry.mac, _mac(key, entry)):
            yield f"entry {entry.sequence} was changed"
        previous, expected = entry.mac, entry.sequence + 1


def _last(session: Session) -> AuditEntry | None:
    if session.get_bind().dialect.name == "postgresql":
        # SQLite's writers queue already; here two of them could chain to the same entry.
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext('core_audit'))"))
    return session.scalars(select(AuditEntry).order_by(AuditEntry.sequence.desc()).limit(1)).first()


def _mac(key: bytes, entry: AuditEntry) -> str:
    acted_for = [str(entry.organisation_id)] if entry.organisation_id else []
    content = json.dumps(
        [
            entry.sequence,
            entry.at.isoformat(),
            str(entry.person_id or ""),
            entry.action,
            str(entry.object_id or ""),
            entry.fields,
            entry.previous,
            *acted_for,
        ],
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return hmac.new(key, content.encode(), hashlib.sha256).hexdigest()
