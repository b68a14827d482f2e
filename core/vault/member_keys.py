"""A person's own key: an age identity sealed under Argon2id (RFC 9106) of the password. Slow by intent.

Nothing here is called inside a transaction: a hash takes 64 MiB and a good part of a second.
"""

import hashlib
import os
from dataclasses import dataclass, field
from threading import BoundedSemaphore
from uuid import UUID

from argon2.low_level import Type, hash_secret_raw
from pyrage import x25519
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.accounts.passwords import LONGEST, normal
from core.database import Database
from core.settings import Settings
from core.vault import aead, boxes
from core.vault.models import MemberKey
from core.vault.problems import Damaged, VaultProblem

MEMORY, PASSES, LANES = 64 * 1024, 3, 4
"""KiB, rounds, threads: the second recommended option of RFC 9106, section 4."""

MOST_MEMORY, MOST_PASSES = 1024 * 1024, 10
"""A row that asks for more was tampered with: it must not take the memory of the site."""

SALT = 16
_ROOM = BoundedSemaphore(2)


@dataclass(frozen=True)
class Made:
    """A new member key: the columns to store, and the private half for the step that makes it."""

    recipient: str
    salt: bytes
    memory: int
    passes: int
    sealed: bytes
    replaces: str = ""
    identity: x25519.Identity = field(repr=False, kw_only=True)


def make(settings: Settings, person_id: UUID, password: str) -> Made:
    """A new key for the person. Slow."""
    return _sealed(settings, person_id, password, boxes.new_identity())


def _sealed(settings: Settings, person_id: UUID, password: str, identity: x25519.Identity) -> Made:
    memory, passes = (8 * LANES, 1) if settings.testing else (MEMORY, PASSES)
    salt, recipient = os.urandom(SALT), boxes.recipient_of(identity)
    key = _stretched(password, salt, memory, passes)
    sealed = aead.seal(key, str(identity).encode(), _context(person_id, recipient))
    return Made(recipient, salt, memory, passes, sealed, identity=identity)


def find(session: Session, person_id: UUID) -> MemberKey | None:
    """The person's key, if there is one."""
    return session.scalars(select(MemberKey).where(MemberKey.person_id == person_id)).first()


def load(database: Database, person_id: UUID) -> MemberKey | None:
    """The same in a short reading of its own, to be used after it."""
    with database.reading() as session:
        row = find(session, person_id)
        session.expunge_all()
        return row


def opened(row: MemberKey, password: str) -> x25519.Identity | None:
    """The private half, None if the password is another. Slow. Raises Damaged."""
    if row.memory > MOST_MEMORY or row.passes > MOST_PASSES:
        raise Damaged(f"The vault key of person {row.person_id} asks for too much memory: it was changed.")
    try:
        key = _stretched(password, row.salt, row.memory, row.passes)
        text = aead.open(key, row.sealed, _context(row.person_id, row.recipient)).decode()
        return boxes.identity(text)
    except (Damaged, ValueError):
        # A wrong password and a changed row look the same: that is what sealing means.
        return None


def turned(database: Database, settings: Settings, person_id: UUID, old: str, new: str) -> Made | None:
    """The person's key under a new password, to be stored by `store` with that password; None without a key.

    Slow. Raises VaultProblem("wrong_password").
    """
    row = load(database, person_id)
    if row is None:
        return None
    identity = opened(row, old)
    if identity is None:
        raise VaultProblem("wrong_password")
    made = _sealed(settings, person_id, new, identity)
    return Made(
        made.recipient, made.salt, made.memory, made.passes, made.sealed, row.recipient, identity=identity
    )


def store(session: Session, person_id: UUID, made: Made) -> MemberKey:
    """Keep a new or turned key. Raises VaultProblem("exists") when another one stands there."""
    row = find(session, person_id)
    if row is not None and row.recipient != (made.replaces or made.recipient):
        raise VaultProblem("exists")
    if row is None:
        row = MemberKey(person_id=person_id)
        session.add(row)
    row.recipient, row.salt, row.memory, row.passes = made.recipient, made.salt, made.memory, made.passes
    row.sealed = made.sealed
    session.flush()
    return row


def drop(session: Session, person_id: UUID) -> None:
    """Forget the person's key."""
    session.execute(delete(MemberKey).where(MemberKey.person_id == person_id))


def fingerprint(recipient: str) -> str:
    """Eight bytes of the recipient's hash for comparing by voice, in groups: `1a2b 3c4d …`."""
    digest = hashlib.sha256(recipient.encode()).hexdigest()
    return " ".join(digest[at : at + 4] for at in range(0, 16, 4))


def _stretched(password: str, salt: bytes, memory: int, passes: int) -> bytes:
    secret = normal(password)[: LONGEST + 1].encode()
    with _ROOM:
        return hash_secret_raw(secret, salt, passes, memory, LANES, aead.KEY, Type.ID)


def _context(person_id: UUID, recipient: str) -> aead.Context:
    return aead.Context("camove-member-key-1", UUID(int=0), "core_person", person_id, recipient, 1)
