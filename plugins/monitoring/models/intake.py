"""What an import must remember: where a draft came from, and a dry run that waits for its confirmation."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.toolkit import Base, Json, Subject, UtcDateTime, id_column, now
from plugins.monitoring.models.report import Report


class Origin(Base):
    """The submission that a report was made from. Its name is the report's external reference."""

    __tablename__ = "monitoring_origin"

    report_id: Mapped[UUID] = mapped_column(
        ForeignKey("monitoring_report.id", ondelete="CASCADE"), primary_key=True
    )
    content_hash: Mapped[str] = mapped_column(String(64))
    version: Mapped[int] = mapped_column(default=1)
    left_at: Mapped[int]
    """The draft's revision as the import left it: a higher one says that a person has worked on it."""
    report: Mapped[Report] = relationship(lazy="joined")


class Batch(Base):
    """A dry run without a refused row, kept until somebody confirms it, at most a day. Only what drafts would hold."""

    __tablename__ = "monitoring_batch"

    id: Mapped[UUID] = id_column()
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("core_organisation.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("core_person.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)
    candidates: Mapped[list[dict[str, Any]] | None] = mapped_column(Json)
    outcome: Mapped[dict[str, Any] | None] = mapped_column(Json)

    def subject(self) -> Subject:
        """The organisation whose drafts they would be."""
        return Subject(self.organisation_id, object_id=self.id)
