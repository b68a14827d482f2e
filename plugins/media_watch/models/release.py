"""Releases: frozen texts with their hash, and the notices that outlets and people get before, with their replies."""

import json
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.toolkit import Base, Subject, UtcDateTime, id_column, now
from plugins.media_watch.models.coding import Round
from plugins.media_watch.models.source import Journalist, Outlet


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
    person_notices: Mapped[list["PersonNotice"]] = relationship(
        cascade="all, delete-orphan", back_populates="release", order_by="PersonNotice.id"
    )

    def subject(self) -> Subject:
        """Where its round is run."""
        return Subject(None, self.round.country, object_id=self.id)


class Hearing:
    """What somebody was told before publication, and what they answered through their link.

    Only the SHA-256 of the link's token is kept, so a copy of the database answers for nobody.
    """

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    """The last moment of the fourteen days."""
    finding: Mapped[str] = mapped_column(Text)
    """What they were told, as canonical JSON."""
    reply: Mapped[str] = mapped_column(Text, default="")
    replied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def told(self) -> dict[str, Any]:
        """The finding as values."""
        return dict(json.loads(self.finding))


class Notice(Hearing, Base):
    """The notice to one outlet."""

    __tablename__ = "media_watch_notice"
    __table_args__ = (UniqueConstraint("release_id", "outlet_id"),)

    id: Mapped[UUID] = id_column()
    release_id: Mapped[UUID] = mapped_column(ForeignKey("media_watch_release.id", ondelete="CASCADE"))
    outlet_id: Mapped[UUID] = mapped_column(ForeignKey("media_watch_outlet.id"), index=True)
    release: Mapped[Release] = relationship(back_populates="notices", lazy="joined")
    outlet: Mapped[Outlet] = relationship(lazy="joined")

    @property
    def name(self) -> str:
        """Who is told."""
        return self.outlet.name


class PersonNotice(Hearing, Base):
    """The notice to one journalist, and the only place of their entry: a release holds its hash alone.

    After `expires_on` finding, reply, salt and person are erased: the release still verifies, and names nobody.
    """

    __tablename__ = "media_watch_entry"
    __table_args__ = (UniqueConstraint("release_id", "journalist_id"),)

    id: Mapped[UUID] = id_column()
    release_id: Mapped[UUID] = mapped_column(ForeignKey("media_watch_release.id", ondelete="CASCADE"))
    journalist_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("media_watch_journalist.id", ondelete="SET NULL"), index=True
    )
    salt: Mapped[str] = mapped_column(String(32))
    expires_on: Mapped[date] = mapped_column(Date, index=True)
    release: Mapped[Release] = relationship(back_populates="person_notices", lazy="joined")
    journalist: Mapped[Journalist | None] = relationship()

    @property
    def name(self) -> str:
        """Who is told: the person and the outlet, or nothing once the entry has expired."""
        found = self.told()
        return f"{found['name']} ({found['outlet']})" if found else ""
