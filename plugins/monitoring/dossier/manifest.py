"""The manifest of a dossier: every file with its SHA-256, whose it is, who approved it when. It is what is signed."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from plugins.monitoring.dossier import parcel

FORMAT = "camove-dossier/1"
PURPOSE = "camove-dossier"
"""The namespace of the signature (ssh-keygen -n)."""

NAME, SIGNATURE, LETTER, HELP = "manifest.json", "manifest.json.sig", "dossier.pdf", "README.txt"
LARGEST = 32 * 2**20
"""Bytes of one file that a reader takes into memory; a cleaned photo is far smaller."""


HELP_TEXT = (Path(__file__).parent / "manifest_1.txt").read_text("utf-8")
"""Belongs to the format and never changes: a ZIP that is packed again must be the same bytes."""


def help_text(site: str, principal: str, key: str) -> str:
    """How to check the ZIP without camove, in Russian and English."""
    return HELP_TEXT.format(site=site, principal=principal, key=key)


@dataclass(frozen=True)
class File:
    """A file by its path in the ZIP, its bytes and its SHA-256 in hexadecimal."""

    path: str
    size: int
    sha256: str

    @classmethod
    def of(cls, path: str, content: bytes) -> "File":
        """What is to be said of these bytes."""
        return cls(path, len(content), hashlib.sha256(content).hexdigest())


@dataclass(frozen=True)
class Manifest:
    """One frozen version. `approvals` hold times and hashes, no person; `audit` is a signed checkpoint or empty."""

    reference: str
    version: int
    organisation: str
    organisation_id: str
    addressee: str
    approved: str
    content_hash: str
    site: str
    principal: str
    key: str
    files: tuple[File, ...]
    approvals: tuple[dict[str, str], ...] = ()
    audit: str = ""

    def text(self) -> str:
        """The one way to write it: JSON, keys sorted, no spaces, a newline at the end."""
        plain = {"format": FORMAT, **asdict(self)}
        return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"

    @classmethod
    def parse(cls, text: str) -> "Manifest":
        """Read it back. Raises BadParcel for anything that `text` would not write."""
        try:
            raw: dict[str, Any] = json.loads(text)
            kind = raw.pop("format")
            files = tuple(File(**each) for each in raw.pop("files"))
            found = cls(files=files, approvals=tuple(raw.pop("approvals")), **raw)
            same = kind == FORMAT and found.text() == text
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise parcel.BadParcel("the manifest cannot be read") from error
        if not same:
            raise parcel.BadParcel("the manifest is not written as camove writes it")
        return found


@dataclass(frozen=True)
class Sealed:
    """What a whole ZIP held: the manifest, its exact text, and the signature that is still to be checked."""

    manifest: Manifest
    text: str
    signature: str


def annex_path(number: int) -> str:
    """Where the cleaned copy of an annex stands."""
    return f"annexes/{number:02d}.jpg"


def names(manifest: Manifest, text: str, signature: str) -> Sequence[tuple[str, int]]:
    """All files of the ZIP in their order, with their sizes."""
    first = ((NAME, len(text.encode())), (SIGNATURE, len(signature.encode())))
    return (*first, *((each.path, each.size) for each in manifest.files))


def read(stream: IO[bytes]) -> Sealed:
    """Compare every byte of a ZIP with its manifest, one file at a time. Raises BadParcel."""
    files = parcel.read(stream, LARGEST)
    text, signature = _words(files, NAME), _words(files, SIGNATURE)
    found = Manifest.parse(text)
    listed = iter(found.files)
    for name, content in files:
        if File.of(name, content) != next(listed, None):
            raise parcel.BadParcel("a file in it is not the one that the manifest lists")
    if next(listed, None) is not None:
        raise parcel.BadParcel("a file that the manifest lists is missing")
    return Sealed(found, text, signature)


def _words(files: Iterable[tuple[str, bytes]], expected: str) -> str:
    name, content = next(iter(files), ("", b""))
    if name != expected:
        raise parcel.BadParcel("it does not begin with a manifest and its signature")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise parcel.BadParcel("the manifest cannot be read") from error
