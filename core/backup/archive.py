"""The archive: a tar of the database, the files and, last, the manifest; encrypted with age."""

import contextlib
import hashlib
import io
import os
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from core.backup import manifest
from core.backup.manifest import Manifest, Member
from core.backup.problem import BackupProblem
from core.backup.streams import CHUNK

MANIFEST_LIMIT = 1 << 30


class Packer:
    """Writes members into a tar stream and remembers what it wrote."""

    def __init__(self, stream: BinaryIO) -> None:
        """Begin a tar in `stream`."""
        self._tar = tarfile.open(fileobj=stream, mode="w|")  # noqa: SIM115 - `close` ends it
        self.members: list[Member] = []

    def add(self, path: Path, name: str) -> Member:
        """Copy a file in. Raises FileNotFoundError before anything is written if it is gone."""
        with path.open("rb") as file:
            info = tarfile.TarInfo(name)
            info.size = os.fstat(file.fileno()).st_size
            hashed = _Hashing(file)
            self._tar.addfile(info, hashed)
        self.members.append(Member(name, info.size, hashed.digest.hexdigest()))
        return self.members[-1]

    def put(self, name: str, content: bytes) -> Member:
        """Copy bytes in that lie in no file here."""
        info = tarfile.TarInfo(name)
        info.size = len(content)
        self._tar.addfile(info, io.BytesIO(content))
        self.members.append(Member(name, info.size, hashlib.sha256(content).hexdigest()))
        return self.members[-1]

    def close(self, manifest_bytes: bytes) -> None:
        """Write the manifest last, so that an archive that was cut has none."""
        info = tarfile.TarInfo(manifest.NAME)
        info.size = len(manifest_bytes)
        self._tar.addfile(info, io.BytesIO(manifest_bytes))
        self._tar.close()

    def end(self) -> None:
        """Let go of the stream, also of one that nobody reads any more; after `close` it does nothing."""
        with contextlib.suppress(OSError):
            self._tar.close()


class _Hashing:
    """A file that is hashed while it is read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self.digest.update(piece)
        return piece


def unpack(stream: BinaryIO, key: bytes, folder: Path, *, wanted: Callable[[str], bool]) -> Manifest:
    """Read a whole archive, write the members that are `wanted` into `folder`, and prove all of them.

    Raises BackupProblem for a part that is missing, added or changed.
    """
    found: list[Member] = []
    last = b""
    try:
        with tarfile.open(fileobj=stream, mode="r|") as tar:
            for info, file in _members(tar):
                if info.name == manifest.NAME:
                    last = _small(info, file)
                elif last:
                    raise BackupProblem("The archive is damaged: something follows its manifest.")
                else:
                    found.append(_take(info, file, folder if wanted(info.name) else None))
    except tarfile.TarError as error:
        raise BackupProblem("The archive is damaged or cut off. Use another archive.") from error
    if not last:
        raise BackupProblem("The archive is cut off: it has no manifest. Use another archive.")
    told = manifest.decode(last, key)
    _compare(told.members, found)
    return told


def _members(tar: tarfile.TarFile) -> Iterator[tuple[tarfile.TarInfo, BinaryIO]]:
    for info in tar:
        file = tar.extractfile(info) if info.isreg() else None
        name = PurePosixPath(info.name)
        if file is None or name.is_absolute() or ".." in name.parts or "\\" in info.name:
            raise BackupProblem("The archive holds something that no backup of camove holds. It is refused.")
        yield info, file  # type: ignore[misc]


def _small(info: tarfile.TarInfo, file: BinaryIO) -> bytes:
    if info.size > MANIFEST_LIMIT:
        raise BackupProblem("The archive is damaged: its manifest is too large.")
    return file.read()


def _take(info: tarfile.TarInfo, file: BinaryIO, folder: Path | None) -> Member:
    """Hash a member and, if a folder is given, write it there, readable by the owner only."""
    digest = hashlib.sha256()
    target = folder / info.name if folder else Path(os.devnull)
    if folder:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with target.open("wb") as out:
        while piece := file.read(CHUNK):
            digest.update(piece)
            out.write(piece)
        if folder:
            out.flush()
            os.fsync(out.fileno())
            target.chmod(0o600)
    return Member(info.name, info.size, digest.hexdigest())


def _compare(told: tuple[Member, ...], found: list[Member]) -> None:
    """Every member is there once, with the hash that the manifest tells, and nothing else."""
    expected = {each.path: each for each in told}
    for each in found:
        if expected.pop(each.path, None) != each:
            raise BackupProblem(
                f"The archive is damaged: {each.path} is not what was saved. Use another archive."
            )
    if expected:
        raise BackupProblem(f"The archive is damaged: {min(expected)} is missing. Use another archive.")
