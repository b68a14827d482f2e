"""The code of conduct: which version is in force, and who has accepted it."""

from sqlalchemy.orm import Session

from core import audit
from core.accounts.models import Person
from core.permissions import Actor

CONDUCT_VERSION = "2026-1"
"""Changes with the text in `account/conduct_text.html`; everybody is then asked again."""


def accept(session: Session, actor: Actor) -> None:
    """Note that the actor has accepted the version in force."""
    person = session.get_one(Person, actor.person_id)
    if person.conduct_version != CONDUCT_VERSION:
        person.conduct_version = CONDUCT_VERSION
        audit.record(session, actor, "core.conduct.accept", person.id, ("conduct_version",))
