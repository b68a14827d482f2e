"""Who was given which edition: so that they can be told when it is out of date."""

from datetime import date
from uuid import UUID

from sqlalchemy import Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.toolkit import Base, Subject, id_column
from handbook.models.chapter import Edition


class Copy(Base):
    """Copies of one edition that a partner got. A partner is an organisation or a place, never a migrant."""

    __tablename__ = "handbook_copy"

    id: Mapped[UUID] = id_column()
    edition_id: Mapped[UUID] = mapped_column(
        ForeignKey("handbook_edition.id", ondelete="CASCADE"), index=True
    )
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("core_organisation.id"), index=True)
    partner: Mapped[str] = mapped_column(String(200))
    partner_key: Mapped[str] = mapped_column(String(200), index=True)
    language: Mapped[str] = mapped_column(String(2))
    channel: Mapped[str] = mapped_column(String(16))
    amount: Mapped[int]
    given_on: Mapped[date] = mapped_column(Date)
    edition: Mapped[Edition] = relationship(lazy="joined")

    def subject(self) -> Subject:
        """The facts that permission scopes compare."""
        return Subject(organisation_id=self.organisation_id, object_id=self.id)
