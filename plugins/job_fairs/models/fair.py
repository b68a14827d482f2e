"""A fair, the employers at it, their booths, desks and vacancies. A desk is a row, so capacity is a unique key."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Date, ForeignKey, Index, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.toolkit import Base, Json, Subject, UtcDateTime, id_column, now

COUNTRY = "KG"


class Fair(Base):
    """One fair. `sequence` rises only when start, end, place or status change: calendars follow it."""

    __tablename__ = "job_fairs_fair"

    id: Mapped[UUID] = id_column()
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("core_organisation.id"), index=True)
    region: Mapped[str] = mapped_column(String(8), index=True)
    title: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    venue: Mapped[str] = mapped_column(String(200), default="")
    partners: Mapped[str] = mapped_column(Text, default="")
    phone: Mapped[str] = mapped_column(String(32), default="")
    starts: Mapped[datetime] = mapped_column(UtcDateTime)
    slot_minutes: Mapped[int] = mapped_column(default=15)
    slots: Mapped[int] = mapped_column(default=20)
    rest: Mapped[int] = mapped_column(default=0)
    walk: Mapped[int] = mapped_column(default=0)
    reserve: Mapped[int] = mapped_column(default=15)
    state: Mapped[str] = mapped_column(String(32), default="draft", index=True)
    revision: Mapped[int] = mapped_column(default=1)
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    apply_token: Mapped[str] = mapped_column(String(64), unique=True)
    series_id: Mapped[UUID | None] = mapped_column(Uuid, index=True)
    """Shared by fairs that were made one from another, such as each spring's."""
    previous_starts: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was to begin before it was postponed (schema.org previousStartDate)."""

    participations: Mapped[list["Participation"]] = relationship(
        back_populates="fair", cascade="all, delete-orphan", order_by="Participation.id"
    )

    def subject(self) -> Subject:
        """Whose fair it is."""
        return Subject(self.organisation_id, COUNTRY, object_id=self.id)

    def begins(self, slot: int) -> datetime:
        """When that slot begins."""
        return self.starts + timedelta(minutes=self.slot_minutes * slot)

    @property
    def ends(self) -> datetime:
        """When the last slot ends."""
        return self.begins(self.slots)


class Participation(Base):
    """One employer at one fair. `standing`: published entries under its name, for the person who vets it."""

    __tablename__ = "job_fairs_participation"

    id: Mapped[UUID] = id_column()
    fair_id: Mapped[UUID] = mapped_column(ForeignKey("job_fairs_fair.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    inn: Mapped[str] = mapped_column(String(14))
    needs: Mapped[str] = mapped_column(Text, default="")
    desks_wanted: Mapped[int] = mapped_column(default=1)
    zone: Mapped[str] = mapped_column(String(1), default="")
    booth: Mapped[str] = mapped_column(String(8), default="")
    grid_x: Mapped[int | None]
    grid_y: Mapped[int | None]
    standing: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    state: Mapped[str] = mapped_column(String(32), default="applied")
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    fair: Mapped[Fair] = relationship(back_populates="participations")
    desks: Mapped[list["Desk"]] = relationship(
        back_populates="participation", cascade="all, delete-orphan", order_by="Desk.number"
    )
    vacancies: Mapped[list["Vacancy"]] = relationship(
        back_populates="participation", cascade="all, delete-orphan", order_by="Vacancy.id"
    )

    __table_args__ = (
        UniqueConstraint("fair_id", "inn"),
        # A booth is given once; those who wait for one have none.
        Index(
            "ix_job_fairs_participation_booth",
            fair_id,
            booth,
            unique=True,
            sqlite_where=booth != "",
            postgresql_where=booth != "",
        ),
        Index("ix_job_fairs_participation_grid", "fair_id", "grid_x", "grid_y", unique=True),
    )

    def subject(self) -> Subject:
        """Whose fair it is."""
        return Subject(self.fair.organisation_id, "KG", object_id=self.id)


class Desk(Base):
    """One interviewer's table, open from `first_slot` up to and with `last_slot`, closed in the slot `lunch`."""

    __tablename__ = "job_fairs_desk"
    __table_args__ = (UniqueConstraint("participation_id", "number"),)

    id: Mapped[UUID] = id_column()
    participation_id: Mapped[UUID] = mapped_column(
        ForeignKey("job_fairs_participation.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[int]
    first_slot: Mapped[int]
    last_slot: Mapped[int]
    lunch: Mapped[int | None]
    participation: Mapped[Participation] = relationship(back_populates="desks")

    def open_in(self, slot: int) -> bool:
        """Whether somebody sits there then."""
        return self.first_slot <= slot <= self.last_slot and slot != self.lunch


class Vacancy(Base):
    """A vacancy (schema.org JobPosting); `isco08` is a text of four digits, `soate` the place of the work.

    Sexes are never asked for. `licence_checked`: a person looked the licence up, for work abroad.
    """

    __tablename__ = "job_fairs_vacancy"

    id: Mapped[UUID] = id_column()
    participation_id: Mapped[UUID] = mapped_column(
        ForeignKey("job_fairs_participation.id", ondelete="CASCADE"), index=True
    )
    title: Mapped[str] = mapped_column(String(200))
    isco08: Mapped[str] = mapped_column(String(4), index=True)
    openings: Mapped[int] = mapped_column(default=1)
    wage_min: Mapped[int | None]
    wage_max: Mapped[int | None]
    contract: Mapped[bool] = mapped_column(Boolean, default=False)
    abroad: Mapped[bool] = mapped_column(Boolean, default=False)
    schedule: Mapped[str] = mapped_column(String(8), default="day")
    licence: Mapped[str] = mapped_column(String(64), default="")
    licence_checked: Mapped[bool] = mapped_column(Boolean, default=False)
    soate: Mapped[str] = mapped_column(String(14), default="")
    valid_through: Mapped[date | None] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(32), default="proposed")
    revision: Mapped[int] = mapped_column(default=1)
    participation: Mapped[Participation] = relationship(back_populates="vacancies")

    def subject(self) -> Subject:
        """Whose fair it is."""
        return Subject(self.participation.fair.organisation_id, COUNTRY, object_id=self.id)
