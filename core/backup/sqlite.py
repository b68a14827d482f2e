"""A SQLite database at one moment: `VACUUM INTO`, which under writers gave 40 good copies of 40.

The paged backup API never ends while others write, and a plain copy of the file misses what is in the WAL.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine, text

from core.backup.problem import BackupProblem

MEMBER = "camove.sqlite"
WAIT = 30.0
"""Seconds to wait for a lock."""


def dump(database: Path, target: Path) -> None:
    """Write the state of this moment into `target`; writers go on."""
    with closing(sqlite3.connect(database, timeout=WAIT, isolation_level=None)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))


@contextmanager
def opened(path: Path) -> Iterator[Connection]:
    """A copy, opened so that nothing can change it."""
    engine = create_engine(f"sqlite:///file:{path.absolute()}?mode=ro&immutable=1&uri=true")
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def soundness(connection: Connection) -> list[str]:
    """What SQLite itself finds wrong; it proves little, so it is never the only check."""
    found = [row[0] for row in connection.execute(text("PRAGMA integrity_check")) if row[0] != "ok"]
    orphans = connection.execute(text("PRAGMA foreign_key_check")).fetchall()
    return found + [f"a row of {row[0]} points to nothing in {row[2]}" for row in orphans]


def settle(database: Path) -> None:
    """Take the database out of WAL: its file is then whole by itself, and nobody else has it open.

    Raises BackupProblem while another program uses it.
    """
    try:
        with closing(sqlite3.connect(database, timeout=1.0, isolation_level=None)) as connection:
            mode = connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
    except sqlite3.OperationalError:
        mode = "busy"
    if mode != "delete":
        raise BackupProblem("The site is running. Stop camove (serve and worker), then restore.")
