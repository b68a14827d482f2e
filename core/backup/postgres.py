"""A PostgreSQL database at one moment: `pg_dump` and the facts, taken in the same exported snapshot."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, make_url, text

from core.backup.problem import BackupProblem
from core.database import now

MEMBER = "camove.dump"
SECONDS = 3600


@contextmanager
def snapshot(engine: Engine) -> Iterator[tuple[Connection, str]]:
    """A connection that sees one state, and the name under which `pg_dump` sees the same."""
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        yield connection, str(connection.scalar(text("SELECT pg_export_snapshot()")))


def dump(engine: Engine, exported: str, target: Path) -> None:
    """Write that state into `target`, without the search index."""
    options = ["--format=custom", f"--snapshot={exported}", "--exclude-table=search_*", f"--file={target}"]
    run(tool("pg_dump", server_major(engine)), engine.url, *options)


def readable(path: Path) -> list[str]:
    """Read a dump from end to end without a server; problems in words."""
    try:
        run(tool("pg_restore", 0), None, f"--file={os.devnull}", str(path))
    except BackupProblem as problem:
        return [str(problem)]
    return []


def load(path: Path, url: URL) -> None:
    """Fill an empty database from a dump, all of it or nothing."""
    options = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    run(tool("pg_restore", 0), url, *options, f"--dbname={url.database}", str(path))


@contextmanager
def beside(url: URL, purpose: str) -> Iterator[URL]:
    """A new empty database on the same server; dropped at the end, unless it was renamed meanwhile."""
    name = f"{url.database}_{purpose}_{now():%Y%m%d%H%M%S}"
    with maintenance(url) as connection:
        try:
            connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE template0'))
        except Exception as error:
            raise BackupProblem(
                f"The user {url.username} may not make databases on the server, and a backup is proven in a "
                f"database of its own. As its administrator: ALTER ROLE {url.username} CREATEDB."
            ) from error
    try:
        yield url.set(database=name)
    finally:
        with maintenance(url) as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))


def swap(url: URL, fresh: URL) -> str:
    """Put the fresh database in the place of the live one in one transaction; gives the old one's new name."""
    aside = f"{url.database}_before_{now():%Y%m%d%H%M%S}"
    with maintenance(url, autocommit=False) as connection, connection.begin():
        busy = connection.scalar(
            text("SELECT count(*) FROM pg_stat_activity WHERE datname = :name"), {"name": url.database}
        )
        if busy:
            raise BackupProblem("The site is running. Stop camove (serve and worker), then restore.")
        connection.execute(text(f'ALTER DATABASE "{url.database}" RENAME TO "{aside}"'))
        connection.execute(text(f'ALTER DATABASE "{fresh.database}" RENAME TO "{url.database}"'))
    return aside


@contextmanager
def maintenance(url: URL, *, autocommit: bool = True) -> Iterator[Connection]:
    """A connection to the server's own database, from which others are made and renamed."""
    engine = create_engine(url.set(database="postgres"))
    try:
        with engine.connect() as connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT") if autocommit else connection
    finally:
        engine.dispose()


def server_major(engine: Engine) -> int:
    """The server's major version."""
    with engine.connect() as connection:
        return int(connection.scalar(text("SHOW server_version_num")) or 0) // 10000


def tool(name: str, needed: int) -> Path:
    """The newest `name` at hand. Raises BackupProblem if there is none, or only one older than the server."""
    known = [
        *Path("/usr/lib/postgresql").glob(f"*/bin/{name}"),
        *map(Path, filter(None, [shutil.which(name)])),
    ]
    versions = {path: _version(path) for path in known}
    best = max(known, key=lambda path: versions[path], default=None)
    if best is None:
        raise BackupProblem(f"{name} is missing. Install the client tools of PostgreSQL (postgresql-client).")
    if versions[best] < needed:
        raise BackupProblem(
            f"{name} is of version {versions[best]}, the server of {needed}: an older tool cannot read a newer "
            f"server. Install postgresql-client-{needed}."
        )
    return best


def _version(path: Path) -> int:
    done = subprocess.run([path, "--version"], capture_output=True, text=True, check=False, timeout=20)
    found = re.search(r"(\d+)(?:\.\d+)*", done.stdout)
    return int(found[1]) if found else 0


def run(path: Path, url: URL | None, *options: str) -> None:
    """Run a tool of PostgreSQL; the password goes by the environment, where other users cannot see it."""
    done = subprocess.run(
        [path, *options], capture_output=True, text=True, check=False, timeout=SECONDS, env=_environment(url)
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise BackupProblem(f"{path.name} failed: {last}")


def _environment(url: URL | None) -> dict[str, str]:
    given = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "PGCONNECT_TIMEOUT": "20"}
    if url is None:
        return given
    asked = {key: str(value) for key, value in url.query.items()}
    known = {
        "PGHOST": url.host or asked.get("host", ""),
        "PGPORT": str(url.port or ""),
        "PGUSER": url.username or "",
        "PGPASSWORD": url.password or "",
        "PGDATABASE": url.database or "",
        "PGSSLMODE": asked.get("sslmode", ""),
        "PGSSLROOTCERT": asked.get("sslrootcert", ""),
    }
    return given | {key: value for key, value in known.items() if value}


def url_of(text_url: str) -> URL:
    """The address as a value."""
    return make_url(text_url)
