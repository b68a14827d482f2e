"""Who asked for which version, under which agreement, and what was looked at."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.toolkit import Base, Json, Subject, UtcDateTime, id_column, now
from plugins.research.models.dataset import Version


class Request(Base):
    """A request of one person for one version. Granted, it is the grant: it ends by itself, and can be taken back."""

    __tablename__ = "research_request"

    id: Mapped[UUID] = id_column()
    version_id: Mapped[UUID] = mapped_column(
        ForeignKey("research_version.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("core_person.id", ondelete="SET NULL"), index=True
    )
    organisation_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("core_organisation.id", ondelete="SET NULL")
    )
    state: Mapped[str] = mapped_column(String(16), default="asked", index=True)
    revision: Mapped[int] = mapped_column(default=1)
    purpose: Mapped[str] = mapped_column(Text)
    outputs: Mapped[str] = mapped_column(Text, default="")
    team: Mapped[str] = mapped_column(Text, default="")
    merges: Mapped[bool] = mapped_column(Boolean, default=False)
    agreement: Mapped[str] = mapped_column(Text)
    agreement_hash: Mapped[str] = mapped_column(String(64))
    signed_name: Mapped[str] = mapped_column(String(200))
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    expires_on: Mapped[date | None] = mapped_column(Date)
    downloads_left: Mapped[int] = mapped_column(default=0)
    version: Mapped[Version] = relationship(lazy="joined")

    def subject(self) -> Subject:
        """The facts that permission scopes compare."""
        return Subject(
            self.version.organisation_id,
            assignees=frozenset({self.person_id} if self.person_id else ()),
            object_id=self.id,
        )


class Event(Base):
    """Something that was done with a version: looked at, asked, downloaded, granted. Rows are only added."""

    __tablename__ = "research_event"
    __table_args__ = (Index("ix_research_event_version_person", "version_id", "person_id"),)

    id: Mapped[UUID] = id_column()
    version_id: Mapped[UUID] = mapped_column(ForeignKey("research_version.id", ondelete="CASCADE"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("core_person.id", ondelete="SET NULL"))
    kind: Mapped[str] = mapped_column(String(16))
    detail: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)
