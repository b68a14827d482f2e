"""What leaves the house, frozen, and what became of it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.toolkit import Base, Json, Subject, UtcDateTime, id_column, now
from plugins.monitoring.models.report import Report


class Dossier(Base):
    """One letter to one authority. Approval freezes the text, the annex list and the PDF; a change is a new version."""

    __tablename__ = "monitoring_dossier"
    __table_args__ = (UniqueConstraint("report_id", "version"),)

    id: Mapped[UUID] = id_column()
    report_id: Mapped[UUID] = mapped_column(ForeignKey("monitoring_report.id", ondelete="CASCADE"))
    version: Mapped[int]
    state: Mapped[str] = mapped_column(String(32), default="drafting", index=True)
    revision: Mapped[int] = mapped_column(default=1)
    addressee: Mapped[str] = mapped_column(String(32))
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("core_person.id", ondelete="SET NULL"))
    content: Mapped[dict[str, Any] | None] = mapped_column(Json)
    content_hash: Mapped[str] = mapped_column(String(64), default="")
    pdf: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    sent_on: Mapped[date | None] = mapped_column(Date)
    channel: Mapped[str] = mapped_column(String(32), default="")
    registered_on: Mapped[date | None] = mapped_column(Date)
    registration_number: Mapped[str] = mapped_column(String(100), default="")
    answer_by: Mapped[date | None] = mapped_column(Date, index=True)
    reminded_on: Mapped[date | None] = mapped_column(Date)
    report: Mapped[Report] = relationship(lazy="joined")

    def subject(self) -> Subject:
        """The same reach as its report."""
        return self.report.subject()
