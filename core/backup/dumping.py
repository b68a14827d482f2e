"""The database part of a backup, on either database: made, and proven."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, create_engine

from core.backup import facts, postgres, sqlite
from core.backup.facts import Facts, demand
from core.backup.manifest import Manifest
from core.backup.problem import BackupProblem
from core.database import Database
from core.lineages import CORE

MEMBERS = frozenset({sqlite.MEMBER, postgres.MEMBER})
"""What the copy of the database is called in an archive."""


@dataclass(frozen=True)
class Dump:
    """A copy of the database at one moment, and what was true of it."""

    path: Path
    kind: str
    facts: Facts
    files: dict[str, str]
    """Name of every file that a row points to -> SHA-256 (or empty)."""


def dump(database: Database, audit_key: bytes, folder: Path) -> Dump:
    """Copy the database into `folder` while others write, and prove the copy. Raises BackupProblem."""
    reader = database.engine.execution_options(camove_reads=True)
    with reader.connect() as connection:
        before = facts.facts_of(connection)
    made = (
        _sqlite(database, audit_key, folder) if database.is_sqlite else _postgres(database, audit_key, folder)
    )
    if made.facts.audit_sequence < before.audit_sequence:
        raise BackupProblem("The copy of the database is older than the database was when the backup began.")
    return made


def _sqlite(database: Database, audit_key: bytes, folder: Path) -> Dump:
    target = folder / sqlite.MEMBER
    sqlite.dump(Path(str(database.engine.url.database)), target)
    with sqlite.opened(target) as connection:
        demand(sqlite.soundness(connection), "The database is damaged")
        return _described(connection, audit_key, target, "sqlite")


def _postgres(database: Database, audit_key: bytes, folder: Path) -> Dump:
    target = folder / postgres.MEMBER
    with postgres.snapshot(database.engine) as (connection, exported):
        postgres.dump(database.engine, exported, target)
        return _described(connection, audit_key, target, "postgresql")


def _described(connection: Connection, audit_key: bytes, path: Path, kind: str) -> Dump:
    found = facts.facts_of(connection)
    if not found.versions:
        raise BackupProblem("The database has no tables yet. Run camove db upgrade.")
    if up_to_date(found):
        demand(facts.chain_problems(connection, audit_key), "The audit chain is broken")
    return Dump(path, kind, found, facts.files(connection))


def up_to_date(found: Facts) -> bool:
    """Whether core's tables are those of this release, so that it can walk the audit chain."""
    return found.versions.get("core") == CORE.head


def prove(told: Manifest, folder: Path) -> None:
    """Open the copy that came out of an archive and compare it with what was copied. Raises BackupProblem.

    A dump of PostgreSQL is only read through here; `prove_loaded` compares it once it is in a server.
    """
    if told.kind == "sqlite":
        with sqlite.opened(folder / sqlite.MEMBER) as connection:
            demand(sqlite.soundness(connection), "The database in the archive is damaged")
            _prove(connection, told)
    else:
        demand(postgres.readable(folder / postgres.MEMBER), "The database in the archive is damaged")


def prove_loaded(told: Manifest, url: str) -> None:
    """Compare a database on a server with what was copied. Raises BackupProblem."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            _prove(connection, told)
    finally:
        engine.dispose()


def _prove(connection: Connection, told: Manifest) -> None:
    demand(facts.differences(told.facts, facts.facts_of(connection)), "The archive is not what was saved")
    held = {each.path.removeprefix("data/files/"): each.sha256 for each in told.members}
    held |= dict.fromkeys(told.gone, "")
    problems = [
        f"the file {name} is missing or another one"
        for name, sha256 in facts.files(connection).items()
        if name not in held or (sha256 and held[name] and held[name] != sha256)
    ]
    demand(problems, "The files do not belong to the database")
