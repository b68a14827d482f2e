"""Each thing that a phone sends carries an id made there; a repeat of it is accepted once."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Uuid, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.contract import Job
from core.database import Base, Database, UtcDateTime, now
from core.permissions import Actor

KEPT = timedelta(days=60)
"""Twice the life of a draft on a phone: after that nobody sends it again."""


class Received(Base):
    """One thing that a person's phone has sent. The id is that person's alone: nobody can take another's."""

    __tablename__ = "core_received"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    person_id: Mapped[UUID] = mapped_column(
        ForeignKey("core_person.id", ondelete="CASCADE"), primary_key=True
    )
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)


def known(session: Session, actor: Actor, item: UUID | None) -> bool:
    """Whether this was received already; a form without an id never was."""
    return item is not None and session.get(Received, (item, actor.person_id)) is not None


def accept_once(session: Session, actor: Actor, item: UUID | None) -> bool:
    """Note that it is received now; False if it was before. Call it in the transaction of the change itself,
    after locking the row that changes: then two repeats at once wait for each other.
    """
    if item is None:
        return True
    if known(session, actor, item):
        return False
    session.add(Received(id=item, person_id=actor.person_id))
    session.flush()
    return True


def job() -> Job:
    """Forgets what no phone can send again."""
    return Job("core.received_purge", _purge, every=timedelta(days=1))


def _purge(database: Database, _payloads: Sequence[Mapping[str, Any]]) -> None:
    with database.transaction() as session:
        session.execute(delete(Received).where(Received.received_at < now() - KEPT))
