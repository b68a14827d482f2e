"""The table of commitments."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, Json, UtcDateTime, id_column, now
from core.permissions import Subject


class Commitment(Base):
    """One promise. `text` is by language; `evidence` an address or a document; `reminded` the last notice sent."""

    __tablename__ = "core_commitment"

    id: Mapped[UUID] = id_column()
    organisation_id: Mapped[UUID] = mapped_column(
        ForeignKey("core_organisation.id", ondelete="CASCADE"), index=True
    )
    text: Mapped[dict[str, str]] = mapped_column(Json)
    due: Mapped[date] = mapped_column(Date, index=True)
    state: Mapped[str] = mapped_column(String(16), default="open", index=True)
    revision: Mapped[int] = mapped_column(default=1)
    evidence: Mapped[str] = mapped_column(String(500), default="")
    reminded: Mapped[str] = mapped_column(String(8), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    def subject(self) -> Subject:
        """Whose promise it is."""
        return Subject(self.organisation_id, object_id=self.id)
