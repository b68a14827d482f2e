"""Signatures in the form of OpenSSH (PROTOCOL.sshsig), so that anybody's `ssh-keygen -Y verify` accepts them.

Ed25519 with SHA-512 only. A signature is read strictly: it must be, to the byte, what `sign` writes, so that no other
text passes for it.
"""

import base64
import binascii
import hashlib
import textwrap

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

MAGIC = b"SSHSIG"
VERSION = (1).to_bytes(4, "big")
KIND = b"ssh-ed25519"
HASH = b"sha512"
BEGIN, END = "-----BEGIN SSH SIGNATURE-----\n", "-----END SSH SIGNATURE-----\n"
WIDTH = 70


class BadSignature(ValueError):
    """The text is no such signature, or not one over these bytes."""


def public_key(seed: bytes) -> bytes:
    """The public half, 32 bytes, of 32 secret bytes."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def sign(seed: bytes, namespace: str, message: bytes) -> str:
    """The armoured signature of `message` for one purpose, the namespace."""
    raw = Ed25519PrivateKey.from_private_bytes(seed).sign(_signed(namespace, message))
    return _armour(public_key(seed), namespace, raw)


def verify(armoured: str, namespace: str, message: bytes) -> bytes:
    """The public key, 32 bytes, whose signature this is. Whose it is the caller must know. Raises BadSignature."""
    public, raw = _parts(armoured)
    if _armour(public, namespace, raw) != armoured:
        raise BadSignature("the signature is not written as it should be, or for another purpose")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(raw, _signed(namespace, message))
    except (InvalidSignature, ValueError) as error:
        raise BadSignature("the signature does not belong to these bytes") from error
    return public


def public_line(public: bytes) -> str:
    """The key as OpenSSH writes it: `ssh-ed25519 AAAA…`."""
    return f"{KIND.decode()} {base64.b64encode(_blob(public)).decode()}"


def fingerprint(public: bytes) -> str:
    """What people compare: `SHA256:…`, as `ssh-keygen -l` shows it."""
    digest = hashlib.sha256(_blob(public)).digest()
    return f"SHA256:{base64.b64encode(digest).decode().rstrip('=')}"


def _text(content: bytes) -> bytes:
    return len(content).to_bytes(4, "big") + content


def _blob(public: bytes) -> bytes:
    return _text(KIND) + _text(public)


def _signed(namespace: str, message: bytes) -> bytes:
    digest = hashlib.sha512(message).digest()
    return MAGIC + _text(namespace.encode()) + _text(b"") + _text(HASH) + _text(digest)


def _armour(public: bytes, namespace: str, raw: bytes) -> str:
    parts = (_blob(public), namespace.encode(), b"", HASH, _text(KIND) + _text(raw))
    body = base64.b64encode(MAGIC + VERSION + b"".join(map(_text, parts))).decode()
    return BEGIN + "\n".join(textwrap.wrap(body, WIDTH)) + "\n" + END


def _parts(armoured: str) -> tuple[bytes, bytes]:
    """The public key and the raw signature, where they must stand; `verify` compares all the rest."""
    try:
        whole = base64.b64decode("".join(armoured.splitlines()[1:-1]), validate=True)
    except (ValueError, binascii.Error) as error:
        raise BadSignature("this is not a signature") from error
    key = len(MAGIC) + len(VERSION) + 4 + 4 + len(KIND) + 4
    return whole[key : key + 32], whole[-64:]
