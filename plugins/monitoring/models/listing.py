"""The public list: an entry with what it stands on, its versions, votes, disputes, and what was corrected."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.toolkit import Base, Json, Subject, UtcDateTime, id_column, now
from plugins.monitoring.models.employer import Employer
from plugins.monitoring.models.report import Report, Source


def _person() -> Mapped[UUID | None]:
    return mapped_column(ForeignKey("core_person.id", ondelete="SET NULL"))


def _listing() -> Mapped[UUID]:
    return mapped_column(ForeignKey("monitoring_listing.id", ondelete="CASCADE"), index=True)


class Listing(Base):
    """One entry, from proposal to tombstone. `ballot` counts the rounds of votes; those of an earlier one do not count.

    `legal_name` to `normalised` are those of the published version.
    """

    __tablename__ = "monitoring_listing"

    id: Mapped[UUID] = id_column()
    reference: Mapped[str] = mapped_column(String(16), unique=True)
    tier: Mapped[str] = mapped_column(String(1))
    state: Mapped[str] = mapped_column(String(32), default="proposed", index=True)
    revision: Mapped[int] = mapped_column(default=1)
    employer_id: Mapped[UUID] = mapped_column(
        ForeignKey("monitoring_employer.id", ondelete="CASCADE"), index=True
    )
    organisation_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("core_organisation.id", ondelete="SET NULL")
    )
    country: Mapped[str] = mapped_column(String(2))
    proposer_id: Mapped[UUID | None] = _person()
    reviewer_id: Mapped[UUID | None] = _person()
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    register_source: Mapped[str] = mapped_column(String(200), default="")
    register_on: Mapped[date | None] = mapped_column(Date)
    register_by: Mapped[UUID | None] = _person()
    migrants_on_site: Mapped[int | None]
    reidentification: Mapped[str] = mapped_column(String(16), default="")
    prosecution_risk: Mapped[str] = mapped_column(String(16), default="")
    risk_note: Mapped[str] = mapped_column(Text, default="")
    indicators: Mapped[list[str]] = mapped_column(Json, default=list)
    indicators_by: Mapped[UUID | None] = _person()
    decision: Mapped[dict[str, Any] | None] = mapped_column(Json)
    decision_file_id: Mapped[UUID | None] = mapped_column(ForeignKey("core_attachment.id"))
    post_on: Mapped[date | None] = mapped_column(Date)
    post_number: Mapped[str] = mapped_column(String(100), default="")
    email_on: Mapped[date | None] = mapped_column(Date)
    reply_by: Mapped[date | None] = mapped_column(Date)
    reply_extended: Mapped[bool] = mapped_column(Boolean, default=False)
    reply_asked: Mapped[bool] = mapped_column(Boolean, default=False)
    reply_kind: Mapped[str] = mapped_column(String(16), default="")
    reply_text: Mapped[str] = mapped_column(Text, default="")
    reply_on: Mapped[date | None] = mapped_column(Date)
    ballot: Mapped[int] = mapped_column(default=0)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    renewed: Mapped[bool] = mapped_column(Boolean, default=False)
    legal_name: Mapped[str] = mapped_column(String(300), default="")
    scheme: Mapped[str] = mapped_column(String(16), default="")
    number: Mapped[str] = mapped_column(String(64), default="", index=True)
    folded: Mapped[str] = mapped_column(String(600), default="")
    normalised: Mapped[str] = mapped_column(String(300), default="", index=True)
    employer: Mapped[Employer] = relationship(lazy="joined")
    reports: Mapped[list[Report]] = relationship(
        secondary="monitoring_listing_report", order_by="Report.id", viewonly=True
    )
    relied: Mapped[list["ListingSource"]] = relationship(
        back_populates="listing", cascade="all, delete-orphan", order_by="ListingSource.id"
    )
    versions: Mapped[list["ListingVersion"]] = relationship(
        back_populates="listing", cascade="all, delete-orphan", order_by="ListingVersion.number"
    )
    disputes: Mapped[list["Dispute"]] = relationship(
        back_populates="listing", cascade="all, delete-orphan", order_by="Dispute.id"
    )

    def subject(self) -> Subject:
        """Who proposed it, and in which country the employer is."""
        return Subject(self.organisation_id, self.country, object_id=self.id)


class ListingReport(Base):
    """A report on which an entry of tier B stands."""

    __tablename__ = "monitoring_listing_report"

    listing_id: Mapped[UUID] = mapped_column(
        ForeignKey("monitoring_listing.id", ondelete="CASCADE"), primary_key=True
    )
    report_id: Mapped[UUID] = mapped_column(
        ForeignKey("monitoring_report.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class ListingSource(Base):
    """A source that an entry relies on; `stance`: it has "left", or has "accepted" in writing while still there."""

    __tablename__ = "monitoring_listing_source"
    __table_args__ = (UniqueConstraint("listing_id", "source_id"),)

    id: Mapped[UUID] = id_column()
    listing_id: Mapped[UUID] = _listing()
    source_id: Mapped[UUID] = mapped_column(
        ForeignKey("monitoring_source.id", ondelete="CASCADE"), index=True
    )
    stance: Mapped[str] = mapped_column(String(16), default="")
    listing: Mapped[Listing] = relationship(back_populates="relied")
    source: Mapped[Source] = relationship(lazy="joined")


class ListingVersion(Base):
    """What was published, word for word, and under which hash the board voted for it."""

    __tablename__ = "monitoring_listing_version"
    __table_args__ = (UniqueConstraint("listing_id", "number"),)

    id: Mapped[UUID] = id_column()
    listing_id: Mapped[UUID] = _listing()
    number: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    content_hash: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    listing: Mapped[Listing] = relationship(back_populates="versions")


class Dispute(Base):
    """What was written against a public entry. Whose it is is not kept: the answer goes to the address of the firm."""

    __tablename__ = "monitoring_listing_dispute"

    id: Mapped[UUID] = id_column()
    listing_id: Mapped[UUID] = _listing()
    text: Mapped[str] = mapped_column(Text)
    documented: Mapped[bool] = mapped_column(Boolean, default=False)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    answer_by: Mapped[date] = mapped_column(Date)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    person_id: Mapped[UUID | None] = _person()
    listing: Mapped[Listing] = relationship(back_populates="disputes")


class Correction(Base):
    """That the network took an entry back or mended it, for everybody to read: a number, a day, never a name."""

    __tablename__ = "monitoring_listing_correction"

    id: Mapped[UUID] = id_column()
    listing_id: Mapped[UUID | None] = mapped_column(ForeignKey("monitoring_listing.id", ondelete="SET NULL"))
    reference: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)
