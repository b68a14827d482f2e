"""To which organisations a person belongs."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.accounts.models import Membership, Organisation


def organisations_of(session: Session, person_id: UUID | None) -> list[UUID]:
    """The organisations of a person, the oldest membership first."""
    rows = select(Membership.organisation_id).where(Membership.person_id == person_id).order_by(Membership.id)
    return list(session.scalars(rows))


def country_of(session: Session, organisation_id: UUID) -> str:
    """The country where an organisation works."""
    return session.scalar(select(Organisation.country).where(Organisation.id == organisation_id)) or ""
