"""Norms: which article of which law a class of violations may break, edition by edition, and who has checked it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.toolkit import Base, Subject, UtcDateTime, approvals, id_column, now


@dataclass(frozen=True)
class NormText:
    """What an edition says: the citation as printed, its gist, the day of the law's edition, where it was read."""

    citation: str
    text: str
    edition: date | None
    source: str


class Norm(Base):
    """One edition of a norm for one class. An edition is never reviewed by being there: `NormReview` says that.

    `edition` is the day of the edition of the law, None where nobody has looked it up; `source` is where the text was
    found. An edition with `replaced_at` is history.
    """

    __tablename__ = "monitoring_norm"
    __table_args__ = (UniqueConstraint("code", "number"),)

    id: Mapped[UUID] = id_column()
    code: Mapped[str] = mapped_column(String(64), index=True)
    number: Mapped[int] = mapped_column(default=1)
    violation: Mapped[str] = mapped_column(String(32), index=True)
    country: Mapped[str] = mapped_column(String(2), default="RU")
    citation: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text, default="")
    edition: Mapped[date | None] = mapped_column(Date)
    source: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    replaced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reviews: Mapped[list["NormReview"]] = relationship(
        back_populates="norm", cascade="all, delete-orphan", lazy="selectin", order_by="NormReview.at.desc()"
    )

    def subject(self) -> Subject:
        """A norm belongs to a country, not to an organisation."""
        return Subject(country=self.country, object_id=self.id)

    @property
    def fingerprint(self) -> str:
        """SHA-256 over all that a review vouches for; an edit of any of it is another text."""
        told = (self.violation, self.country, self.citation, self.text, str(self.edition or ""), self.source)
        return approvals.fingerprint("\x1f".join(told))

    @property
    def review(self) -> "NormReview | None":
        """The review that holds for the text as it stands; None while it is unreviewed."""
        return next((each for each in self.reviews if each.content_hash == self.fingerprint), None)


class NormReview(Base):
    """That a legal officer compared a norm with its source, on which day, and with which source."""

    __tablename__ = "monitoring_norm_review"

    id: Mapped[UUID] = id_column()
    norm_id: Mapped[UUID] = mapped_column(ForeignKey("monitoring_norm.id", ondelete="CASCADE"), index=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    checked_on: Mapped[date] = mapped_column(Date)
    checked_in: Mapped[str] = mapped_column(String(500))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("core_person.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    norm: Mapped[Norm] = relationship(back_populates="reviews")
