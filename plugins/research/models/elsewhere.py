"""Records of other catalogues, as they described themselves when they were harvested last."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.toolkit import Base, UtcDateTime, id_column, now


class Elsewhere(Base):
    """One record of another catalogue. Deleted ones stay, so that a harvest does not bring them back."""

    __tablename__ = "research_elsewhere"
    __table_args__ = (UniqueConstraint("source", "identifier"),)

    id: Mapped[UUID] = id_column()
    source: Mapped[str] = mapped_column(String(300))
    identifier: Mapped[str] = mapped_column(String(500))
    datestamp: Mapped[str] = mapped_column(String(20), default="")
    title: Mapped[str] = mapped_column(String(500), default="")
    creators: Mapped[str] = mapped_column(String(500), default="")
    address: Mapped[str] = mapped_column(String(500), default="")
    deleted: Mapped[bool] = mapped_column(Boolean, default=False)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
