"""Keys that sign dossiers, and the link through which an inspector reads one without an account."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.toolkit import Base, UtcDateTime, id_column, now
from plugins.monitoring.models.dossier import Dossier


class SigningKey(Base):
    """The public half of a key (hexadecimal, 32 bytes) under which an organisation signed from `since` on.

    The secret half lies in `keys/` under a name made of the id. A key that ended stays here: what it signed before is
    still told apart from what came after.
    """

    __tablename__ = "monitoring_signing_key"

    id: Mapped[UUID] = id_column()
    organisation_id: Mapped[UUID] = mapped_column(
        ForeignKey("core_organisation.id", ondelete="CASCADE"), index=True
    )
    public: Mapped[str] = mapped_column(String(64), unique=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class InspectorLink(Base):
    """A way to one frozen dossier: only the SHA-256 of its token is kept, so a copy of the database opens nothing."""

    __tablename__ = "monitoring_inspector_link"

    id: Mapped[UUID] = id_column()
    dossier_id: Mapped[UUID] = mapped_column(
        ForeignKey("monitoring_dossier.id", ondelete="CASCADE"), index=True
    )
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    recipient: Mapped[str] = mapped_column(String(200), default="")
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("core_person.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    dossier: Mapped[Dossier] = relationship(lazy="joined")

    @property
    def open(self) -> bool:
        """Whether it still leads anywhere."""
        return self.revoked_at is None and self.expires_at > now()


class LinkOpening(Base):
    """That somebody came through a link, when, and what they took: page, pdf or zip. No address is kept."""

    __tablename__ = "monitoring_link_opening"

    id: Mapped[UUID] = id_column()
    link_id: Mapped[UUID] = mapped_column(
        ForeignKey("monitoring_inspector_link.id", ondelete="CASCADE"), index=True
    )
    what: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class IncomingAnswer(Base):
    """What was written through a link. Anybody with the link could have: it counts once a person has accepted it."""

    __tablename__ = "monitoring_incoming_answer"

    id: Mapped[UUID] = id_column()
    link_id: Mapped[UUID] = mapped_column(
        ForeignKey("monitoring_inspector_link.id", ondelete="CASCADE"), index=True
    )
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("core_person.id", ondelete="SET NULL"))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    link: Mapped[InspectorLink] = relationship(lazy="joined")
