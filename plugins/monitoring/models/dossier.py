"""What leaves the house, frozen, and what became of it."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Date, ForeignKey, LargeBinary, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.toolkit import Base, Json, Subject, UtcDateTime, id_column, now
from plugins.monitoring.models.report import Report


class Dossier(Base):
    """One letter to one authority. Approval freezes the text, the annex list and the PDF; a change is a new version.

    `organisation_id` is the applicant, whose key signs the manifest. `holder` is the body that has the appeal now,
    after a forwarding; empty while it is the addressee. `reminded_at` is the last reminder that went out, in days
    before the answer is due (-1: the silence). `relies_on` are the ids of the sources whose consent it stands on;
    `consent_lost_at` is when one of them took it back, until somebody has dealt with that.
    """

    __tablename__ = "monitoring_dossier"
    __table_args__ = (UniqueConstraint("report_id", "version"),)

    id: Mapped[UUID] = id_column()
    report_id: Mapped[UUID] = mapped_column(ForeignKey("monitoring_report.id", ondelete="CASCADE"))
    version: Mapped[int]
    state: Mapped[str] = mapped_column(String(32), default="drafting", index=True)
    revision: Mapped[int] = mapped_column(default=1)
    addressee: Mapped[str] = mapped_column(String(32))
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("core_person.id", ondelete="SET NULL"))
    organisation_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("core_organisation.id", ondelete="SET NULL")
    )
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("monitoring_dossier.id", ondelete="SET NULL"))
    status_risk: Mapped[str] = mapped_column(String(16), default="")
    confidential: Mapped[bool] = mapped_column(Boolean, default=True)
    content: Mapped[dict[str, Any] | None] = mapped_column(Json)
    content_hash: Mapped[str] = mapped_column(String(64), default="")
    pdf: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    manifest: Mapped[str] = mapped_column(Text, default="", deferred=True)
    signature: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    sent_on: Mapped[date | None] = mapped_column(Date)
    channel: Mapped[str] = mapped_column(String(32), default="")
    proof: Mapped[str] = mapped_column(String(100), default="")
    registered_on: Mapped[date | None] = mapped_column(Date)
    registration_number: Mapped[str] = mapped_column(String(100), default="")
    forwarded_on: Mapped[date | None] = mapped_column(Date)
    holder: Mapped[str] = mapped_column(String(32), default="")
    extended: Mapped[bool] = mapped_column(Boolean, default=False)
    answer_by: Mapped[date | None] = mapped_column(Date, index=True)
    reminded_at: Mapped[int | None]
    asked_number_on: Mapped[date | None] = mapped_column(Date)
    outcome: Mapped[str] = mapped_column(String(32), default="", index=True)
    outcome_on: Mapped[date | None] = mapped_column(Date)
    outcome_women: Mapped[int] = mapped_column(default=0)
    outcome_men: Mapped[int] = mapped_column(default=0)
    outcome_unknown: Mapped[int] = mapped_column(default=0)
    recovered: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    recovered_currency: Mapped[str] = mapped_column(String(3), default="")
    relies_on: Mapped[list[str]] = mapped_column(Json, default=list)
    consent_lost_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    report: Mapped[Report] = relationship(lazy="joined")

    def subject(self) -> Subject:
        """The same reach as its report."""
        return self.report.subject()

    @property
    def body(self) -> str:
        """The authority that has the appeal now."""
        return self.holder or self.addressee
