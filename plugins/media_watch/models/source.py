"""Whom we watch: outlets of one country list each, their feeds, and journalists that a person has confirmed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Float, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.toolkit import Base, Json, Subject, UtcDateTime, id_column, now


class Outlet(Base):
    """An editorial office. `country` is the list that it belongs to, RU or KG; the lists never mix."""

    __tablename__ = "media_watch_outlet"
    __table_args__ = (UniqueConstraint("country", "name"),)

    id: Mapped[UUID] = id_column()
    name: Mapped[str] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(2), index=True)
    site: Mapped[str] = mapped_column(String(300), default="")
    aliases: Mapped[list[str]] = mapped_column(Json, default=list)
    """Other names that its texts use for it: they are masked too."""
    languages: Mapped[list[str]] = mapped_column(Json, default=list)
    owner: Mapped[str] = mapped_column(String(200), default="")
    contact: Mapped[str] = mapped_column(String(200), default="")
    """The public address of the editors, to which notices go."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    feeds: Mapped[list["Feed"]] = relationship(
        back_populates="outlet", cascade="all, delete-orphan", order_by="Feed.id"
    )

    def subject(self) -> Subject:
        """Where it is watched."""
        return Subject(None, self.country, object_id=self.id)

    def names(self) -> list[str]:
        """What would give it away in a text."""
        host = self.site.split("//")[-1].split("/")[0].removeprefix("www.")
        return [each for each in (self.name, *self.aliases, host) if each]


class Feed(Base):
    """One feed and its health. `state` is active, paused (by a person) or gone (410, told to the editors)."""

    __tablename__ = "media_watch_feed"

    id: Mapped[UUID] = id_column()
    outlet_id: Mapped[UUID] = mapped_column(
        ForeignKey("media_watch_outlet.id", ondelete="CASCADE"), index=True
    )
    url: Mapped[str] = mapped_column(String(2048), unique=True)
    state: Mapped[str] = mapped_column(String(8), default="active", index=True)
    etag: Mapped[str] = mapped_column(String(1024), default="")
    last_modified: Mapped[str] = mapped_column(String(1024), default="")
    body_hash: Mapped[str] = mapped_column(String(64), default="")
    interval: Mapped[int] = mapped_column(default=3600)
    """Seconds."""
    next_check: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    succeeded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    status: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(String(32), default="")
    """A reason of the fetcher or the parser; empty after a success."""
    failures: Mapped[float] = mapped_column(Float, default=0.0)
    problem: Mapped[str] = mapped_column(String(64), default="")
    """What was odd about the document, though it was read."""
    encoding: Mapped[str] = mapped_column(String(32), default="")
    entries: Mapped[int] = mapped_column(default=0)
    """In the last document."""
    moved_to: Mapped[str] = mapped_column(String(2048), default="")
    moved_times: Mapped[int] = mapped_column(default=0)
    outlet: Mapped[Outlet] = relationship(back_populates="feeds")


class Journalist(Base):
    """An author, by human confirmation of a byline only. `kind` is one of the codebook's kinds of author."""

    __tablename__ = "media_watch_journalist"
    __table_args__ = (UniqueConstraint("outlet_id", "name"),)

    id: Mapped[UUID] = id_column()
    outlet_id: Mapped[UUID] = mapped_column(ForeignKey("media_watch_outlet.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(16))
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("core_person.id", ondelete="SET NULL"))
    confirmed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class Hold(Base):
    """A host that asked to be left alone until a moment (429, 503), and when it was asked last."""

    __tablename__ = "media_watch_host"

    host: Mapped[str] = mapped_column(String(255), primary_key=True)
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
