"""People who come to a fair. Name and telephone are sealed in the vault; here stands what counting needs."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.toolkit import Base, Json, Subject, UtcDateTime, id_column, now
from plugins.job_fairs.models.fair import Fair, Participation


class Registration(Base):
    """One person at one fair. `sex` by ISO 5218 (0 not known, 1 male, 2 female, 9 not applicable)."""

    __tablename__ = "job_fairs_registration"
    __table_args__ = (UniqueConstraint("fair_id", "code"),)

    id: Mapped[UUID] = id_column()
    """Chosen by the form that sends it, so that a repeat is taken once."""
    fair_id: Mapped[UUID] = mapped_column(ForeignKey("job_fairs_fair.id", ondelete="CASCADE"), index=True)
    code: Mapped[str] = mapped_column(String(6))
    channel: Mapped[str] = mapped_column(String(8))
    entered_by: Mapped[UUID | None] = mapped_column(ForeignKey("core_person.id", ondelete="SET NULL"))
    sex: Mapped[str] = mapped_column(String(1), default="0")
    birth_year: Mapped[int | None]
    language: Mapped[str] = mapped_column(String(2), default="ru")
    soate: Mapped[str] = mapped_column(String(14), default="")
    """Where the person lives: raion or town of the state classifier, nothing finer."""
    education: Mapped[str] = mapped_column(String(8), default="")
    wanted: Mapped[list[str]] = mapped_column(Json, default=list)
    """Up to three codes of ISCO-08."""
    messages: Mapped[bool] = mapped_column(default=False)
    """Whether the person agreed to text messages about appointments."""
    returned: Mapped[str] = mapped_column(String(8), default="unknown")
    first_slot: Mapped[int]
    last_slot: Mapped[int]
    consent_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    state: Mapped[str] = mapped_column(String(16), default="confirmed")
    merged_into: Mapped[UUID | None] = mapped_column(Uuid)
    """The registration of the same person that counts, where this one is a duplicate."""
    feed_token: Mapped[str | None] = mapped_column(String(64), index=True, unique=True)
    """The address of the person's own calendar; taken away it opens nothing."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    fair: Mapped[Fair] = relationship()
    wishes: Mapped[list["Wish"]] = relationship(
        back_populates="registration", cascade="all, delete-orphan", order_by="Wish.rank"
    )

    def subject(self) -> Subject:
        """Whose fair it is."""
        return Subject(self.fair.organisation_id, "KG", object_id=self.id)


class Wish(Base):
    """An employer whom a person wants to meet; `rank` 0 is the dearest."""

    __tablename__ = "job_fairs_wish"
    __table_args__ = (UniqueConstraint("registration_id", "participation_id"),)

    id: Mapped[UUID] = id_column()
    registration_id: Mapped[UUID] = mapped_column(
        ForeignKey("job_fairs_registration.id", ondelete="CASCADE"), index=True
    )
    participation_id: Mapped[UUID] = mapped_column(
        ForeignKey("job_fairs_participation.id", ondelete="CASCADE"), index=True
    )
    rank: Mapped[int]
    registration: Mapped[Registration] = relationship(back_populates="wishes")
    participation: Mapped[Participation] = relationship()
