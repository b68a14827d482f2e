"""Signed notes: a short text with Ed25519 signatures below it, readable by people and by stock tools.

The form is C2SP signed-note (https://c2sp.org/signed-note): the text ends with a newline, a blank line follows, then
one line a signature: an em dash, the signer's name, and base64 of a 4-byte key id and the signature. A verifier key
reads `name+key id+base64(0x01, public key)`.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
DASH = "— "


class BadNote(ValueError):
    """The text is no signed note, or a key is no verifier key."""


@dataclass(frozen=True)
class Signer:
    """A name and the 32 secret bytes behind it."""

    name: str
    seed: bytes

    def __repr__(self) -> str:
        """The name alone: the seed belongs in no log."""
        return f"Signer({self.name!r})"

    @property
    def verifier(self) -> "Verifier":
        """The public half."""
        return Verifier(
            self.name, Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()
        )

    def sign(self, text: str) -> str:
        """The line that goes below `text`."""
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        return f"{DASH}{self.name} {base64.b64encode(self.verifier.key_id + signature).decode()}\n"


@dataclass(frozen=True)
class Verifier:
    """A name and its public key, 32 bytes."""

    name: str
    public: bytes

    @classmethod
    def parse(cls, key: str) -> "Verifier":
        """Read a verifier key. Raises BadNote."""
        try:
            name, key_id, encoded = key.strip().split("+", 2)
            raw = base64.b64decode(encoded, validate=True)
        except (ValueError, binascii.Error) as error:
            raise BadNote("a verifier key reads name+id+key") from error
        found = cls(name, raw[1:])
        if len(raw) != 33 or raw[:1] != ED25519 or not name or found.key_id.hex() != key_id:
            raise BadNote(f"the verifier key of {name or 'nobody'} is damaged")
        return found

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell keys of one name apart."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        """The key as it is published."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(ED25519 + self.public).decode()}"

    def accepts(self, text: str, signature: bytes) -> bool:
        """Whether `signature` (key id first) is this key's over `text`."""
        if signature[:4] != self.key_id:
            return False
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature[4:], text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class Note:
    """A text, and the signatures that stand below it."""

    text: str
    lines: tuple[str, ...] = ()

    @classmethod
    def parse(cls, written: str) -> "Note":
        """Read a note as it was mailed or kept; line ends of mail programs are mended. Raises BadNote."""
        plain = written.replace("\r\n", "\n").strip("\n") + "\n"
        text, gap, below = plain.rpartition("\n\n")
        lines = tuple(f"{line}\n" for line in below.splitlines())
        if not gap or not lines or not all(line.startswith(DASH) for line in lines):
            raise BadNote("this is not a signed note: no signature stands below the text")
        return cls(text + "\n", lines)

    def __str__(self) -> str:
        """The note as it is kept and mailed."""
        return f"{self.text}\n{''.join(self.lines)}"

    def signed(self, signer: Signer) -> "Note":
        """The same text with one more signature."""
        return Note(self.text, (*self.lines, signer.sign(self.text)))

    def is_signed_by(self, verifier: Verifier) -> bool:
        """Whether a line below is that key's."""
        return any(verifier.accepts(self.text, raw) for raw in map(_raw, self.lines))


def _raw(line: str) -> bytes:
    try:
        return base64.b64decode(line.rstrip("\n").rpartition(" ")[2], validate=True)
    except (ValueError, binascii.Error):
        return b""
