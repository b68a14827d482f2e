"""The two-person rule: what leaves the house is proposed by one person and approved by another, bound to its content.

An approval holds for exactly the bytes that were approved (their SHA-256): after an edit there is none
(OWASP ASVS 5.0, 2.3.5). The proposer never approves, however many roles that person holds.
"""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, String, Uuid, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import audit
from core.database import Base, UtcDateTime, id_column, now
from core.permissions import Actor


class ApprovalProblem(ValueError):
    """The approval cannot be given; `code` is same_person, content_changed or not_open."""

    code = ""


class SamePerson(ApprovalProblem):
    """Who proposed cannot approve."""

    code = "same_person"


class ContentChanged(ApprovalProblem):
    """What would be approved is not what was proposed."""

    code = "content_changed"


class NotOpen(ApprovalProblem):
    """It was approved, withdrawn or has expired meanwhile."""

    code = "not_open"


class Approval(Base):
    """One proposal and, once somebody else has looked at it, its approval. Rows are never reused."""

    __tablename__ = "core_approval"
    __table_args__ = (Index("ix_core_approval_object", "kind", "object_id"),)

    id: Mapped[UUID] = id_column()
    kind: Mapped[str] = mapped_column(String(64))
    object_id: Mapped[UUID] = mapped_column(Uuid)
    content_hash: Mapped[str] = mapped_column(String(64))
    proposed_by: Mapped[UUID | None] = mapped_column(ForeignKey("core_person.id", ondelete="SET NULL"))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("core_person.id", ondelete="SET NULL"))
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def fingerprint(content: bytes | str) -> str:
    """The SHA-256 of the content, in hexadecimal."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


def propose(
    session: Session,
    actor: Actor,
    kind: str,
    object_id: UUID,
    content: bytes | str,
    *,
    lasts: timedelta | None = None,
) -> Approval:
    """Put `content` forward; an earlier open proposal for the same object ends. The right is the caller's to check."""
    _withdraw_open(session, kind, object_id)
    made = Approval(
        kind=kind,
        object_id=object_id,
        content_hash=fingerprint(content),
        proposed_by=actor.person_id,
        expires_at=now() + lasts if lasts else None,
    )
    session.add(made)
    session.flush()
    audit.record(session, actor, "core.approval.propose", object_id, (kind,))
    return made


def approve(session: Session, actor: Actor, approval: Approval, content: bytes | str) -> None:
    """Approve exactly that content. Raises SamePerson, ContentChanged or NotOpen; nothing has changed then."""
    if actor.person_id is None or actor.person_id == approval.proposed_by:
        raise SamePerson
    if approval.content_hash != fingerprint(content):
        raise ContentChanged
    # One statement decides, so that of two approvers at the same moment one wins.
    claim = update(Approval).where(Approval.id == approval.id, *_open())
    claim = claim.values(approved_by=actor.person_id, approved_at=now())
    if session.execute(claim.returning(Approval.id)).first() is None:
        raise NotOpen
    session.refresh(approval)
    audit.record(session, actor, "core.approval.approve", approval.object_id, (approval.kind,))


def withdraw(session: Session, actor: Actor, approval: Approval) -> None:
    """Take a proposal or an approval back; it never holds again."""
    approval.withdrawn_at = approval.withdrawn_at or now()
    audit.record(session, actor, "core.approval.withdraw", approval.object_id, (approval.kind,))


def waiting(session: Session, kind: str, object_id: UUID) -> Approval | None:
    """The proposal that waits for a second person, if any."""
    rows = select(Approval).where(Approval.kind == kind, Approval.object_id == object_id, *_open())
    return session.scalars(rows.order_by(Approval.id.desc())).first()


def approved(session: Session, kind: str, object_id: UUID, content: bytes | str) -> Approval | None:
    """The approval that holds for exactly this content; None after any edit."""
    rows = select(Approval).where(
        Approval.kind == kind,
        Approval.object_id == object_id,
        Approval.content_hash == fingerprint(content),
        Approval.approved_at.is_not(None),
        Approval.withdrawn_at.is_(None),
    )
    return session.scalars(rows.order_by(Approval.id.desc())).first()


def _open() -> tuple[ColumnElement[bool], ...]:
    in_time = or_(Approval.expires_at.is_(None), Approval.expires_at > now())
    return Approval.approved_at.is_(None), Approval.withdrawn_at.is_(None), in_time


def _withdraw_open(session: Session, kind: str, object_id: UUID) -> None:
    rows = update(Approval).where(Approval.kind == kind, Approval.object_id == object_id)
    session.execute(rows.where(*_open()).values(withdrawn_at=now()))
