"""The registry of employers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.toolkit import Base, Json, UtcDateTime, id_column, now


class Employer(Base):
    """A firm or sole trader as the network knows it; reports are linked to it by a person."""

    __tablename__ = "monitoring_employer"

    id: Mapped[UUID] = id_column()
    legal_name: Mapped[str] = mapped_column(String(300))
    normalised: Mapped[str] = mapped_column(String(300), index=True)
    aliases: Mapped[list[str]] = mapped_column(Json, default=list)
    country: Mapped[str] = mapped_column(String(2))
    region: Mapped[str] = mapped_column(String(16), default="")
    sector: Mapped[str] = mapped_column(String(32), default="")
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    identifiers: Mapped[list["Identifier"]] = relationship(
        back_populates="employer", cascade="all, delete-orphan", lazy="selectin"
    )


class Identifier(Base):
    """A company number; the same number may stand at two employers until a person has merged them."""

    __tablename__ = "monitoring_identifier"
    __table_args__ = (Index("ix_monitoring_identifier_scheme_value", "scheme", "value"),)

    id: Mapped[UUID] = id_column()
    employer_id: Mapped[UUID] = mapped_column(
        ForeignKey("monitoring_employer.id", ondelete="CASCADE"), index=True
    )
    scheme: Mapped[str] = mapped_column(String(16))
    value: Mapped[str] = mapped_column(String(64))
    problem: Mapped[str] = mapped_column(String(16), default="")
    employer: Mapped[Employer] = relationship(back_populates="identifiers")
