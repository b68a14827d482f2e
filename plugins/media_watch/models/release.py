"""Releases: frozen texts with their hash, and the notices that outlets get before, with their replies."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.toolkit import Base, Subject, UtcDateTime, id_column, now
from plugins.media_watch.models.coding import Round
from plugins.media_watch.models.source import Outlet


class Release(Base):
    """One edition of a round's rating. `content` is its canonical JSON, which never changes once it is frozen.

    A tombstone keeps number, hash and reason of a withdrawn one; its content is then no longer shown.
    """

    __tablename__ = "media_watch_release"
    __table_args__ = (UniqueConstraint("round_id", "number"),)

    id: Mapped[UUID] = id_column()
    round_id: Mapped[UUID] = mapped_column(ForeignKey("media_watch_round.id", ondelete="CASCADE"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(16), default="draft", index=True)
    revision: Mapped[int] = mapped_column(default=1)
    content: Mapped[str] = mapped_column(Text, default="")
    sha256: Mapped[str] = mapped_column(String(64), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why it corrects the one before; why it was withdrawn."""
    corrects_id: Mapped[UUID | None] = mapped_column(ForeignKey("media_watch_release.id"))
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("core_person.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    round: Mapped[Round] = relationship(lazy="joined")
    corrects: Mapped["Release | None"] = relationship(remote_side="Release.id")
    notices: Mapped[list["Notice"]] = relationship(
        cascade="all, delete-orphan", back_populates="release", order_by="Notice.id"
    )

    def subject(self) -> Subject:
        """Where its round is run."""
        return Subject(None, self.round.country, object_id=self.id)


class Notice(Base):
    """What one outlet was told before publication, and what it answered through its link.

    Only the SHA-256 of the link's token is kept, so a copy of the database answers for nobody.
    """

    __tablename__ = "media_watch_notice"
    __table_args__ = (UniqueConstraint("release_id", "outlet_id"),)

    id: Mapped[UUID] = id_column()
    release_id: Mapped[UUID] = mapped_column(ForeignKey("media_watch_release.id", ondelete="CASCADE"))
    outlet_id: Mapped[UUID] = mapped_column(ForeignKey("media_watch_outlet.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    finding: Mapped[str] = mapped_column(Text)
    """The outlet's entry as JSON: what it was told."""
    reply: Mapped[str] = mapped_column(Text, default="")
    replied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    release: Mapped[Release] = relationship(back_populates="notices", lazy="joined")
    outlet: Mapped[Outlet] = relationship(lazy="joined")
