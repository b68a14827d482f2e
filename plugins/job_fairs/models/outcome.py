"""What became of a person after a fair, asked in three waves. Not known is a value of its own."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.toolkit import Base, UtcDateTime, id_column, now
from plugins.job_fairs.models.seeker import Registration


class Outcome(Base):
    """One answer of one wave; `attempts` counts calls, also those that nobody took."""

    __tablename__ = "job_fairs_outcome"
    __table_args__ = (UniqueConstraint("registration_id", "wave"),)

    id: Mapped[UUID] = id_column()
    registration_id: Mapped[UUID] = mapped_column(
        ForeignKey("job_fairs_registration.id", ondelete="CASCADE"), index=True
    )
    wave: Mapped[str] = mapped_column(String(8))
    status: Mapped[str] = mapped_column(String(16), default="unknown")
    source: Mapped[str] = mapped_column(String(8), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    contract: Mapped[str] = mapped_column(String(8), default="")
    wage: Mapped[str] = mapped_column(String(8), default="")
    revision: Mapped[int] = mapped_column(default=1)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("core_person.id", ondelete="SET NULL"))
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    registration: Mapped[Registration] = relationship()
