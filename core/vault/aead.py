"""Sealing one text: AES-256-GCM (NIST SP 800-38D) with a random nonce, bound to its place, its length hidden."""

import json
import os
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.vault.problems import Damaged

KEY, NONCE, TAG = 32, 12, 16
"""Bytes. A data key seals a handful of texts: far from the 2**32 at which random nonces become a risk."""

VERSION = b"\x01"
SIZES = (64, 256, 1024)
"""A text is padded to the first of these that holds it, above to whole multiples of the last, in bytes."""

MARK = b"\x80"


@dataclass(frozen=True)
class Context:
    """Where a sealed text belongs; anywhere else it does not open."""

    schema: str
    organisation_id: UUID
    table: str
    record_id: UUID
    field: str
    revision: int

    def data(self) -> bytes:
        """The associated data: a JSON list, so that no two contexts read the same."""
        parts = (self.organisation_id, self.table, self.record_id, self.field, self.revision)
        return json.dumps([self.schema, *map(str, parts)], separators=(",", ":")).encode()

    def __str__(self) -> str:
        """For an administrator."""
        return f"{self.field} of {self.table} {self.record_id} (organisation {self.organisation_id})"


def new_key() -> bytes:
    """A random key."""
    return os.urandom(KEY)


def seal(key: bytes, plain: bytes, context: Context) -> bytes:
    """`plain` as bytes that only `key` opens, and only in `context`: version, nonce, ciphertext, tag."""
    nonce = os.urandom(NONCE)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, pad(plain), context.data())


def open(key: bytes, sealed: bytes, context: Context) -> bytes:  # noqa: A001 - the word for it
    """What `seal` was given. Raises Damaged, whatever is wrong."""
    if sealed[:1] != VERSION or len(sealed) < len(VERSION) + NONCE + TAG:
        raise Damaged(f"The sealed {context} is cut short, or of a newer version of the site.")
    nonce, body = sealed[1 : 1 + NONCE], sealed[1 + NONCE :]
    try:
        padded = AESGCM(key).decrypt(nonce, body, context.data())
        return unpad(padded)
    except (InvalidTag, ValueError):
        # `from None`: a traceback with the values of variables must not carry key or text.
        raise Damaged(
            f"The sealed {context} does not open: it was changed, moved, put back from an older state, "
            "or its key belongs to something else. Compare it with a backup."
        ) from None


def pad(plain: bytes) -> bytes:
    """`plain`, a mark and zeros (ISO/IEC 7816-4) up to one of few lengths, so that a length names nobody."""
    needed = len(plain) + 1
    size = next((size for size in SIZES if needed <= size), -(-needed // SIZES[-1]) * SIZES[-1])
    return (plain + MARK).ljust(size, b"\x00")


def unpad(padded: bytes) -> bytes:
    """What `pad` was given. Raises ValueError."""
    plain, mark, rest = padded.rpartition(MARK)
    if not mark or rest.strip(b"\x00"):
        raise ValueError("no padding")
    return plain
