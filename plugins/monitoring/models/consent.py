"""Consents taken back, and requests to open a sealed identity."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.toolkit import Base, UtcDateTime, id_column, now


class Withdrawal(Base):
    """That a source took back one use of what it said. The use itself is gone from the source at that moment."""

    __tablename__ = "monitoring_withdrawal"

    id: Mapped[UUID] = id_column()
    source_id: Mapped[UUID] = mapped_column(
        ForeignKey("monitoring_source.id", ondelete="CASCADE"), index=True
    )
    use: Mapped[str] = mapped_column(String(32))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("core_person.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class IdentityRequest(Base):
    """Somebody asks the custodian to let a sealed contact be opened. The reason is sealed beside it, not here.

    `state`: waiting, granted or refused. A granted one lets the two of them open the contact until `until`.
    """

    __tablename__ = "monitoring_identity_request"

    id: Mapped[UUID] = id_column()
    report_id: Mapped[UUID] = mapped_column(
        ForeignKey("monitoring_report.id", ondelete="CASCADE"), index=True
    )
    source_id: Mapped[UUID] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(String(16), default="waiting", index=True)
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("core_person.id", ondelete="SET NULL"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("core_person.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def open_for(self, person_id: UUID | None) -> bool:
        """Whether it lets this person open the contact now: who asked, or the custodian who agreed."""
        people = {self.asked_by, self.decided_by} - {None}
        return (
            self.state == "granted"
            and len(people) == 2
            and person_id in people
            and self.until is not None
            and self.until > now()
        )
