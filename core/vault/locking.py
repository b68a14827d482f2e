"""Locking an organisation: all sessions of its members end, keys leave the memory, and two holders must come back."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit
from core.accounts import sign_ins, tokens
from core.accounts.models import Membership
from core.accounts.roles import VAULT_HOLD, VAULT_LOCK
from core.database import now
from core.permissions import Actor, Subject, require
from core.vault import keyring, organisation_keys
from core.vault.keyring import Keys
from core.vault.models import KeyGrant, OrganisationKey
from core.vault.problems import VaultProblem
from core.vault.readiness import HOLDERS


def lock(session: Session, actor: Actor, organisation_id: UUID) -> int:
    """End all sign-ins of the organisation's members, the actor's too, and all its tokens, and close its vault.

    Any member may, without giving a reason. Gives how many sign-ins ended. Raises Denied.
    """
    require(actor, VAULT_LOCK, Subject(organisation_id=organisation_id))
    members = session.scalars(select(Membership.person_id).filter_by(organisation_id=organisation_id)).all()
    key = organisation_keys.current(session, organisation_id, lock=True)
    if key is not None:
        key.locked, key.locked_at = True, now()
    ended = sum(sign_ins.end_all(session, person_id) for person_id in members)
    tokens.revoke_all(session, organisation_id)
    for person_id in members:
        keyring.forget_person(person_id)
    keyring.forget_organisation(organisation_id)
    audit.record(session, actor, "core.vault.lock", organisation_id)
    return ended


def unlock_after_lock(session: Session, actor: Actor, keys: Keys | None, organisation_id: UUID) -> int:
    """One holder, who has unlocked anew, wants the vault open again; gives how many others are still needed.

    The same holder twice counts once: whoever forced one person has not the second. Where only one holder is left,
    the recovery sheet lets a second member in. Raises Denied, Closed, VaultProblem("no_vault" or "not_locked").
    """
    require(actor, VAULT_HOLD, Subject(organisation_id=organisation_id))
    keys = organisation_keys.admitted(session, actor, keys, organisation_id, even_locked=True)
    organisation_keys.identities(session, keys, organisation_id)
    key = organisation_keys.current(session, organisation_id, lock=True)
    if key is None or not key.locked:
        raise VaultProblem("not_locked" if key else "no_vault")
    for grant in session.scalars(select(KeyGrant).filter_by(key_id=key.id, person_id=keys.person_id)):
        grant.reopened_at = now()
    session.flush()
    needed = _needed(session, key)
    audit.record(session, actor, "core.vault.unlock_after_lock", organisation_id)
    key.locked = needed > 0
    return needed


def _needed(session: Session, key: OrganisationKey) -> int:
    came = {
        each.grant.person_id
        for each in organisation_keys.holders_of(session, key)
        if each.grant.reopened_at and key.locked_at and each.grant.reopened_at > key.locked_at
    }
    return max(0, HOLDERS - len(came))
