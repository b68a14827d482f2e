"""Joint studies: what several organisations ask together, their questionnaires, and the datasets that came of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.toolkit import Base, Json, Subject, UtcDateTime, id_column, now


class Study(Base):
    """One study. `about` holds `title` and `aim` by language; `publications` are texts, each with its address or none.

    Until it is `shown` only those who keep studies see it.
    """

    __tablename__ = "research_study"

    id: Mapped[UUID] = id_column()
    slug: Mapped[str] = mapped_column(String(16), unique=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("core_organisation.id"))
    revision: Mapped[int] = mapped_column(default=1)
    shown: Mapped[bool] = mapped_column(Boolean, default=False, index=True)
    about: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    partners: Mapped[list[str]] = mapped_column(Json, default=list)
    publications: Mapped[list[dict[str, str]]] = mapped_column(Json, default=list)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    instruments: Mapped[list["Instrument"]] = relationship(
        cascade="all, delete-orphan", order_by="Instrument.id"
    )

    def subject(self) -> Subject:
        """The facts that permission scopes compare."""
        return Subject(self.organisation_id, object_id=self.id)


class Instrument(Base):
    """A questionnaire of a study, as a PDF that lies sealed under the hash of its content."""

    __tablename__ = "research_instrument"

    id: Mapped[UUID] = id_column()
    study_id: Mapped[UUID] = mapped_column(ForeignKey("research_study.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(300))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
