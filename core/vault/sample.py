"""A ready vault for an invented organisation, so that `camove demo` shows sealed records. Never for a real one."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.database import now
from core.settings import Settings
from core.vault import epochs, member_keys
from core.vault.models import KeyGrant


def add(
    session: Session, settings: Settings, organisation_id: UUID, people: Sequence[UUID], password: str
) -> None:
    """Give these people the key of the organisation, as if they had taken every step; nobody has its sheet."""
    made = {each: member_keys.make(settings, each, password) for each in people}
    members = [member_keys.store(session, person_id, key) for person_id, key in made.items()]
    key = epochs.begin(session, organisation_id, 1, members, people[0]).key
    key.sheet_check, key.sheet_confirmed_at = {}, now()
    for grant in session.scalars(select(KeyGrant).filter_by(key_id=key.id)):
        grant.opened_at = now()
    session.flush()
