"""The table of periodic reports."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, Json, UtcDateTime, id_column, now
from core.permissions import Subject


class PeriodicReport(Base):
    """One edition of the report on a period: a draft, or an edition that was published and never changes.

    `title` is by language, `texts` by section and language, `snapshot` holds the figures as they were drawn.
    `content` is the canonical JSON of all that, made when it is proposed: what was published is read from it alone,
    and the database itself refuses to change or delete it (the trigger of the migration).
    """

    __tablename__ = "core_periodic_report"
    __table_args__ = (UniqueConstraint("period", "number"),)

    id: Mapped[UUID] = id_column()
    period: Mapped[str] = mapped_column(String(7))
    """Such as 2026-Q3 or 2026."""
    number: Mapped[int | None]
    """Which edition of its period; none before publication."""
    state: Mapped[str] = mapped_column(String(16), default="draft", index=True)
    revision: Mapped[int] = mapped_column(default=1)
    title: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    texts: Mapped[dict[str, dict[str, str]]] = mapped_column(Json, default=dict)
    changes: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    """What a correction corrects and why, by language."""
    snapshot: Mapped[str] = mapped_column(Text, default="")
    content: Mapped[str] = mapped_column(Text, default="")
    sha256: Mapped[str] = mapped_column(String(64), default="")
    corrects_id: Mapped[UUID | None] = mapped_column(ForeignKey("core_periodic_report.id"))
    sample: Mapped[bool] = mapped_column(Boolean, default=False)
    """Invented: the only kind that may be removed once it was published."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    corrects: Mapped["PeriodicReport | None"] = relationship(remote_side="PeriodicReport.id")

    def subject(self) -> Subject:
        """The network's own: no organisation's."""
        return Subject(object_id=self.id)
