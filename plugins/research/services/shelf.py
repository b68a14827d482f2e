"""The files of versions, each under the hash of its content: there whole or not at all, never changed.

The original lies sealed to the key of the site, in the pieces in which it came. The working table and the released
files lie open, since the engine reads them: the folder belongs to the owner of the site alone, like the database.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

from core.toolkit import open_sealed, platform, seal_bytes

ORIGINAL, CSV, PARQUET, SEALED = "original", "csv", "parquet", "sealed"
PIECE = 1 << 20


def folder() -> Path:
    """Where they lie, a part of what a backup copies."""
    found: Path = platform.settings.data / "research"
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def path_of(sha256: str, kind: str) -> Path:
    """Where a file lies."""
    return folder() / sha256[:2] / f"{sha256}.{kind}"


@contextmanager
def passing(suffix: str = "") -> Iterator[IO[bytes]]:
    """A file that is gone afterwards unless `keep` took it."""
    with NamedTemporaryFile(dir=folder(), prefix="part-", suffix=suffix) as file:
        yield file


def keep(file: Path, sha256: str, kind: str) -> Path:
    """Give a finished file its place; the same content twice is one file."""
    target = path_of(sha256, kind)
    target.parent.mkdir(mode=0o700, exist_ok=True)
    with file.open("rb+") as written:
        os.fsync(written.fileno())
    target.unlink(missing_ok=True)
    os.link(file, target)
    return target


def hash_of(path: Path) -> tuple[str, int]:
    """The SHA-256 of a file, and its bytes."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
            size += len(piece)
    return digest.hexdigest(), size


def sealed(pieces: Iterable[bytes], kind: str = ORIGINAL) -> tuple[str, int]:
    """Keep a stream sealed, piece by piece; gives the SHA-256 of what it holds, and its bytes."""
    digest, size = hashlib.sha256(), 0
    with passing() as file:
        for piece in pieces:
            digest.update(piece)
            size += len(piece)
            closed = seal_bytes(platform.settings, piece)
            file.write(len(closed).to_bytes(8, "big") + closed)
        file.flush()
        keep(Path(file.name), digest.hexdigest(), kind)
    return digest.hexdigest(), size


def opened(sha256: str, kind: str = ORIGINAL) -> Iterator[bytes]:
    """The pieces of a sealed file. Raises vault.Damaged, FileNotFoundError."""
    with path_of(sha256, kind).open("rb") as file:
        while length := file.read(8):
            yield open_sealed(platform.settings, file.read(int.from_bytes(length, "big")))


def pieces(path: Path) -> Iterator[bytes]:
    """The bytes of an open file, piece by piece."""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def forget(sha256: str, *kinds: str) -> None:
    """Remove files; what is gone already is no error."""
    for kind in kinds:
        if sha256:
            path_of(sha256, kind).unlink(missing_ok=True)


def copied(source: Iterable[bytes], target: Any) -> None:
    """Write all pieces."""
    for piece in source:
        target.write(piece)
