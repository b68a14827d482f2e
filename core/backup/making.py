"""Making a backup: the database first, then the files, encrypted, then opened again before it gets its name."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import BinaryIO
from uuid import UUID

from pyrage import x25519
from sqlalchemy import Uuid, column, select, table

from core import __version__
from core.attachments import bucket
from core.backup import archive, away, dumping, facts, keeping, sqlite
from core.backup.archive import Packer
from core.backup.dumping import Dump
from core.backup.facts import Facts, demand
from core.backup.manifest import Manifest
from core.backup.problem import BackupProblem
from core.backup.streams import decrypting, encrypting, recipients_of
from core.database import Database, now
from core.settings import Settings

LEFT_OUT = {"search", "reserve"}
"""In the data folder, but not in a backup: a cache, and room to give back."""
FILES = "files"
STAGING, ABANDONED = ".backup-", 24 * 3600
"""How passing folders are called, and after how many seconds nobody works in one any more."""
KEYS_SEAL = b"camove keys"
"""Archives of keys are signed with no key of the site: on a new machine that key is still inside."""


@dataclass(frozen=True)
class Made:
    """A finished, proven archive."""

    path: Path
    manifest: Manifest


def make(settings: Settings, database: Database, folder: Path, *, despite_missing: bool = False) -> Made:
    """Back up database and files into `folder` while the site runs. Raises BackupProblem; then nothing is left."""
    key, started = settings.key("backup"), now()
    with _writing(settings, folder, "camove", key) as (packer, staging, target):
        dumped = dumping.dump(database, settings.key("audit"), staging)
        packer.add(dumped.path, dumped.path.name)
        gone = _files(packer, settings, dumped)
        if not despite_missing:
            demand(_still_wanted(database, gone), "Files are missing (see camove backup --help)")
        told = Manifest(started, __version__, dumped.kind, dumped.facts, tuple(packer.members), tuple(gone))
        packer.close(told.encode(key))
        dumped.path.unlink()
    return Made(target, told)


def make_of_keys(settings: Settings, folder: Path) -> Made:
    """Back up the keys, apart from everything else. Raises BackupProblem."""
    if keeping.archives(folder) or folder.resolve() == keeping.folder_of(settings).resolve():
        raise BackupProblem(
            "Backups of the data are kept in that folder. Keys go elsewhere: who finds both can read everything."
        )
    settings.key("backup")
    with _writing(settings, folder, "camove-keys", KEYS_SEAL) as (packer, _staging, target):
        for path in sorted(p for p in settings.keys.iterdir() if p.is_file()):
            packer.add(path, path.name)
        told = Manifest(now(), __version__, "keys", Facts(), tuple(packer.members))
        packer.close(told.encode(KEYS_SEAL))
    return Made(target, told)


@contextmanager
def _writing(
    settings: Settings, folder: Path, prefix: str, key: bytes
) -> Iterator[tuple[Packer, Path, Path]]:
    """An archive under a passing name. It is opened and proven at the end, and only then has its own."""
    recipients = recipients_of(settings.backup_recipients)
    # A key that lives as long as this call: the archive on the disk is opened again with it.
    witness = x25519.Identity.generate()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / keeping.new_name(prefix)
    temporary = target.with_name(f".{target.name}.part")
    try:
        with staged(settings) as staging:
            with _private(temporary) as file, encrypting(file, [*recipients, witness.to_public()]) as stream:
                packer = Packer(stream)
                try:
                    yield packer, staging, target
                finally:
                    packer.end()
            _prove(temporary, witness, key, staging)
        keeping.publish(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def _private(path: Path) -> BinaryIO:
    path.touch(mode=0o600, exist_ok=False)
    return path.open("wb")


def _prove(path: Path, witness: x25519.Identity, key: bytes, staging: Path) -> None:
    """Open the archive that lies on the disk: every hash, the database, its counts and its audit."""
    with path.open("rb") as file, decrypting(file, [witness]) as stream:
        told = archive.unpack(stream, key, staging, wanted=dumping.MEMBERS.__contains__)
    if told.kind != "keys":
        dumping.prove(told, staging)


@contextmanager
def staged(settings: Settings) -> Iterator[Path]:
    """A folder beside the data, for the owner only: what lies here unencrypted never leaves the instance."""
    _forget_killed(settings)
    folder = Path(mkdtemp(prefix=STAGING, dir=settings.instance))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _forget_killed(settings: Settings) -> None:
    """What a backup that was killed has left: an open copy of the database, with what was erased since."""
    for left in settings.instance.glob(f"{STAGING}*"):
        if time.time() - left.stat().st_mtime > ABANDONED:
            shutil.rmtree(left, ignore_errors=True)


def _files(packer: Packer, settings: Settings, dumped: Dump) -> list[str]:
    """Copy what the database points to and what lies beside; gives the names of files that are not there."""
    data, missing, here = settings.data, set(dumped.files), not bucket.configured(settings)
    missing.difference_update(away.pack(packer, settings, dumped))
    for path in sorted(each for each in data.rglob("*") if _belongs(each.relative_to(data), dumped, here)):
        name = path.relative_to(data).as_posix()
        try:
            if path.is_file() and not path.is_symlink():
                packer.add(path, f"data/{name}")
                missing.discard(name.removeprefix(f"{FILES}/"))
        except FileNotFoundError:
            # Deleted since it was listed: the row decides whether that was right.
            continue
    return sorted(missing)


def _belongs(name: Path, dumped: Dump, here: bool) -> bool:
    """Whether a backup holds this file of the data; of attachments those whose row is in the copy of the database."""
    if name.parts[0] in LEFT_OUT or name.name.startswith((sqlite.MEMBER, ".")):
        return False
    if name.parts[0] in away.KINDS and not here:
        return False
    return name.parts[0] != FILES or name.relative_to(FILES).as_posix() in dumped.files


def _still_wanted(database: Database, missing: list[str]) -> list[str]:
    """Of the files that are not there, those whose row still stands: a deleted row may lack its file."""
    row = table(facts.ATTACHMENTS, column("id", Uuid))
    with database.reading() as session:
        return [
            f"{FILES}/{name}"
            for name in missing
            if session.scalar(select(row.c.id).where(row.c.id == UUID(hex=Path(name).name.split(".")[0])))
        ]
