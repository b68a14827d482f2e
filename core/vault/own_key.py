"""The two halves of having a key of one's own: a slow one outside of transactions, a quick one inside."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.accounts import passwords
from core.accounts.models import Person
from core.accounts.roles import VAULT_HOLD
from core.database import Database
from core.permissions import Actor, Denied
from core.settings import Settings
from core.vault import member_keys
from core.vault.member_keys import Made
from core.vault.models import MemberKey
from core.vault.problems import VaultProblem


def prepare(database: Database, settings: Settings, actor: Actor, password: str) -> Made | None:
    """A new key under the person's own password, None if they have one that it opens. Slow.

    Raises VaultProblem("wrong_password"): a vault under another password would be lost at its first change.
    """
    person_id = _person(actor)
    with database.reading() as session:
        stored = session.scalar(select(Person.password_hash).where(Person.id == person_id)) or ""
    row = member_keys.load(database, person_id)
    if not passwords.matches(settings, stored, password):
        raise VaultProblem("wrong_password")
    if row is None:
        return member_keys.make(settings, person_id, password)
    if member_keys.opened(row, password) is None:
        raise VaultProblem("wrong_password")
    return None


def keep(session: Session, actor: Actor, made: Made | None) -> MemberKey:
    """The person's key in the database, stored now if it is new. Raises VaultProblem when it changed meanwhile."""
    person_id = _person(actor)
    row = member_keys.store(session, person_id, made) if made else member_keys.find(session, person_id)
    if row is None:
        raise VaultProblem("no_member_key")
    return row


def _person(actor: Actor) -> UUID:
    if actor.person_id is None:
        raise Denied(VAULT_HOLD)
    return actor.person_id
