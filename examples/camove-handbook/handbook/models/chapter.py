"""Chapters and their editions. An edition that was published is never changed again."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.toolkit import Base, Json, Subject, UtcDateTime, id_column, now


class Chapter(Base):
    """What editions are editions of; `slug` is its address, `position` its place in the book."""

    __tablename__ = "handbook_chapter"

    id: Mapped[UUID] = id_column()
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("core_organisation.id"), index=True)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    position: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    editions: Mapped[list["Edition"]] = relationship(
        back_populates="chapter", order_by="Edition.id", cascade="all, delete-orphan"
    )

    def subject(self) -> Subject:
        """The facts that permission scopes compare."""
        return Subject(organisation_id=self.organisation_id, object_id=self.id)


class Edition(Base):
    """One version of a chapter. `texts` is by language: title, body, and what changed since the version before.

    `writers` are the people who typed in it: none of them signs it. `number` is given when it is published.
    """

    __tablename__ = "handbook_edition"
    __table_args__ = (UniqueConstraint("chapter_id", "number"), Index("ix_handbook_edition_state", "state"))

    id: Mapped[UUID] = id_column()
    chapter_id: Mapped[UUID] = mapped_column(
        ForeignKey("handbook_chapter.id", ondelete="CASCADE"), index=True
    )
    state: Mapped[str] = mapped_column(String(32), default="draft")
    revision: Mapped[int] = mapped_column(default=1)
    number: Mapped[int | None]
    texts: Mapped[dict[str, dict[str, str]]] = mapped_column(Json, default=dict)
    sources: Mapped[list[dict[str, str]]] = mapped_column(Json, default=list)
    review_by: Mapped[date | None] = mapped_column(Date)
    writers: Mapped[list[Any]] = mapped_column(Json, default=list)
    content_hash: Mapped[str] = mapped_column(String(64), default="")
    signed_for: Mapped[UUID | None] = mapped_column(ForeignKey("core_organisation.id", ondelete="SET NULL"))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminded: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    chapter: Mapped[Chapter] = relationship(back_populates="editions", lazy="joined")

    def subject(self) -> Subject:
        """The facts that permission scopes compare."""
        return Subject(organisation_id=self.chapter.organisation_id, object_id=self.id)
