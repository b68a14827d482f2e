"""A round of coding: its sample, who codes what, what they found, and what a third organisation decided."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.toolkit import Base, Json, Subject, UtcDateTime, id_column, now
from plugins.media_watch.models.article import Article


class Round(Base):
    """One country list and quarter, coded under one codebook. `frame` is published: sizes by outlet and stratum."""

    __tablename__ = "media_watch_round"
    __table_args__ = (UniqueConstraint("country", "period"),)

    id: Mapped[UUID] = id_column()
    country: Mapped[str] = mapped_column(String(2))
    period: Mapped[str] = mapped_column(String(7))
    """Such as 2026-Q3."""
    state: Mapped[str] = mapped_column(String(16), default="open")
    revision: Mapped[int] = mapped_column(default=1)
    codebook: Mapped[str] = mapped_column(String(16))
    lexicon: Mapped[str] = mapped_column(String(16))
    seed: Mapped[str] = mapped_column(String(64))
    """Made by chance when the round opens, so that nobody can look for one that suits."""
    sizes: Mapped[dict[str, int]] = mapped_column(Json, default=dict)
    frame: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    drawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def subject(self) -> Subject:
        """Where it is run."""
        return Subject(None, self.country, object_id=self.id)


class Item(Base):
    """One sampled article as its coders see it, or a training text (`vignette`) mixed in."""

    __tablename__ = "media_watch_item"

    id: Mapped[UUID] = id_column()
    round_id: Mapped[UUID] = mapped_column(ForeignKey("media_watch_round.id", ondelete="CASCADE"), index=True)
    article_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("media_watch_article.id", ondelete="SET NULL"), index=True
    )
    revision: Mapped[int] = mapped_column(default=0)
    """Of the article: the one that was archived when the sample was drawn."""
    vignette: Mapped[int] = mapped_column(default=0)
    stratum: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text)
    """Masked."""
    hidden: Mapped[list[Any]] = mapped_column(Json, default=list)
    language: Mapped[str] = mapped_column(String(2), default="ru")
    review: Mapped[str] = mapped_column(Text, default="")
    """Why the coordinator asked for another look, such as an outlet's objection."""
    round: Mapped[Round] = relationship(lazy="joined")
    article: Mapped[Article | None] = relationship()
    assignments: Mapped[list["Assignment"]] = relationship(
        back_populates="item", cascade="all, delete-orphan", order_by="Assignment.id"
    )
    decisions: Mapped[list["Decision"]] = relationship(cascade="all, delete-orphan", order_by="Decision.id")


class Assignment(Base):
    """One coder's work on one item. `answer` is what they typed, kept with every key; it counts once `done_at` is set.

    Nothing here may reach anybody but this coder before all assignments of the item are done:
    `services.coding.pairs` is the only door, and it asks for that in its query.
    """

    __tablename__ = "media_watch_assignment"
    __table_args__ = (
        UniqueConstraint("item_id", "coder_id"),
        Index("ix_media_watch_assignment_coder_id_done_at", "coder_id", "done_at", "position"),
    )

    id: Mapped[UUID] = id_column()
    item_id: Mapped[UUID] = mapped_column(ForeignKey("media_watch_item.id", ondelete="CASCADE"))
    coder_id: Mapped[UUID | None] = mapped_column(ForeignKey("core_person.id", ondelete="SET NULL"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("core_organisation.id"))
    position: Mapped[int]
    answer: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    saved: Mapped[int] = mapped_column(default=0)
    """The number of the last change that was kept: an older one that comes late is dropped."""
    codebook: Mapped[str] = mapped_column(String(16))
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    item: Mapped[Item] = relationship(back_populates="assignments", lazy="joined")

    def subject(self) -> Subject:
        """The coder's own, and nobody else's."""
        return Subject(assignees=frozenset({self.coder_id} - {None}), object_id=self.id)  # type: ignore[arg-type]


class Decision(Base):
    """What an adjudicator of a third organisation decided; the newest of an item counts, older ones stay."""

    __tablename__ = "media_watch_decision"

    id: Mapped[UUID] = id_column()
    item_id: Mapped[UUID] = mapped_column(ForeignKey("media_watch_item.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("core_person.id", ondelete="SET NULL"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("core_organisation.id"))
    answer: Mapped[dict[str, Any]] = mapped_column(Json)
    reason: Mapped[str] = mapped_column(Text)
    codebook: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class Training(Base):
    """A coder's try at the training texts under one codebook. `passed_at` admits them."""

    __tablename__ = "media_watch_training"

    id: Mapped[UUID] = id_column()
    coder_id: Mapped[UUID] = mapped_column(ForeignKey("core_person.id", ondelete="CASCADE"), index=True)
    codebook: Mapped[str] = mapped_column(String(16))
    levels: Mapped[dict[str, int]] = mapped_column(Json, default=dict)
    """Vignette number -> the level given."""
    alpha: Mapped[float | None]
    passed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
