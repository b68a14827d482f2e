"""Who asks without an account: what links and time need; all that they tell of themselves is sealed in the vault."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.toolkit import Base, UtcDateTime, id_column, now
from plugins.research.models.access import Request
from plugins.research.models.dataset import Version


class Outsider(Base):
    """One who asked by mail. Until the address is confirmed there is no request, and nobody sees anything of it.

    Of both links only the SHA-256 is kept. `address` is a keyed hash of the e-mail: it tells that two are the same,
    and without the key of the site nothing else.
    """

    __tablename__ = "research_outsider"

    id: Mapped[UUID] = id_column()
    """Chosen by the form that sends it, so that a repeat is taken once."""
    version_id: Mapped[UUID] = mapped_column(
        ForeignKey("research_version.id", ondelete="CASCADE"), index=True
    )
    request_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("research_request.id", ondelete="CASCADE"), unique=True
    )
    language: Mapped[str] = mapped_column(String(2))
    address: Mapped[str] = mapped_column(String(64), index=True)
    merges: Mapped[bool] = mapped_column(Boolean, default=False)
    agreement: Mapped[str] = mapped_column(Text)
    confirm_hash: Mapped[str] = mapped_column(String(64), unique=True)
    grant_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)
    version: Mapped[Version] = relationship(lazy="joined")
    request: Mapped[Request | None] = relationship()
