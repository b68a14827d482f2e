"""The key under which a phone keeps what was typed: one a person, handed only to their signed-in browser."""

import hashlib
import hmac
from uuid import UUID

from core.settings import Settings

NAME = "phone"


def phone_key(settings: Settings, person_id: UUID) -> bytes:
    """32 bytes for AES-256-GCM in the browser; the same at the next sign-in, so that a queue outlives one."""
    return _derive(settings, "key", person_id)


def owner(settings: Settings, person_id: UUID) -> str:
    """Whose a kept draft is, in 16 letters that tell nothing without our key."""
    return _derive(settings, "owner", person_id).hex()[:16]


def _derive(settings: Settings, use: str, person_id: UUID) -> bytes:
    return hmac.digest(settings.key(NAME), f"{use}:{person_id}".encode(), hashlib.sha256)
