"""Each creation carries an Idempotency-Key; a repeat of it is answered with what the first one made."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import request
from sqlalchemy import ForeignKey, String, Uuid, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.contract import Job
from core.database import Base, Database, UtcDateTime, new_id, now
from core.rest.problems import Problem

KEY = re.compile(r"[!-~]{8,200}")
KEPT = timedelta(days=60)
"""As long as what phones send is remembered (`core.offline.receipts`)."""


class Creation(Base):
    """What an organisation's program has made under a key; neither the key nor the content is kept."""

    __tablename__ = "core_rest_creation"

    organisation_id: Mapped[UUID] = mapped_column(
        ForeignKey("core_organisation.id", ondelete="CASCADE"), primary_key=True
    )
    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    object_id: Mapped[UUID] = mapped_column(Uuid)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)


def key() -> str:
    """The key of this request. Raises Problem."""
    given = request.headers.get("Idempotency-Key", "")
    if not KEY.fullmatch(given):
        raise Problem(400, "key_missing")
    return given


def claim(session: Session, organisation_id: UUID, resource: str) -> tuple[UUID, bool]:
    """The id for what is created, and whether this is a repeat. Raises Problem for a key of another request.

    Two at once meet in the table's key: the later raises IntegrityError, and finds the first when it is asked again.
    """
    name = hashlib.sha256(key().encode()).hexdigest()
    content = hashlib.sha256(f"{resource}\n".encode() + request.get_data()).hexdigest()
    known = session.get(Creation, (organisation_id, name))
    if known is None:
        made = Creation(
            organisation_id=organisation_id, key_hash=name, request_hash=content, object_id=new_id()
        )
        session.add(made)
        session.flush()
        return made.object_id, False
    if known.request_hash != content:
        raise Problem(422, "key_reused")
    return known.object_id, True


def job() -> Job:
    """Forgets what no program can repeat."""
    return Job("core.rest_purge", _purge, every=timedelta(days=1))


def _purge(database: Database, _payloads: Sequence[Mapping[str, Any]]) -> None:
    with database.transaction() as session:
        session.execute(delete(Creation).where(Creation.created_at < now() - KEPT))
