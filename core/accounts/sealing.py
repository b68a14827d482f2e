"""Short secrets at rest: AES-256-GCM (NIST SP 800-38D), bound to what they belong to."""

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12
"""Bytes; random, since one key seals far fewer than 2**32 secrets."""


class Unsealable(ValueError):
    """The secret was damaged, moved to another record, or sealed with another key."""


def seal(key: bytes, plain: bytes, context: bytes) -> str:
    """`plain` as text that only `key` opens, and only together with `context`."""
    nonce = os.urandom(NONCE)
    return base64.b64encode(nonce + AESGCM(key).encrypt(nonce, plain, context)).decode()


def unseal(key: bytes, sealed: str, context: bytes) -> bytes:
    """What `seal` was given. Raises Unsealable."""
    try:
        raw = base64.b64decode(sealed, validate=True)
        return AESGCM(key).decrypt(raw[:NONCE], raw[NONCE:], context)
    except (InvalidTag, ValueError) as error:
        raise Unsealable("the secret does not open") from error
