"""Restoring: everything is proven in a folder beside; only then live data moves aside and the copy takes its place."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from alembic.script import ScriptDirectory
from alembic.util import CommandError
from pyrage import IdentityError, x25519
from sqlalchemy import URL

from core import checkpoints, lineages
from core.backup import archive, away, dumping, facts, postgres, sqlite
from core.backup.facts import Facts, demand
from core.backup.making import FILES, KEYS_SEAL, staged
from core.backup.manifest import Manifest
from core.backup.problem import BackupProblem
from core.backup.streams import decrypting
from core.database import Database, now
from core.lineages import Lineage
from core.settings import Settings

PASSING = {"core_job", "core_schedule", "core_sign_in_attempt"}
"""Tables that a site fills by itself: rows in them do not make it a site in use."""


@dataclass(frozen=True)
class Restored:
    """What was brought back, how long it took, and where the data lies that stood here before."""

    manifest: Manifest
    seconds: float
    aside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Place:
    """Where to restore: an instance and its database, closed, and the lineages of the installed code."""

    settings: Settings
    lineages: Sequence[Lineage]

    @property
    def is_sqlite(self) -> bool:
        """Whether the site keeps its data in SQLite."""
        return self.settings.database.startswith("sqlite")


def identity_of(path: Path) -> x25519.Identity:
    """The private key in a file that `camove backup key` or age-keygen printed. Raises BackupProblem."""
    lines = [line.strip() for line in path.read_text("utf-8").splitlines()]
    found = next((line for line in lines if line.startswith("AGE-SECRET-KEY-")), "")
    try:
        return x25519.Identity.from_str(found)
    except IdentityError as error:
        raise BackupProblem(f"{path} holds no private key (a line AGE-SECRET-KEY-…).") from error


def restore(place: Place, path: Path, identity: x25519.Identity, *, replace: bool = False) -> Restored:
    """Bring an archive back. Raises BackupProblem; then live data is as it was."""
    started = time.monotonic()
    if not replace:
        _demand_empty(place)
    with _proven(place, path, identity) as (told, ready, fresh):
        away.unpack(place.settings, ready)
        aside = _take_place(place, ready, fresh)
    _note(place.settings)
    return Restored(told, time.monotonic() - started, aside)


def drill(place: Place, path: Path, identity: x25519.Identity) -> Restored:
    """Do all of a restore but the last step. Raises BackupProblem."""
    started = time.monotonic()
    with _proven(place, path, identity) as (told, _ready, _fresh):
        return Restored(told, time.monotonic() - started)


def restore_keys(settings: Settings, path: Path, identity: x25519.Identity) -> Restored:
    """Bring the keys back; those that stood here move aside. Raises BackupProblem."""
    started = time.monotonic()
    with staged(settings) as staging:
        told = _unpack(path, identity, KEYS_SEAL, staging)
        if told.kind != "keys":
            raise BackupProblem("This archive holds no keys.")
        aside = _exchange(settings.keys, staging)
        staging.mkdir(mode=0o700)
    return Restored(told, time.monotonic() - started, (aside,))


@contextmanager
def _proven(
    place: Place, path: Path, identity: x25519.Identity
) -> Iterator[tuple[Manifest, Path, URL | None]]:
    """The archive unpacked, compared and brought to this release, in a place of its own."""
    with staged(place.settings) as staging:
        told = _unpack(path, identity, place.settings.key("backup"), staging)
        if told.kind != ("sqlite" if place.is_sqlite else "postgresql"):
            raise BackupProblem(f"The archive is of {told.kind}; set database_url to such a database.")
        _demand_known(told.facts, place.lineages)
        dumping.prove(told, staging)
        data = staging / "data"
        data.mkdir(mode=0o700, exist_ok=True)
        if place.is_sqlite:
            (staging / sqlite.MEMBER).rename(data / sqlite.MEMBER)
            _modernise(place, f"sqlite:///{(data / sqlite.MEMBER).absolute()}")
            yield told, data, None
            return
        with postgres.beside(postgres.url_of(place.settings.database), "restore") as fresh:
            postgres.load(staging / postgres.MEMBER, fresh)
            dumping.prove_loaded(told, fresh.render_as_string(hide_password=False))
            _modernise(place, fresh.render_as_string(hide_password=False))
            yield told, data, fresh


def _unpack(path: Path, identity: x25519.Identity, key: bytes, staging: Path) -> Manifest:
    with path.open("rb") as file, decrypting(file, [identity]) as stream:
        return archive.unpack(stream, key, staging, wanted=lambda _name: True)


def _modernise(place: Place, url: str) -> None:
    """Bring the copy to the tables of this release, then walk its audit chain with the site's key."""
    copy = Database(url, audit_key=place.settings.key("audit"))
    try:
        for lineage in place.lineages:
            lineages.upgrade(copy, lineage)
        with copy.engine.connect() as connection:
            broken = facts.chain_problems(connection, place.settings.key("audit"))
    finally:
        copy.close()
    demand(broken, "The audit chain in the archive is broken")


def _demand_known(found: Facts, known: Sequence[Lineage]) -> None:
    """Refuse tables that a newer release made."""
    for lineage in known:
        revision = found.versions.get(lineage.name)
        try:
            if revision:
                ScriptDirectory.from_config(lineage.config()).get_revision(revision)
        except CommandError as error:
            raise BackupProblem(
                f"The archive was made by a newer release ({lineage.name} at {revision}). "
                "Update camove, then restore."
            ) from error


def _demand_empty(place: Place) -> None:
    database = Database(place.settings.database)
    try:
        with database.engine.execution_options(camove_reads=True).connect() as connection:
            counts = facts.facts_of(connection).counts
    finally:
        database.close()
    held = sum(count for name, count in counts.items() if name not in PASSING)
    files = place.settings.data / FILES
    if held or (files.is_dir() and any(files.rglob("*.*"))) or away.held(place.settings):
        raise BackupProblem(
            "This site holds data already. Add --replace to move it aside and put the archive in its place."
        )


def _take_place(place: Place, ready: Path, fresh: URL | None) -> tuple[str, ...]:
    """The only step that moves live data."""
    live = place.settings.data
    moved = []
    if fresh is not None:
        moved.append(f"database {postgres.swap(postgres.url_of(place.settings.database), fresh)}")
    elif (live / sqlite.MEMBER).exists():
        sqlite.settle(live / sqlite.MEMBER)
    return (*moved, _exchange(live, ready))


def _note(settings: Settings) -> None:
    """Sign into the checkpoints that the audit goes on from an older state, so that it does not look cut."""
    database = Database(settings.database, audit_key=settings.key("audit"))
    try:
        with database.reading() as session:
            checkpoints.note_restore(session, settings)
    finally:
        database.close()


def _exchange(live: Path, ready: Path) -> str:
    """Put a folder in the place of another; gives where the other lies now."""
    aside = live.with_name(f"{live.name}.before-{now():%Y%m%dT%H%M%S%f}")
    live.rename(aside)
    try:
        ready.rename(live)
    except OSError:
        aside.rename(live)
        raise
    return str(aside)
