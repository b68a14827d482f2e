"""A site that is written to while it is backed up, and what its writers were told was kept."""

import hashlib
import io
import os
import tarfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import UUID

from answers import picture
from flask import Flask
from pyrage import decrypt, encrypt, x25519
from sqlalchemy import func, select

from core import attachments, audit
from core.accounts.models import Organisation, OrganisationName
from core.attachments import Attachment
from core.audit import AuditEntry
from core.backup.restoring import Place
from core.commands.schema import installed
from core.database import Database, new_id, now
from core.permissions import Actor
from core.platform import EXTENSION, Platform
from core.settings import Settings

Parts = dict[str, bytes]


@dataclass
class Owner:
    """Who runs the site and holds the private key of its backups."""

    app: Flask
    identity: x25519.Identity = field(default_factory=x25519.Identity.generate)

    @property
    def site(self) -> Platform:
        found: Platform = self.app.extensions[EXTENSION]
        return found

    @property
    def settings(self) -> Settings:
        return replace(self.site.settings, backup_recipients=(str(self.identity.to_public()),))

    def place(self, instance: Path, database_url: str = "") -> Place:
        """Another instance with the same keys and, at first, nothing else."""
        settings = replace(self.settings, instance=instance, database_url=database_url)
        settings.prepare()
        for path in self.settings.keys.iterdir():
            (settings.keys / path.name).write_bytes(path.read_bytes())
        with self.app.app_context():
            return Place(settings, list(installed()))


@dataclass
class Told:
    """What the site has acknowledged."""

    organisations: set[UUID] = field(default_factory=set)
    attachments: set[UUID] = field(default_factory=set)
    entries: set[int] = field(default_factory=set)

    def copy(self) -> "Told":
        """As it stands now."""
        return Told(set(self.organisations), set(self.attachments), set(self.entries))

    def __len__(self) -> int:
        return len(self.organisations) + len(self.attachments) + len(self.entries)


@contextmanager
def writing(owner: Owner, writers: int = 3) -> Iterator[Told]:
    """Several threads write records and one of them files, until the block ends; what failed is raised then."""
    told, stop, failures = Told(), threading.Event(), []

    def run(step: Callable[[Owner, Told], None]) -> None:
        try:
            while not stop.is_set():
                step(owner, told)
                # SQLite's queue is not fair: who writes without a pause starves the others.
                time.sleep(0.01)
        except Exception as error:
            failures.append(error)

    steps = [add_file, *[add_record] * writers]
    threads = [threading.Thread(target=run, args=(step,), daemon=True) for step in steps]
    for thread in threads:
        thread.start()
    try:
        while len(told.attachments) < 2 and not failures:
            time.sleep(0.05)
        yield told
    finally:
        stop.set()
        for thread in threads:
            thread.join(60)
    if failures:
        raise failures[0]


def add_record(owner: Owner, told: Told) -> None:
    """An organisation, its name and its audit entry in one transaction."""
    with owner.site.database.transaction() as session:
        made = Organisation(kind="member_ngo", country="KG")
        made.names = [OrganisationName(labels={"ru": "Пробная организация " * 20}, since=now().date())]
        session.add(made)
        session.flush()
        entry = audit.record(session, Actor(None), "core.organisation.add", made.id)
    told.organisations.add(made.id)
    told.entries.add(entry.sequence)


def add_file(owner: Owner, told: Told) -> None:
    """Two photos with their rows; one of them is deleted again, the row first."""
    site = owner.site
    with site.database.transaction() as session:
        home = Organisation(kind="member_ngo", country="KG")
        session.add(home)
    kept, dropped = (
        attachments.receive(site.database, site.settings, Actor(None), picture(), home.id) for _ in range(2)
    )
    told.attachments.add(kept.id)
    with site.database.transaction() as session:
        session.delete(session.get_one(Attachment, dropped.id))
    for path in (site.settings.data / "files").rglob(f"{dropped.id.hex}.*"):
        path.unlink()


def lost(told: Told, place: Place, live: Path) -> list[str]:
    """What was acknowledged and is not in the restored site, or is not the same there."""
    database = Database(place.settings.database, audit_key=place.settings.key("audit"))
    try:
        with database.reading() as session:
            missing = {
                "organisation": told.organisations - set(session.scalars(select(Organisation.id))),
                "attachment": told.attachments - set(session.scalars(select(Attachment.id))),
                "entry": told.entries - set(session.scalars(select(AuditEntry.sequence))),
            }
            problems = [f"{kind} {each}" for kind, all_of in missing.items() for each in all_of]
            problems += audit.verify(session)
            held = session.scalar(select(func.count()).select_from(Attachment)) or 0
    finally:
        database.close()
    here, there = hashes(live / "files"), hashes(place.settings.data / "files")
    # What was deleted since the backup is in it still; all else is the same, byte by byte.
    problems += [f"file {name}" for name, each in there.items() if here.get(name, each) != each]
    ids = {Path(name).name.split(".")[0] for name in there}
    problems += [f"file of {each}" for each in told.attachments if each.hex not in ids]
    # A photo deleted while the backup ran left its row in the copy, rightly without files.
    return problems + ([f"{held} rows, files of {len(ids)}"] if not held - 1 <= len(ids) <= held else [])


def hashes(folder: Path) -> dict[str, str]:
    """Every file below a folder with its SHA-256."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def parts(archive: Path, identity: x25519.Identity) -> Parts:
    """The members of an archive, as somebody with the private key sees them."""
    with tarfile.open(fileobj=io.BytesIO(decrypt(archive.read_bytes(), [identity]))) as tar:
        return {info.name: tar.extractfile(info).read() for info in tar}  # type: ignore[union-attr]


def forged(archive: Path, identity: x25519.Identity, members: Parts) -> Path:
    """An archive beside with these members, encrypted as the real one is."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    path = archive.with_name(f"forged-{new_id().hex}.age")
    path.write_bytes(encrypt(plain.getvalue(), [identity.to_public()]))
    return path


def rounds(usual: int) -> int:
    """How often to repeat: CAMOVE_GATE_ROUNDS, else what CI can afford."""
    return int(os.environ.get("CAMOVE_GATE_ROUNDS", usual))
