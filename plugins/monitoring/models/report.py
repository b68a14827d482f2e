"""A report and its parts: allegations, sources with their consents, evidence."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Date, ForeignKey, Index, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.toolkit import Attachment, Base, Json, Subject, UtcDateTime, id_column, now
from plugins.monitoring.models.employer import Employer

COORDINATION = "coordination"
"""The consent without which nothing that a source said is shown outside the organisation that reported."""

OLDEST = "1"


class Report(Base):
    """One report. While it is a draft its answers stand in `answers` as typed; sending turns them into rows."""

    __tablename__ = "monitoring_report"
    __table_args__ = (
        UniqueConstraint("organisation_id", "external_reference"),
        # The lists go newest first within a scope: without the id here they would sort the whole scope.
        Index("ix_monitoring_report_organisation_id_id", "organisation_id", "id"),
        Index("ix_monitoring_report_country_id", "country", "id"),
        Index("ix_monitoring_report_submitted_at", "submitted_at"),
    )

    id: Mapped[UUID] = id_column()
    reference: Mapped[str] = mapped_column(String(16), unique=True)
    external_reference: Mapped[str | None] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(32), default="draft", index=True)
    revision: Mapped[int] = mapped_column(default=1)
    language: Mapped[str] = mapped_column(String(2), default="ru")
    taxonomy: Mapped[str] = mapped_column(String(8), default=OLDEST)
    """The version of the taxonomy whose words it was sent in."""
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("core_organisation.id"))
    reporter_id: Mapped[UUID | None] = mapped_column(ForeignKey("core_person.id", ondelete="SET NULL"))
    country: Mapped[str] = mapped_column(String(2), default="")
    region: Mapped[str] = mapped_column(String(16), default="")
    answers: Mapped[dict[str, Any] | None] = mapped_column(Json)
    urgent: Mapped[bool] = mapped_column(Boolean, default=False)
    safety: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    wishes: Mapped[list[str]] = mapped_column(Json, default=list)
    method: Mapped[str] = mapped_column(String(32), default="")
    received_on: Mapped[date | None] = mapped_column(Date)
    employer_name: Mapped[str] = mapped_column(String(300), default="")
    employer_legal_name: Mapped[str] = mapped_column(String(300), default="")
    employer_role: Mapped[str] = mapped_column(String(32), default="")
    sector: Mapped[str] = mapped_column(String(32), default="")
    site: Mapped[str] = mapped_column(String(200), default="")
    identifier_scheme: Mapped[str] = mapped_column(String(16), default="")
    identifier_value: Mapped[str] = mapped_column(String(64), default="")
    identifier_problem: Mapped[str] = mapped_column(String(16), default="")
    employer_id: Mapped[UUID | None] = mapped_column(ForeignKey("monitoring_employer.id"), index=True)
    verifier_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("core_person.id", ondelete="SET NULL"), index=True
    )
    second_verifier_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("core_person.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    employer: Mapped[Employer | None] = relationship()
    allegations: Mapped[list["Allegation"]] = relationship(
        back_populates="report", cascade="all, delete-orphan", order_by="Allegation.position"
    )
    sources: Mapped[list["Source"]] = relationship(
        back_populates="report", cascade="all, delete-orphan", order_by="Source.position"
    )
    evidence: Mapped[list["Evidence"]] = relationship(
        back_populates="report", cascade="all, delete-orphan", order_by="Evidence.id"
    )

    def subject(self) -> Subject:
        """Whose report it is, where, and who was named to verify it. A draft has no country yet, so no coordinator."""
        named = {self.verifier_id, self.second_verifier_id} - {None}
        return Subject(self.organisation_id, self.country, frozenset(p for p in named if p), self.id)

    @property
    def shared_allegations(self) -> list["Allegation"]:
        """What other organisations may know: all but what only sources told that do not agree to it."""
        return [each for each in self.allegations if self._is_shared(each.position)]

    def _is_shared(self, position: int) -> bool:
        behind = [each for each in self.sources if position in each.supports]
        return not behind or any(each.shared for each in behind)

    @property
    def shared_sources(self) -> list["Source"]:
        """The sources that other organisations may know of."""
        return [each for each in self.sources if each.shared]

    @property
    def shared_evidence(self) -> list["Evidence"]:
        """The photos and papers that came from those."""
        open_to_all = {each.position for each in self.shared_sources}
        return [each for each in self.evidence if each.source_position in open_to_all]


class Allegation(Base):
    """One kind of violation that is said to have happened, with counts of workers, never their names."""

    __tablename__ = "monitoring_allegation"

    id: Mapped[UUID] = id_column()
    report_id: Mapped[UUID] = mapped_column(
        ForeignKey("monitoring_report.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    violation: Mapped[str] = mapped_column(String(32))
    indicators: Mapped[list[str]] = mapped_column(Json, default=list)
    from_month: Mapped[str] = mapped_column(String(7), default="")
    to_month: Mapped[str] = mapped_column(String(7), default="")
    ongoing: Mapped[bool] = mapped_column(Boolean, default=False)
    women: Mapped[int] = mapped_column(default=0)
    men: Mapped[int] = mapped_column(default=0)
    other: Mapped[int] = mapped_column(default=0)
    unknown: Mapped[int] = mapped_column(default=0)
    minors: Mapped[int] = mapped_column(default=0)
    ages: Mapped[dict[str, int]] = mapped_column(Json, default=dict)
    citizenship: Mapped[dict[str, int]] = mapped_column(Json, default=dict)
    amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    paid: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    currency: Mapped[str] = mapped_column(String(3), default="")
    facts: Mapped[str] = mapped_column(Text, default="")
    basis: Mapped[str] = mapped_column(String(32), default="")
    verdict: Mapped[str] = mapped_column(String(16), default="")
    verdict_reason: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(16), default="pending")
    report: Mapped[Report] = relationship(back_populates="allegations")

    @property
    def workers(self) -> int:
        """All workers affected."""
        return self.women + self.men + self.other + self.unknown


class Source(Base):
    """Where the facts come from: a kind, never a name. Each use of what it said has its own consent, default no."""

    __tablename__ = "monitoring_source"

    id: Mapped[UUID] = id_column()
    report_id: Mapped[UUID] = mapped_column(
        ForeignKey("monitoring_report.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(32))
    primary: Mapped[bool] = mapped_column(Boolean, default=False)
    group: Mapped[str] = mapped_column("independence_group", String(40), default="")
    reliability: Mapped[str] = mapped_column(String(32), default="")
    decision_in_force: Mapped[bool] = mapped_column(Boolean, default=False)
    supports: Mapped[list[int]] = mapped_column(Json, default=list)
    consents: Mapped[list[str]] = mapped_column(Json, default=list)
    consent_on: Mapped[date | None] = mapped_column(Date)
    consent_how: Mapped[str] = mapped_column(String(32), default="")
    withhold: Mapped[str] = mapped_column(String(300), default="")
    """What to keep back, and from whom."""
    report: Mapped[Report] = relationship(back_populates="sources")

    @property
    def shared(self) -> bool:
        """Whether other organisations of the network may know what it said."""
        return COORDINATION in self.consents


class Evidence(Base):
    """A photo of a place or a paper, by the source that gave it."""

    __tablename__ = "monitoring_evidence"

    id: Mapped[UUID] = id_column()
    report_id: Mapped[UUID] = mapped_column(
        ForeignKey("monitoring_report.id", ondelete="CASCADE"), index=True
    )
    attachment_id: Mapped[UUID] = mapped_column(ForeignKey("core_attachment.id"))
    source_position: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(String(200), default="")
    kind: Mapped[str] = mapped_column(String(32), default="")
    maker: Mapped[str] = mapped_column(String(32), default="")
    taken_on: Mapped[date | None] = mapped_column(Date)
    chain: Mapped[str] = mapped_column(String(300), default="")
    """Through whose hands it came, without names."""
    supports: Mapped[list[int]] = mapped_column(Json, default=list)
    report: Mapped[Report] = relationship(back_populates="evidence")
    attachment: Mapped[Attachment] = relationship(lazy="joined")
