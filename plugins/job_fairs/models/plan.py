"""Plans, the interviews that were published, and what was scanned at the doors."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.toolkit import Base, Json, UtcDateTime, id_column, now
from plugins.job_fairs.models.fair import Desk, Participation
from plugins.job_fairs.models.seeker import Registration


class PlanVersion(Base):
    """A plan as it was made: `content` lists [registration, desk, slot], `result` the numbers shown with it."""

    __tablename__ = "job_fairs_plan"
    __table_args__ = (UniqueConstraint("fair_id", "number"),)

    id: Mapped[UUID] = id_column()
    fair_id: Mapped[UUID] = mapped_column(ForeignKey("job_fairs_fair.id", ondelete="CASCADE"))
    number: Mapped[int]
    weights: Mapped[dict[str, float]] = mapped_column(Json, default=dict)
    engine: Mapped[str] = mapped_column(String(8))
    content: Mapped[list[list[Any]]] = mapped_column(Json, default=list)
    result: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("core_person.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def choice(self) -> str:
        """What counted most, or "own" for weights of the organiser's own; `weights` holds those beside it."""
        return next(name for name in self.weights if not name.startswith("weigh_"))


class Interview(Base):
    """A published appointment. While `active`, the three unique indexes below make double booking impossible."""

    __tablename__ = "job_fairs_interview"

    id: Mapped[UUID] = id_column()
    fair_id: Mapped[UUID] = mapped_column(ForeignKey("job_fairs_fair.id", ondelete="CASCADE"), index=True)
    version: Mapped[int] = mapped_column(default=0)
    desk_id: Mapped[UUID] = mapped_column(ForeignKey("job_fairs_desk.id", ondelete="CASCADE"))
    participation_id: Mapped[UUID] = mapped_column(
        ForeignKey("job_fairs_participation.id", ondelete="CASCADE"), index=True
    )
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("job_fairs_registration.id", ondelete="CASCADE"))
    slot: Mapped[int] = mapped_column()
    state: Mapped[str] = mapped_column(String(16), default="published")
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Until when an offer from the waiting list holds the desk; it is an appointment that waits for a yes."""

    desk: Mapped[Desk] = relationship()
    participation: Mapped[Participation] = relationship()
    registration: Mapped[Registration] = relationship()

    __table_args__ = (
        Index(
            "ix_job_fairs_interview_desk", desk_id, slot,
            unique=True, sqlite_where=text("active"), postgresql_where=text("active"),
        ),
        Index(
            "ix_job_fairs_interview_person", registration_id, slot,
            unique=True, sqlite_where=text("active"), postgresql_where=text("active"),
        ),
        Index(
            "ix_job_fairs_interview_pair", registration_id, participation_id,
            unique=True, sqlite_where=text("active"), postgresql_where=text("active"),
        ),
    )  # fmt: skip


class Scan(Base):
    """A code that was read at a door. Its id comes from the device, so an upload repeated counts once."""

    __tablename__ = "job_fairs_scan"

    id: Mapped[UUID] = id_column()
    registration_id: Mapped[UUID] = mapped_column(
        ForeignKey("job_fairs_registration.id", ondelete="CASCADE"), index=True
    )
    door: Mapped[str] = mapped_column(String(40), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    offline: Mapped[bool] = mapped_column(Boolean, default=False)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("core_person.id", ondelete="SET NULL"))
    registration: Mapped[Registration] = relationship()
