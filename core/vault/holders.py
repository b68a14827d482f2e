"""Holders of an organisation's key: the first begins, others ask and are let in, somebody leaves.

What takes a password takes the `database` instead of a session: the hash is slow, and no transaction waits for it.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core import audit
from core.accounts.models import Membership, Organisation, Person
from core.accounts.roles import HOLDING, VAULT_HOLD
from core.database import Database
from core.permissions import Actor, Subject, require
from core.settings import Settings
from core.vault import epochs, keyring, member_keys, organisation_keys, own_key, rotation
from core.vault.keyring import Keys
from core.vault.locking import lock as lock
from core.vault.locking import unlock_after_lock as unlock_after_lock
from core.vault.member_keys import Made
from core.vault.models import KeyGrant, KeyRequest, MemberKey
from core.vault.problems import VaultProblem
from core.vault.recovery import confirm_sheet as confirm_sheet
from core.vault.recovery import new_sheet as new_sheet
from core.vault.recovery import restore_from_sheet as restore_from_sheet


@dataclass(frozen=True)
class Waiting:
    """Somebody who asks to become a holder. Compare the fingerprint by voice before letting them in."""

    person_id: UUID
    since: datetime
    fingerprint: str


def begin(database: Database, settings: Settings, actor: Actor, organisation_id: UUID, password: str) -> str:
    """The first holder: makes the organisation's key. Gives the text of the recovery sheet, ONCE. Slow.

    Where all holders of an earlier key are gone a new epoch begins; what was sealed before stays closed until its
    sheet is found. Raises Denied, VaultProblem("wrong_password" or "exists").
    """
    require(actor, VAULT_HOLD, Subject(organisation_id=organisation_id))
    made = own_key.prepare(database, settings, actor, password)
    with database.transaction() as session:
        # Of two who begin at the same moment one waits here, and then finds the other's key.
        session.get_one(Organisation, organisation_id, with_for_update=True)
        member = own_key.keep(session, actor, made)
        last = organisation_keys.current(session, organisation_id, lock=True)
        if last is not None and organisation_keys.holders_of(session, last):
            raise VaultProblem("exists")
        epoch = last.epoch + 1 if last else 1
        begun = epochs.begin(session, organisation_id, epoch, [member], actor.person_id)
        if last is not None:
            # A new key is no way round a lock.
            begun.key.locked, begun.key.locked_at = last.locked, last.locked_at
        audit.record(session, actor, "core.vault.begin", organisation_id)
    return begun.sheet


def join(database: Database, settings: Settings, actor: Actor, password: str) -> None:
    """Make the own key and ask to be let in, in every organisation where the actor may hold one. Slow.

    Raises Denied, VaultProblem("wrong_password" or "no_vault").
    """
    require(actor, VAULT_HOLD)
    made = own_key.prepare(database, settings, actor, password)
    with database.transaction() as session:
        member = own_key.keep(session, actor, made)
        asked = [each for each in actor.organisations if _ask(session, actor, each, member.person_id)]
        if not asked:
            raise VaultProblem("no_vault")
        audit.record(session, actor, "core.vault.join", member.person_id)


def _ask(session: Session, actor: Actor, organisation_id: UUID, person_id: UUID) -> bool:
    """Whether there is something to ask for there, or already held or asked for."""
    key = organisation_keys.current(session, organisation_id)
    if key is None or not actor.may(VAULT_HOLD, Subject(organisation_id=organisation_id)):
        return False
    held = select(KeyGrant.id).filter_by(key_id=key.id, person_id=person_id)
    asked = select(KeyRequest.id).filter_by(organisation_id=organisation_id, person_id=person_id)
    if not session.scalar(held) and not session.scalar(asked):
        session.add(KeyRequest(organisation_id=organisation_id, person_id=person_id))
    return True


def waiting(session: Session, organisation_id: UUID) -> list[Waiting]:
    """Who asks to be let in, the longest waiting first."""
    rows = (
        select(KeyRequest, MemberKey.recipient, Membership.roles)
        .join(MemberKey, MemberKey.person_id == KeyRequest.person_id)
        .join(Person, Person.id == KeyRequest.person_id)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            KeyRequest.organisation_id == organisation_id,
            Membership.organisation_id == organisation_id,
            Person.disabled.is_(False),
        )
    )
    return [
        Waiting(request.person_id, request.created_at, member_keys.fingerprint(recipient))
        for request, recipient, roles in session.execute(rows.order_by(KeyRequest.created_at))
        if HOLDING & set(roles)
    ]


def grant(
    session: Session,
    actor: Actor,
    keys: Keys | None,
    organisation_id: UUID,
    person_id: UUID,
    fingerprint: str | None = None,
) -> None:
    """An unlocked holder lets somebody in who waits, with the key that was compared if `fingerprint` is given.

    Raises Denied, Closed, VaultProblem("not_waiting").
    """
    require(actor, VAULT_HOLD, Subject(organisation_id=organisation_id))
    keys = organisation_keys.admitted(session, actor, keys, organisation_id)
    known = organisation_keys.identities(session, keys, organisation_id)
    key = organisation_keys.current(session, organisation_id, lock=True)
    member = member_keys.find(session, person_id)
    asks = any(
        each.person_id == person_id and fingerprint in (None, each.fingerprint)
        for each in waiting(session, organisation_id)
    )
    if key is None or key.epoch not in known or member is None or not asks:
        raise VaultProblem("not_waiting")
    organisation_keys.give(session, key, str(known[key.epoch]), member, actor.person_id)
    session.execute(delete(KeyRequest).filter_by(organisation_id=organisation_id, person_id=person_id))
    audit.record(session, actor, "core.vault.grant", person_id)


def refuse(session: Session, actor: Actor, organisation_id: UUID, person_id: UUID) -> None:
    """A request is turned down. Raises Denied."""
    require(actor, VAULT_HOLD, Subject(organisation_id=organisation_id))
    session.execute(delete(KeyRequest).filter_by(organisation_id=organisation_id, person_id=person_id))
    audit.record(session, actor, "core.vault.refuse", person_id)


def withdraw(
    database: Database, actor: Actor, keys: Keys | None, organisation_id: UUID, person_id: UUID
) -> str:
    """Somebody holds the key no longer: a new epoch without them. Gives the text of the new sheet, ONCE.

    A copy of the database taken before stays readable to whoever leaves: no rotation changes that.
    Raises Denied, Closed, VaultProblem("no_holder" or "oneself").
    """
    return rotation.rotate(database, actor, keys, organisation_id, without=person_id)


def rewrap(session: Session, person_id: UUID, turned: Made | None) -> None:
    """Keep the key under the new password, in the transaction that changes the password.

    `turned` was made outside of it: `member_keys.turned(database, settings, person_id, old, new)`; None: no key.
    """
    if turned is not None:
        member_keys.store(session, person_id, turned)
        audit.record(session, Actor(person_id=person_id), "core.vault.rewrap", person_id)


def forget(session: Session, person_id: UUID) -> None:
    """The password was reset without the old one: the person's key and grants go, another holder lets them in again."""
    session.execute(delete(KeyGrant).filter_by(person_id=person_id))
    session.execute(delete(KeyRequest).filter_by(person_id=person_id))
    member_keys.drop(session, person_id)
    keyring.forget_person(person_id)
    audit.record(session, Actor(person_id=person_id), "core.vault.forget", person_id)
