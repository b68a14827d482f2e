"""The files of versions, each under the hash of its content: there whole or not at all, never changed, never open.

All lie sealed to the key of the site, which stands outside the data folder: originals, working tables, and what was
released. The engine reads them in place (`services/vessel.py`); a download unseals while it packs.
"""

import hashlib
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

from core.toolkit import Seekable, destroy_sealed, platform, seal_stream, vault

ORIGINAL, CSV, PARQUET, WITHDRAWN = "original", "csv", "parquet", "withdrawn"
PIECE = 1 << 20
PASSING = "part-"
LEFT_BEHIND = 7200
"""Seconds after which a file without a row can only be litter: reading a file may take half an hour."""


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
    """A file for the work in hand, which lies open and is gone afterwards."""
    with NamedTemporaryFile(dir=folder(), prefix=PASSING, suffix=suffix) as file:
        yield file


def left_behind() -> list[Path]:
    """The files that are not of the work in hand: only these may be judged by whether a row names them."""
    before = time.time() - LEFT_BEHIND
    found = [*folder().glob(f"{PASSING}*"), *folder().glob("??/*")]
    return [each for each in found if each.stat().st_mtime < before]


def sealed(pieces: Iterable[bytes], kind: str = ORIGINAL) -> tuple[str, int]:
    """Keep a stream sealed; gives the SHA-256 of what it holds, and its bytes. The same content twice is one file."""
    with passing() as file:
        sha256, size = seal_stream(platform.settings, pieces, file)
        file.flush()
        os.fsync(file.fileno())
        _place(Path(file.name), path_of(sha256, kind))
    return sha256, size


def _place(file: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o700, exist_ok=True)
    beside = file.with_name(f"{file.name}-whole")
    os.link(file, beside)
    beside.replace(target)
    at = os.open(target.parent, os.O_RDONLY)
    os.fsync(at)
    os.close(at)


def opened(sha256: str, kind: str = ORIGINAL) -> Iterator[bytes]:
    """What a sealed file holds, piece by piece. Raises vault.Damaged, FileNotFoundError."""
    with Seekable(platform.settings, path_of(sha256, kind)) as file:
        while piece := file.read(PIECE):
            yield piece


def intact(sha256: str, kind: str) -> bool:
    """Whether a file is there and holds the bytes that its name says."""
    digest = hashlib.sha256()
    try:
        for piece in opened(sha256, kind):
            digest.update(piece)
    except (FileNotFoundError, vault.Damaged):
        return False
    return digest.hexdigest() == sha256


def hash_of(path: Path) -> tuple[str, int]:
    """The SHA-256 of an open file, and its bytes."""
    digest, size = hashlib.sha256(), 0
    for piece in pieces(path):
        digest.update(piece)
        size += len(piece)
    return digest.hexdigest(), size


def pieces(path: Path) -> Iterator[bytes]:
    """The bytes of an open file, piece by piece."""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def withdraw(sha256: str, kind: str) -> None:
    """Put a file aside, where nothing that serves data looks. It may run twice."""
    if path_of(sha256, kind).exists():
        path_of(sha256, kind).replace(path_of(sha256, f"{kind}.{WITHDRAWN}"))


def forget(sha256: str, *kinds: str) -> None:
    """Destroy files, their keys first; what is gone already is no error."""
    for kind in kinds:
        if sha256:
            destroy_sealed(path_of(sha256, kind))


def copied(source: Iterable[bytes], target: Any) -> None:
    """Write all pieces."""
    for piece in source:
        target.write(piece)
