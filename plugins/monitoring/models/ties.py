"""What ties records of the register to each other: business relations, merges, and "not the same"."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.toolkit import Base, UtcDateTime, id_column, now
from plugins.monitoring.models.employer import Employer


def _employer() -> Mapped[UUID]:
    return mapped_column(ForeignKey("monitoring_employer.id", ondelete="CASCADE"), index=True)


def _person() -> Mapped[UUID | None]:
    return mapped_column(ForeignKey("core_person.id", ondelete="SET NULL"))


class Relation(Base):
    """`employer` is the `kind` (subcontractor, labour broker, owner of the site) for `other`, as far as known."""

    __tablename__ = "monitoring_relation"

    id: Mapped[UUID] = id_column()
    employer_id: Mapped[UUID] = _employer()
    other_id: Mapped[UUID] = _employer()
    kind: Mapped[str] = mapped_column(String(32))
    since: Mapped[date | None] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)
    employer: Mapped[Employer] = relationship(foreign_keys=[employer_id])
    other: Mapped[Employer] = relationship(foreign_keys=[other_id])


class Merge(Base):
    """A person said that `source` is `target`. An edge: nothing moves, and taking it back restores everything."""

    __tablename__ = "monitoring_employer_merge"

    id: Mapped[UUID] = id_column()
    source_id: Mapped[UUID] = mapped_column(ForeignKey("monitoring_employer.id", ondelete="CASCADE"))
    target_id: Mapped[UUID] = _employer()
    reason: Mapped[str] = mapped_column(Text)
    person_id: Mapped[UUID | None] = _person()
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    undone_reason: Mapped[str] = mapped_column(Text, default="")
    undone_by: Mapped[UUID | None] = _person()
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    source: Mapped[Employer] = relationship(foreign_keys=[source_id])
    target: Mapped[Employer] = relationship(foreign_keys=[target_id])

    __table_args__ = (
        # One record is merged into one other at a time: without this, no reading could be exact.
        Index(
            "ix_monitoring_employer_merge_standing",
            source_id,
            unique=True,
            sqlite_where=undone_at.is_(None),
            postgresql_where=undone_at.is_(None),
        ),
    )


class Apart(Base):
    """A person said that these two are not the same; no program ever says so. The smaller id stands first."""

    __tablename__ = "monitoring_employer_apart"
    __table_args__ = (UniqueConstraint("one_id", "other_id"),)

    id: Mapped[UUID] = id_column()
    one_id: Mapped[UUID] = mapped_column(ForeignKey("monitoring_employer.id", ondelete="CASCADE"))
    other_id: Mapped[UUID] = _employer()
    reason: Mapped[str] = mapped_column(Text)
    person_id: Mapped[UUID | None] = _person()
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
