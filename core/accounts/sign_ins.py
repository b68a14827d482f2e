"""Signed-in browsers: a row each, found by the hash of a random token; deleting the row ends it at once."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from core.accounts.models import SignIn
from core.database import now

IDLE, ABSOLUTE = timedelta(minutes=30), timedelta(hours=12)
HALF = timedelta(minutes=15)
"""How long a password alone waits for the second factor."""

FRESH = timedelta(minutes=10)
"""How long after a full sign-in the factors themselves may be changed."""

CONFIRMED = timedelta(minutes=5)
"""How long a proof holds for the pages that want one."""

AT_ONCE = 5
"""Sign-ins of one person at a time; one more ends the oldest."""

TOUCH = timedelta(minutes=1)
"""How exactly `seen_at` is kept."""


def token_hash(token: str) -> str:
    """What the database keeps of a token of 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_half(session: Session, person_id: UUID, device: str) -> str:
    """A sign-in that has passed the password only; gives its token."""
    token = secrets.token_urlsafe(32)
    session.add(SignIn(token_hash=token_hash(token), person_id=person_id, device=device[:100]))
    return token


def find(session: Session, token: str) -> SignIn | None:
    """The sign-in of that token, unless its time is over."""
    rows = select(SignIn).where(SignIn.token_hash == token_hash(token), ~_over())
    return session.scalars(rows).first()


def complete(session: Session, sign_in_id: UUID) -> str | None:
    """The second factor was passed: a new token, a new start. None if the sign-in ended meanwhile."""
    moment = now()
    token = _renew(
        session, sign_in_id, second_factor=True, created_at=moment, seen_at=moment, confirmed_at=moment
    )
    if token:
        _end_oldest(session, session.get_one(SignIn, sign_in_id).person_id)
    return token


def _end_oldest(session: Session, person_id: UUID) -> None:
    rows = select(SignIn.id).where(SignIn.person_id == person_id, SignIn.second_factor, ~_over())
    surplus = session.scalars(rows.order_by(SignIn.created_at.desc(), SignIn.id.desc()).offset(AT_ONCE)).all()
    session.execute(delete(SignIn).where(SignIn.id.in_(surplus)))


def confirm(session: Session, sign_in_id: UUID) -> str | None:
    """The person was proven once more: a new token. None if the sign-in ended meanwhile."""
    return _renew(session, sign_in_id, confirmed_at=now())


def rotate(session: Session, sign_in_id: UUID) -> str | None:
    """A new token for the same sign-in; the old one is worth nothing from now on."""
    return _renew(session, sign_in_id)


def _renew(session: Session, sign_in_id: UUID, **values: object) -> str | None:
    token = secrets.token_urlsafe(32)
    found = update(SignIn).where(SignIn.id == sign_in_id, ~_over())
    found = found.values(token_hash=token_hash(token), **values)
    return token if session.execute(found.returning(SignIn.id)).first() else None


def touch(session: Session, sign_in_id: UUID) -> None:
    """Note that the browser is still in use."""
    session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=now()))


def is_fresh(sign_in: SignIn) -> bool:
    """Whether both factors were shown a moment ago."""
    return sign_in.second_factor and sign_in.created_at > now() - FRESH


def of(session: Session, person_id: UUID) -> Sequence[SignIn]:
    """Where the person is signed in, the latest used first."""
    rows = select(SignIn).where(SignIn.person_id == person_id, SignIn.second_factor, ~_over())
    return session.scalars(rows.order_by(SignIn.seen_at.desc())).all()


def end(session: Session, person_id: UUID, sign_in_id: UUID) -> bool:
    """End one sign-in of that person; False if there is none such."""
    found = delete(SignIn).where(SignIn.id == sign_in_id, SignIn.person_id == person_id)
    return session.execute(found.returning(SignIn.id)).first() is not None


def end_all(session: Session, person_id: UUID, but: UUID | None = None) -> int:
    """End all sign-ins of a person, but for one; gives how many ended."""
    found = delete(SignIn).where(SignIn.person_id == person_id)
    found = found.where(SignIn.id != but) if but else found
    return len(session.execute(found.returning(SignIn.id)).all())


def purge(session: Session) -> None:
    """Drop those whose time is over."""
    session.execute(delete(SignIn).where(_over()))


def _over() -> ColumnElement[bool]:
    moment = now()
    return or_(
        SignIn.seen_at < moment - IDLE,
        SignIn.created_at < moment - ABSOLUTE,
        SignIn.second_factor.is_(False) & (SignIn.created_at < moment - HALF),
    )
