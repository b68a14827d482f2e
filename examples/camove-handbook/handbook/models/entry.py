"""An entry of one organisation."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.toolkit import Base, Subject, UtcDateTime, id_column, now


class Entry(Base):
    """What people of an organisation wrote down."""

    __tablename__ = "handbook_entry"

    id: Mapped[UUID] = id_column()
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("core_organisation.id"), index=True)
    state: Mapped[str] = mapped_column(String(32), default="draft")
    revision: Mapped[int] = mapped_column(default=1)
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    def subject(self) -> Subject:
        """The facts that permission scopes compare."""
        return Subject(organisation_id=self.organisation_id, object_id=self.id)
