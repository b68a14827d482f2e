"""Signing in: the password, then the second factor. Every step is throttled, and tells a stranger nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import audit
from core.accounts import credentials, passwords, security_keys, sign_ins, throttle
from core.accounts.models import Person, SignInAttempt
from core.accounts.throttle import Attempt, Source
from core.database import Database
from core.i18n import mark
from core.notifications import notify
from core.permissions import Actor
from core.settings import Settings

Spend = Callable[[Session, Person], bool]
"""Uses up what the person showed; False if it is worth nothing."""

ALARM = 5
"""So many wrong codes after a right password are told to the owner."""

KNOWN_PASSWORD = mark(
    "Somebody entered your password and then wrong codes. If it was not you, change your password."
)
CODE_USED = mark(
    "A recovery code was used to sign in. If it was not you, tell the administrator of your organisation."
)


class Refused(Exception):
    """The proof was wrong; why is nobody's business."""


@dataclass(frozen=True)
class Door:
    """What the steps share: where accounts live, and where the visitor comes from."""

    database: Database
    settings: Settings
    source: Source
    device: str = ""


@dataclass(frozen=True)
class Half:
    """A sign-in that waits for the second factor."""

    sign_in_id: UUID
    person_id: UUID


def password_step(door: Door, email: str, password: str) -> str:
    """Check the password; gives the token of a half sign-in. Raises Refused or TooSoon."""
    email = credentials.clean_email(email)
    attempt = password_attempt(door, email)
    with door.database.transaction() as session:
        throttle.claim(session, attempt)
    with door.database.reading() as session:
        rows = select(Person.id, Person.password_hash).where(Person.disabled.is_(False))
        person_id, stored = session.execute(rows.where(Person.email == email)).first() or (None, "")
    # Outside any transaction: the hash is slow, and it is computed for unknown addresses too.
    if not passwords.matches(door.settings, stored, password) or person_id is None:
        raise Refused
    renewed = passwords.hashed(door.settings, password) if passwords.outdated(door.settings, stored) else ""
    with door.database.transaction() as session:
        throttle.forget(session, attempt)
        if renewed:
            session.get_one(Person, person_id).password_hash = renewed
        return sign_ins.open_half(session, person_id, door.device)


def confirm(door: Door, sign_in_id: UUID, actor: Actor, password: str) -> str:
    """Prove the person of a sign-in once more; gives its new token. Raises Refused or TooSoon."""
    person_id = actor.person_id
    if person_id is None:
        raise Refused
    confirm_password(door, person_id, password)
    with door.database.transaction() as session:
        token = sign_ins.confirm(session, sign_in_id)
        if token is None:
            raise Refused
        audit.record(session, actor, "core.sign_in.confirm", person_id)
    return token


def confirm_password(door: Door, person_id: UUID, password: str) -> None:
    """Check the password of somebody who is signed in already. Raises Refused or TooSoon."""
    with door.database.transaction() as session:
        person = session.get_one(Person, person_id)
        attempt = password_attempt(door, person.email)
        throttle.claim(session, attempt)
        stored = person.password_hash
    if not passwords.matches(door.settings, stored, password):
        raise Refused
    with door.database.transaction() as session:
        throttle.forget(session, attempt)


def code_step(door: Door, half: Half, code: str, at: datetime | None = None) -> str:
    """Check a one-time code; gives the token of a full sign-in. Raises Refused or TooSoon."""

    def spend(session: Session, person: Person) -> bool:
        return credentials.spend_code(session, door.settings, person, code, at)

    return _second_step(door, half, spend)


def recovery_step(door: Door, half: Half, code: str) -> str:
    """Check a recovery code; gives the token of a full sign-in. Raises Refused or TooSoon."""

    def spend(session: Session, person: Person) -> bool:
        spent = credentials.spend_recovery_code(session, door.settings, person.id, code)
        if spent:
            notify(session, [person.id], "core", CODE_USED, endpoint="account.overview")
            audit.record(session, Actor(person.id), "core.recovery_code.use", person.id)
        return spent

    return _second_step(door, half, spend)


def key_step(door: Door, half: Half, answer: str) -> str:
    """Check the answer of a security key; gives the token of a full sign-in. Raises Refused or TooSoon."""

    def spend(session: Session, person: Person) -> bool:
        return security_keys.spend(session, door.settings, person, half.sign_in_id, answer)

    return _second_step(door, half, spend)


def _second_step(door: Door, half: Half, spend: Spend) -> str:
    with door.database.transaction() as session:
        person = session.get_one(Person, half.person_id)
        attempt = factor_attempt(door, person.email)
        throttle.claim(session, attempt)
    with door.database.transaction() as session:
        person = session.get_one(Person, half.person_id, with_for_update=True)
        right = not person.disabled and spend(session, person)
        token = sign_ins.complete(session, half.sign_in_id) if right else None
        if token is None:
            _alarm(session, attempt, person)
        else:
            throttle.forget(session, attempt)
            audit.record(session, Actor(person.id), "core.sign_in", person.id)
    if token is None:
        raise Refused
    return token


def _alarm(session: Session, attempt: Attempt, person: Person) -> None:
    tries = select(func.count()).where(SignInAttempt.account == attempt.account)
    if session.scalar(tries) == ALARM:
        notify(session, [person.id], "core", KNOWN_PASSWORD, endpoint="account.password")


def password_attempt(door: Door, email: str) -> Attempt:
    """A try at the password of that address."""
    return Attempt(throttle.digest(door.settings, "password", email), door.source)


def factor_attempt(door: Door, email: str) -> Attempt:
    """A try at the second factor behind that address."""
    return Attempt(throttle.digest(door.settings, "factor", email), door.source, strict=True)
