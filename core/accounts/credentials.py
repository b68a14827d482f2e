"""What proves that somebody is who they say: password, one-time codes (RFC 6238), recovery codes."""

import base64
import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import pyotp
from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.orm import Session

from core.accounts import sealing
from core.accounts.models import Person, RecoveryCode, SecurityKey
from core.database import now
from core.settings import Settings

STEP = 30
"""Seconds that a one-time code lives."""

DRIFT = 1
"""Steps that a phone's clock may be off, each way."""

RECOVERY_CODES = 10
ISSUER = "camove"


def clean_email(email: str) -> str:
    """The address as it is kept and compared."""
    return unicodedata.normalize("NFKC", email).strip().casefold()


def personal_words(email: str, name: str) -> tuple[str, ...]:
    """What a password of that person must not lean on."""
    return email, name


# One-time codes


def new_secret() -> str:
    """A random TOTP secret: 160 bits, as RFC 4226 (section 4, R6) recommends."""
    return pyotp.random_base32()


def set_totp(settings: Settings, person: Person, secret: str) -> None:
    """Keep the secret of the person's app, sealed; codes of the secret before it end."""
    person.totp_secret = sealing.seal(settings.key("totp"), secret.encode(), person.id.bytes)
    person.totp_last_step = 0


def totp(settings: Settings, person: Person) -> pyotp.TOTP:
    """The person's generator of codes. Raises Unsealable when the key or the row was changed."""
    return pyotp.TOTP(sealing.unseal(settings.key("totp"), person.totp_secret, person.id.bytes).decode())


def totp_address(secret: str, email: str) -> str:
    """What the QR code says to the app."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def spend_code(
    session: Session, settings: Settings, person: Person, code: str, at: datetime | None = None
) -> bool:
    """Accept a one-time code once: of all who bring it, even at the same moment, exactly one gets in."""
    if not person.totp_secret:
        return False
    step = matching_step(totp(settings, person), code, at)
    if step is None:
        return False
    claim = update(Person).where(Person.id == person.id, Person.totp_last_step < step)
    return _changed(session, claim.values(totp_last_step=step)) == 1


def matching_step(generator: pyotp.TOTP, code: str, at: datetime | None = None) -> int | None:
    """The time step that `code` belongs to, within the drift; None for none."""
    digits = (unicodedata.digit(char, None) for char in code)
    typed = "".join(str(digit) for digit in digits if digit is not None)
    current = int((at or now()).timestamp()) // STEP
    for step in range(current - DRIFT, current + DRIFT + 1):
        if hmac.compare_digest(generator.generate_otp(step), typed):
            return step
    return None


# Recovery codes


def new_recovery_codes(session: Session, settings: Settings, person_id: UUID) -> list[str]:
    """Ten codes of 80 bits in place of all earlier ones; they can be shown only now."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    codes = [base64.b32encode(secrets.token_bytes(10)).decode() for _ in range(RECOVERY_CODES)]
    for code in codes:
        session.add(RecoveryCode(person_id=person_id, code_hash=_recovery_hash(settings, person_id, code)))
    return ["-".join(code[i : i + 4] for i in range(0, 16, 4)) for code in codes]


def spend_recovery_code(session: Session, settings: Settings, person_id: UUID, code: str) -> bool:
    """Accept a recovery code once."""
    found = delete(RecoveryCode).where(
        RecoveryCode.person_id == person_id,
        RecoveryCode.code_hash == _recovery_hash(settings, person_id, code),
    )
    return _changed(session, found) == 1


def take_factors(session: Session, person: Person) -> None:
    """Take every second factor from the person; the next sign-in sets up a new one."""
    person.totp_secret, person.totp_last_step = "", 0
    for kind in (RecoveryCode, SecurityKey):
        session.execute(delete(kind).where(kind.person_id == person.id))


def recovery_codes_left(session: Session, person_id: UUID) -> int:
    """How many the person still has."""
    rows = select(func.count()).where(RecoveryCode.person_id == person_id)
    return session.scalar(rows) or 0


def _recovery_hash(settings: Settings, person_id: UUID, code: str) -> str:
    # Base32 has no 0, 1 or 8: what a hand writes for O, I and B is read as meant.
    typed = unicodedata.normalize("NFKC", code).upper().translate(str.maketrans("018", "OIB"))
    plain = "".join(char for char in typed if char.isalnum())
    # 80 random bits need no slow hash.
    return hmac.new(settings.key("recovery"), person_id.bytes + plain.encode(), hashlib.sha256).hexdigest()


def _changed(session: Session, statement: Any) -> int:
    return cast("CursorResult[Any]", session.execute(statement)).rowcount


def grouped(secret: str) -> str:
    """A secret in groups of four, to be typed by hand."""
    return " ".join(_groups(secret))


def _groups(secret: str) -> Iterable[str]:
    return (secret[i : i + 4] for i in range(0, len(secret), 4))
