"""Who acts when nobody sits at a page: commands and sample data act in a person's name."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.accounts import actors
from core.accounts.credentials import clean_email
from core.accounts.models import Person
from core.permissions import Actor
from core.platform import platform


def find_actor(session: Session, email: str) -> Actor | None:
    """The actor behind the open account of that address."""
    rows = select(Person).where(Person.email == clean_email(email), Person.disabled.is_(False))
    person = session.scalars(rows).first()
    return actors.load(session, platform.register, person) if person else None


def actor_of(session: Session, person_id: UUID) -> Actor:
    """The actor that a known person is."""
    return actors.load(session, platform.register, session.get_one(Person, person_id))
