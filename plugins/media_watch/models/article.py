"""What was published: articles with all their revisions, the bytes that prove them, and keys to find one's like."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.toolkit import Base, Json, Subject, UtcDateTime, id_column, now
from plugins.media_watch.models.source import Journalist, Outlet


class Capture(Base):
    """An answer as it came: the raw bytes (packed with zlib), the headers, the time and the SHA-256 of the bytes."""

    __tablename__ = "media_watch_evidence"

    id: Mapped[UUID] = id_column()
    url: Mapped[str] = mapped_column(String(2048))
    fetched_at: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[int]
    headers: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    packed: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class Article(Base):
    """One article of one outlet, as it stands now. What it was before stands in its revisions."""

    __tablename__ = "media_watch_article"
    __table_args__ = (
        UniqueConstraint("outlet_id", "key"),
        Index("ix_media_watch_article_outlet_id_url_key", "outlet_id", "url_key"),
        Index("ix_media_watch_article_outlet_id_published_at", "outlet_id", "published_at"),
    )

    id: Mapped[UUID] = id_column()
    outlet_id: Mapped[UUID] = mapped_column(ForeignKey("media_watch_outlet.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(64))
    """SHA-256 of its guid, or of its address where there is none (or the guid stands twice in one document)."""
    url_key: Mapped[str] = mapped_column(String(64))
    url: Mapped[str] = mapped_column(String(2048))
    title: Mapped[str] = mapped_column(String(1000))
    byline: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(2))
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    feed_hash: Mapped[str] = mapped_column(String(64))
    """Of what the feed said last: the article itself may hold its full text."""
    link: Mapped[str] = mapped_column(String(2048), default="")
    """The address as the feed gave it: some sites answer to no other spelling."""
    page: Mapped[str] = mapped_column(String(8), default="", index=True)
    """Its full text: wanted, taken, failed, or empty where the feed's own text is enough."""
    page_tries: Mapped[int] = mapped_column(default=0)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    revision: Mapped[int] = mapped_column(default=1)
    in_topic: Mapped[bool] = mapped_column(Boolean)
    in_risk: Mapped[bool] = mapped_column(Boolean)
    original_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("media_watch_article.id", ondelete="SET NULL"), index=True
    )
    """The first publication, of which this is a reprint."""
    like_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("media_watch_article.id", ondelete="SET NULL"), index=True
    )
    """One that it may be a reprint of: a person decides."""
    journalist_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("media_watch_journalist.id", ondelete="SET NULL"), index=True
    )
    outlet: Mapped[Outlet] = relationship(lazy="joined")
    journalist: Mapped[Journalist | None] = relationship()
    original: Mapped["Article | None"] = relationship(remote_side="Article.id", foreign_keys=[original_id])
    like: Mapped["Article | None"] = relationship(remote_side="Article.id", foreign_keys=[like_id])
    revisions: Mapped[list["Revision"]] = relationship(
        back_populates="article", cascade="all, delete-orphan", order_by="Revision.number"
    )

    def subject(self) -> Subject:
        """Where its outlet is watched."""
        return self.outlet.subject()


class Revision(Base):
    """What an article said at some time, never overwritten, and the evidence that it did."""

    __tablename__ = "media_watch_revision"
    __table_args__ = (UniqueConstraint("article_id", "number"),)

    id: Mapped[UUID] = id_column()
    article_id: Mapped[UUID] = mapped_column(ForeignKey("media_watch_article.id", ondelete="CASCADE"))
    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    title: Mapped[str] = mapped_column(String(1000))
    byline: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    """Of title, byline and text."""
    evidence_id: Mapped[UUID] = mapped_column(ForeignKey("media_watch_evidence.id"), index=True)
    article: Mapped[Article] = relationship(back_populates="revisions")
    evidence: Mapped[Capture] = relationship()


class Band(Base):
    """A part of an article's sketch: articles that share one may be alike."""

    __tablename__ = "media_watch_band"

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    article_id: Mapped[UUID] = mapped_column(
        ForeignKey("media_watch_article.id", ondelete="CASCADE"), primary_key=True, index=True
    )
