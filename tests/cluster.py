"""A throwaway PostgreSQL from whatever `initdb` is at hand; none of it outlives the tests."""

import os
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from serving import free_port
from sqlalchemy import create_engine, text

NOBODY_ROOT = "postgres"
"""PostgreSQL refuses to run as root; Debian's package brings this account."""


def binaries() -> Path | None:
    """The folder of the newest `initdb`, if there is one."""
    known = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    found = known[-1] if known else shutil.which("initdb")
    return Path(found).resolve().parent if found else None


@contextmanager
def running() -> Iterator[str]:
    """Start a cluster on a free port of the loopback; gives the URL of its maintenance database."""
    folder = binaries()
    assert folder is not None
    root = Path(tempfile.mkdtemp(prefix="camove-postgresql-"))
    user = NOBODY_ROOT if os.geteuid() == 0 else None
    if user:
        shutil.chown(root, user, user)
    data, port = root / "data", free_port()
    quiet = {"user": user, "cwd": root, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    initdb = [
        folder / "initdb",
        "-D",
        data,
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
        "-N",
    ]
    subprocess.run(initdb, check=True, **quiet)
    # A short log of writes: one gate reads all of it.
    given = ("fsync=off", "listen_addresses=127.0.0.1", "max_connections=200", "max_wal_size=128MB")
    options = [part for each in given for part in ("-c", each)]
    server = subprocess.Popen(
        [folder / "postgres", "-D", data, "-p", str(port), "-k", root, *options], **quiet
    )
    try:
        _wait(folder, port)
        yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
    finally:
        server.send_signal(2)
        server.wait(20)
        shutil.rmtree(root, ignore_errors=True)


def _wait(folder: Path, port: int) -> None:
    for _ in range(200):
        ready = subprocess.run(
            [folder / "pg_isready", "-h", "127.0.0.1", "-p", str(port)], capture_output=True, check=False
        )
        if ready.returncode == 0:
            return
        time.sleep(0.1)
    raise RuntimeError("PostgreSQL did not start")


@contextmanager
def fresh(server: str, template: str = "template1") -> Iterator[str]:
    """A new database of the server at that URL, empty or a copy of `template`, dropped at the end."""
    name = f"test_{uuid.uuid4().hex}"
    maintenance = create_engine(server, isolation_level="AUTOCOMMIT")
    with maintenance.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield server.rsplit("/", 1)[0] + f"/{name}"
    with maintenance.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    maintenance.dispose()
