"""Setting up the second factor: first after the password, later to replace it."""

import base64
import hashlib
import hmac
from datetime import datetime
from uuid import UUID

import pyotp
from sqlalchemy.orm import Session

from core import audit
from core.accounts import credentials, sign_ins
from core.accounts.models import Person, SignIn
from core.accounts.sign_in import Door, Refused
from core.i18n import mark
from core.notifications import notify
from core.permissions import Actor
from core.settings import Settings

REPLACED = mark(
    "Your second factor was replaced. If it was not you, tell the administrator of your organisation."
)


class NotFresh(Exception):
    """The factor may be set only right after the password, or replaced only right after a full sign-in."""


def offered_secret(settings: Settings, token: str) -> str:
    """The secret that the page shows: the same for one sign-in however often it is loaded, kept nowhere."""
    raw = hmac.new(settings.key("totp"), b"offer" + token.encode(), hashlib.sha256).digest()
    return base64.b32encode(raw[:20]).decode()


def allowed(person: Person, sign_in: SignIn) -> bool:
    """Whether this sign-in may set the factor: a password alone never replaces one that exists."""
    return sign_ins.is_fresh(sign_in) if person.totp_secret else not sign_in.second_factor


def enrol(
    door: Door, sign_in_id: UUID, secret: str, code: str, at: datetime | None = None
) -> tuple[str, list[str]]:
    """Keep the secret once a code proves that the app has it; gives the new token and the recovery codes.

    Raises Refused for a wrong code, NotFresh when it is not the moment for it.
    """
    step = credentials.matching_step(pyotp.TOTP(secret), code, at)
    if step is None:
        raise Refused
    with door.database.transaction() as session:
        sign_in = session.get(SignIn, sign_in_id)
        person = session.get(Person, sign_in.person_id, with_for_update=True) if sign_in else None
        if sign_in is None or person is None or person.disabled or not allowed(person, sign_in):
            raise NotFresh
        token = sign_ins.complete(session, sign_in.id)
        if token is None:
            raise NotFresh
        return token, _keep(session, door.settings, person, sign_in_id, secret, step)


def _keep(
    session: Session, settings: Settings, person: Person, sign_in_id: UUID, secret: str, step: int
) -> list[str]:
    actor, replaced = Actor(person.id, person.name), bool(person.totp_secret)
    credentials.set_totp(settings, person, secret)
    person.totp_last_step = step
    sign_ins.end_all(session, person.id, but=sign_in_id)
    if replaced:
        notify(session, [person.id], "core", REPLACED, endpoint="account.overview")
    audit.record(session, actor, "core.second_factor.set", person.id, ("totp_secret",))
    return credentials.new_recovery_codes(session, settings, person.id)
