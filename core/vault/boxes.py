"""age, X25519 (https://age-encryption.org/v1): what only the holder of a private key opens. The one door to pyrage."""

from collections.abc import Sequence

import pyrage
from pyrage import x25519

from core.vault.problems import Damaged


def new_identity() -> x25519.Identity:
    """A new private key; `str` of it is its text, `to_public` its recipient."""
    return x25519.Identity.generate()


def identity(text: str) -> x25519.Identity:
    """The private key of that text. Raises ValueError without it."""
    try:
        return x25519.Identity.from_str(text)
    except pyrage.IdentityError:
        raise ValueError("not an age identity") from None


def recipient_of(key: x25519.Identity) -> str:
    """The public half as text, `age1…`."""
    return str(key.to_public())


def box(plain: bytes, recipient: str) -> bytes:
    """`plain` for whoever holds the private half of `recipient`. Raises Damaged when it is none."""
    try:
        return bytes(pyrage.encrypt(plain, [x25519.Recipient.from_str(recipient)]))
    except (pyrage.RecipientError, pyrage.EncryptError):
        raise Damaged("A stored public key is not an age recipient.") from None


def unbox(boxed: bytes, keys: Sequence[x25519.Identity], what: str) -> bytes:
    """What is in the box, by any of `keys`. Raises Damaged naming `what`."""
    try:
        return bytes(pyrage.decrypt(bytes(boxed), list(keys)))
    except (pyrage.DecryptError, ValueError):
        raise Damaged(f"{what} does not open: it was changed, or sealed to another key.") from None


def identity_in(plain: bytes, what: str) -> x25519.Identity:
    """The private key that an opened box holds. Raises Damaged naming `what`."""
    try:
        return identity(plain.decode())
    except ValueError:
        raise Damaged(f"{what} opens, and holds no key: it was put there by somebody else.") from None
