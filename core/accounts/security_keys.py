"""Security keys (W3C WebAuthn, level 2): a second factor that no false page can ask for.

The challenge is kept with the sign-in, works once and for five minutes; the address is that of the settings,
never what a request says.
"""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

import webauthn
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    UserVerificationRequirement,
)

from core import audit
from core.accounts.models import Person, SecurityKey, SignIn
from core.accounts.roles import PEOPLE_INVITE, VAULT_HOLD
from core.database import now
from core.i18n import mark
from core.notifications import notify
from core.permissions import Actor
from core.settings import Settings

LIFE = timedelta(minutes=5)
MOST = 10
"""Keys of one person."""

PREFERRED = UserVerificationRequirement.PREFERRED
WANTED_OF = (PEOPLE_INVITE, VAULT_HOLD)
"""Whoever holds one of these is asked to have a key: they open what others cannot."""

CHANGED = mark(
    "Your security keys were changed. If it was not you, tell the administrator of your organisation."
)


class KeyRefused(Exception):
    """The answer of the key proves nothing; why is nobody's business."""


class LastFactor(Exception):
    """Without this key nothing would be left to prove the person."""


def site(settings: Settings) -> tuple[str, str]:
    """The name that keys are bound to, and the address that browsers must have open."""
    parts = urlsplit(settings.base_url)
    return parts.hostname or "", f"{parts.scheme}://{parts.netloc}"


def of(session: Session, person_id: UUID) -> Sequence[SecurityKey]:
    """The keys of a person, the oldest first."""
    return session.scalars(
        select(SecurityKey).where(SecurityKey.person_id == person_id).order_by(SecurityKey.id)
    ).all()


def recommended(session: Session, actor: Actor) -> bool:
    """Whether the actor should get a key and has none."""
    wanted = any(actor.may(permission) for permission in WANTED_OF)
    return bool(wanted and actor.person_id and not of(session, actor.person_id))


def creation_options(session: Session, settings: Settings, sign_in_id: UUID, person: Person) -> str:
    """What the page tells the browser to make a key, as JSON; a new challenge each time."""
    made = webauthn.generate_registration_options(
        rp_id=site(settings)[0],
        rp_name="camove",
        user_id=person.id.bytes,
        user_name=person.email,
        user_display_name=person.name,
        challenge=_new_challenge(session, sign_in_id),
        authenticator_selection=AuthenticatorSelectionCriteria(user_verification=PREFERRED),
        exclude_credentials=_descriptors(session, person.id),
    )
    return webauthn.options_to_json(made)


def add(
    session: Session, settings: Settings, actor: Actor, sign_in_id: UUID, name: str, answer: str
) -> SecurityKey:
    """Keep the public half of a new key. Raises KeyRefused."""
    person_id = actor.person_id
    if person_id is None or len(of(session, person_id)) >= MOST:
        raise KeyRefused
    rp_id, origin = site(settings)
    challenge = _spend_challenge(session, sign_in_id)
    try:
        proven = webauthn.verify_registration_response(
            credential=answer, expected_challenge=challenge, expected_rp_id=rp_id, expected_origin=origin
        )
    except (WebAuthnException, ValueError) as error:
        raise KeyRefused from error
    credential = bytes_to_base64url(proven.credential_id)
    if session.scalar(select(SecurityKey.id).where(SecurityKey.credential == credential)):
        raise KeyRefused
    key = SecurityKey(person_id=person_id, name=name, credential=credential, uses=proven.sign_count)
    key.public_key = bytes_to_base64url(proven.credential_public_key)
    session.add(key)
    _changed(session, actor, "core.security_key.add", person_id)
    return key


def remove(session: Session, actor: Actor, key_id: UUID) -> None:
    """Take one of the actor's own keys away; one of others does not exist. Raises LastFactor."""
    key = session.get(SecurityKey, key_id)
    if key is None or key.person_id != actor.person_id:
        return
    if not session.get_one(Person, key.person_id).totp_secret and len(of(session, key.person_id)) == 1:
        raise LastFactor
    session.delete(key)
    _changed(session, actor, "core.security_key.remove", key.person_id)


def request_options(session: Session, settings: Settings, sign_in_id: UUID, person_id: UUID) -> str:
    """What the page tells the browser to ask a key, as JSON; a new challenge each time."""
    made = webauthn.generate_authentication_options(
        rp_id=site(settings)[0],
        challenge=_new_challenge(session, sign_in_id),
        allow_credentials=_descriptors(session, person_id),
        user_verification=PREFERRED,
    )
    return webauthn.options_to_json(made)


def spend(session: Session, settings: Settings, person: Person, sign_in_id: UUID, answer: str) -> bool:
    """Accept the answer to the challenge of that sign-in, once; a counter that went back is a copied key."""
    rp_id, origin = site(settings)
    try:
        challenge = _spend_challenge(session, sign_in_id)
        said = webauthn.helpers.parse_authentication_credential_json(answer)
        key = next((each for each in of(session, person.id) if each.credential == said.id), None)
        if key is None:
            return False
        proven = webauthn.verify_authentication_response(
            credential=said,
            expected_challenge=challenge,
            expected_rp_id=rp_id,
            expected_origin=origin,
            credential_public_key=webauthn.base64url_to_bytes(key.public_key),
            credential_current_sign_count=key.uses,
        )
    except (KeyRefused, WebAuthnException, ValueError):
        return False
    key.uses, key.used_at = proven.new_sign_count, now()
    return True


def _descriptors(session: Session, person_id: UUID) -> list[PublicKeyCredentialDescriptor]:
    known = [webauthn.base64url_to_bytes(key.credential) for key in of(session, person_id)]
    return [PublicKeyCredentialDescriptor(id=each) for each in known]


def _new_challenge(session: Session, sign_in_id: UUID) -> bytes:
    challenge = secrets.token_bytes(32)
    values = {"challenge": bytes_to_base64url(challenge), "challenge_until": now() + LIFE}
    session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(values))
    return challenge


def _spend_challenge(session: Session, sign_in_id: UUID) -> bytes:
    open_ = (SignIn.id == sign_in_id, SignIn.challenge != "", SignIn.challenge_until > now())
    challenge = session.scalar(select(SignIn.challenge).where(*open_))
    claim = update(SignIn).where(*open_, SignIn.challenge == challenge).values(challenge="")
    if challenge is None or session.execute(claim.returning(SignIn.id)).first() is None:
        raise KeyRefused
    return webauthn.base64url_to_bytes(challenge)


def _changed(session: Session, actor: Actor, action: str, person_id: UUID) -> None:
    audit.record(session, actor, action, person_id)
    notify(session, [person_id], "core", CHANGED, endpoint="account.overview")
