"""Datasets and their versions, who reviewed them, and the versions' files by their hashes."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.toolkit import Base, Json, Subject, UtcDateTime, id_column, now


class Dataset(Base):
    """What versions are versions of. `source` names the extract of a plugin that it stands for, if it is one."""

    __tablename__ = "research_dataset"

    id: Mapped[UUID] = id_column()
    slug: Mapped[str] = mapped_column(String(16), unique=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("core_organisation.id"))
    source: Mapped[str | None] = mapped_column(String(64), unique=True)
    study_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("research_study.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    versions: Mapped[list["Version"]] = relationship(back_populates="dataset", order_by="Version.id")


class Version(Base):
    """One deposit on its way to publication; once published, nothing of it changes but its state.

    `about` and `columns` are the description; `report` is the last risk run; `statistics` what pages show, worked out
    once. Hashes name files, all sealed: the original, the working table, and the released CSV and Parquet.
    """

    __tablename__ = "research_version"
    __table_args__ = (UniqueConstraint("dataset_id", "number"),)

    id: Mapped[UUID] = id_column()
    dataset_id: Mapped[UUID] = mapped_column(
        ForeignKey("research_dataset.id", ondelete="CASCADE"), index=True
    )
    state: Mapped[str] = mapped_column(String(16), default="arriving", index=True)
    revision: Mapped[int] = mapped_column(default=1)
    number: Mapped[str | None] = mapped_column(String(16))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("core_organisation.id"))
    depositor_id: Mapped[UUID | None] = mapped_column(ForeignKey("core_person.id", ondelete="SET NULL"))
    about: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    columns: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    level: Mapped[str] = mapped_column(String(16), default="request", index=True)
    sensitivity: Mapped[str] = mapped_column(String(2), default="S2")
    embargo: Mapped[date | None] = mapped_column(Date)
    original: Mapped[str] = mapped_column(String(64), default="")
    original_size: Mapped[int] = mapped_column(default=0)
    wishes: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    problem: Mapped[dict[str, Any] | None] = mapped_column(Json)
    working: Mapped[str] = mapped_column(String(64), default="")
    rows: Mapped[int] = mapped_column(default=0)
    release: Mapped[str] = mapped_column(String(64), default="")
    release_size: Mapped[int] = mapped_column(default=0)
    parquet: Mapped[str] = mapped_column(String(64), default="")
    parquet_size: Mapped[int] = mapped_column(default=0)
    released_rows: Mapped[int] = mapped_column(default=0)
    report: Mapped[dict[str, Any] | None] = mapped_column(Json)
    statistics: Mapped[dict[str, Any] | None] = mapped_column(Json)
    content_hash: Mapped[str] = mapped_column(String(64), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_reason: Mapped[str] = mapped_column(Text, default="")
    sealed_until: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    dataset: Mapped[Dataset] = relationship(back_populates="versions", lazy="joined")

    def subject(self) -> Subject:
        """The facts that permission scopes compare."""
        return Subject(self.organisation_id, object_id=self.id)


class Review(Base):
    """One person's yes to exactly this content, and their reasons for the rules that it does not meet."""

    __tablename__ = "research_review"
    __table_args__ = (UniqueConstraint("version_id", "person_id", "content_hash"),)

    id: Mapped[UUID] = id_column()
    version_id: Mapped[UUID] = mapped_column(ForeignKey("research_version.id", ondelete="CASCADE"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("core_person.id", ondelete="SET NULL"))
    content_hash: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
