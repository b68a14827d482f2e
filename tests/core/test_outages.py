"""A full disk, a locked database, a server that restarts: nothing typed is lost, pages are read, and it passes."""

import os
import resource
import shlex
import shutil
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
from cluster import binaries, running
from flask import Flask
from machine import absent
from sqlalchemy import event, func, select, text

from core import audit, reserve, testing
from core.attachments.folder import FileStore
from core.audit import AuditEntry
from core.database import Database
from core.permissions import Actor
from core.platform import EXTENSION, Platform
from core.settings import Settings
from core.testing import Browser, Town
from core.web.guard import public, transaction

SMALL = 24 * 2**20
RESERVE = 4 * 2**20
HOLD = 30.0 if "CAMOVE_GATE_ROUNDS" in os.environ else 3.0
"""Seconds that a foreign lock is held: 3, and 30 in the nightly run."""


def prepared(app: Flask) -> tuple[Platform, Browser]:
    """A site with a page that writes what is posted."""
    site: Platform = app.extensions[EXTENSION]

    def write() -> str:
        with transaction() as session:
            audit.record(session, Actor(None), "core.test", fields=["x" * 4000])
        return "kept"

    app._got_first_request = False
    app.config["WTF_CSRF_ENABLED"] = False
    app.add_url_rule("/en/write", "write", public(write), methods=["POST"])
    return site, Town(site).browser(app)


def impatient(site: Platform, milliseconds: int) -> None:
    """Tests do not wait five seconds for each lock: the timeout is shortened for these alone."""

    def shorten(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA busy_timeout={milliseconds}")

    site.database.close()
    event.listen(site.database.engine, "connect", shorten)


def entries(database: Database) -> int:
    with database.reading() as session:
        return (
            session.scalar(
                select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "core.test")
            )
            or 0
        )


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real disk of 24 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    # Few files too, so that a test can use up the inodes before the room.
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SMALL},nr_inodes=200", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        absent("the right to mount a small disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path, leave: int = 0) -> Path:
    """Take up all room but `leave` bytes."""
    path = folder / "ballast"
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 65536)
        except OSError:
            file.truncate(max(0, file.tell() - leave))
    return path


def test_without_inodes_no_file_is_half_there_and_it_passes(migrated: Path, small_disk: Path) -> None:
    shutil.copytree(migrated, small_disk / "instance")
    shelf = FileStore(small_disk / "instance" / "data" / "files")
    shelf.put("aa/before", b"kept")
    app = testing.create_app(Settings(instance=small_disk / "instance", testing=True, search_engine="fts5"))
    _, browser = prepared(app)
    taken = 0
    with suppress(OSError):
        for taken in range(1000):
            (small_disk / f"taken-{taken}").touch()
    assert 0 < taken < 999
    with pytest.raises(OSError, match="No space") as refused:
        shelf.put("bb/new", b"lost?")
    assert reserve.is_full(refused.value)
    assert browser.client.post("/en/write", data={"text": "x"}).status_code in {200, 507}
    assert browser.get("/en/").status_code == 200
    for path in small_disk.glob("taken-*"):
        path.unlink()
    assert [each.name for each in shelf.names()] == ["aa/before"]
    shelf.put("bb/new", b"kept too")
    assert browser.client.post("/en/write", data={"text": "x"}).status_code == 200


def test_full_disk_says_so_loses_nothing_and_passes(migrated: Path, small_disk: Path) -> None:
    shutil.copytree(migrated, small_disk / "instance")
    app = testing.create_app(Settings(instance=small_disk / "instance", testing=True, search_engine="fts5"))
    site, browser = prepared(app)
    assert reserve.make(site.settings.data, RESERVE)
    kept, full, statuses = 0, 0, set()
    ballast = fill(small_disk, leave=65536)
    for _ in range(4000):
        answer = browser.client.post("/en/write", data={"text": "Важные слова"})
        statuses.add(answer.status_code)
        kept += answer.status_code == 200
        if answer.status_code == 507:
            full += 1
            if full == 1:
                assert "Важные слова" in answer.text
                assert "Nothing that was saved is lost" in answer.text
                assert not reserve.stands(site.settings.data, RESERVE)
            assert browser.get("/en/").status_code == 200
        if full > 3:
            break
    assert statuses == {200, 507}
    assert entries(site.database) == kept
    ballast.unlink()
    assert browser.client.post("/en/write").status_code == 200
    assert entries(site.database) == kept + 1
    assert reserve.make(site.settings.data, RESERVE)
    with site.database.reading() as session:
        assert audit.verify(session) == []
    print(f"disk full: {kept} of {kept} acknowledged entries kept, {full} answers 507, 0 answers 500")
    site.database.close()


@contextmanager
def refusing(size: int) -> Iterator[None]:
    """The system refuses to write past `size` bytes of any file; SQLite calls that an I/O error, as a failing disk."""
    allowed = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, allowed[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, allowed)


def test_a_disk_that_fails_says_so_loses_nothing_and_passes(app: Flask) -> None:
    site, browser = prepared(app)
    statuses = list[int]()
    with refusing(2**17):
        for _ in range(60):
            answer = browser.client.post("/en/write", data={"text": "Важные слова"})
            statuses.append(answer.status_code)
            if answer.status_code != 200:
                assert "Важные слова" in answer.text
                assert browser.get("/en/").status_code == 200
    assert set(statuses) == {200, 503}
    assert entries(site.database) == statuses.count(200)
    assert browser.client.post("/en/write").status_code == 200
    with site.database.reading() as session:
        assert audit.verify(session) == []


def test_a_shelf_that_fails_says_so_and_keeps_no_half_of_a_file(app: Flask, tmp_path: Path) -> None:
    _, browser = prepared(app)
    shelf = FileStore(tmp_path / "files")

    def put() -> str:
        shelf.put("aa/photo", b"x" * 2**18)
        return "kept"

    app.add_url_rule("/en/put", "put", public(put), methods=["POST"])
    with refusing(2**17):
        answer = browser.client.post("/en/put", data={"text": "Важные слова"})
    assert (answer.status_code, "Важные слова" in answer.text) == (503, True)
    assert list(shelf.names()) == []
    assert browser.client.post("/en/put").text == "kept"


def test_a_foreign_lock_is_waited_for_or_told(app: Flask) -> None:
    site, browser = prepared(app)
    assert browser.client.post("/en/write").status_code == 200
    impatient(site, 400)
    path = str(site.database.engine.url.database)
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as rival:
        rival.execute("BEGIN IMMEDIATE")
        began, busy, read = time.monotonic(), 0, 0
        while time.monotonic() - began < HOLD:
            answer = browser.client.post("/en/write", data={"text": "Важные слова"})
            assert answer.status_code == 503
            assert answer.headers["Retry-After"]
            assert "Важные слова" in answer.text
            busy += 1
            read += browser.get("/en/").status_code == 200
        rival.execute("ROLLBACK")
    assert busy == read > 1
    assert browser.client.post("/en/write").status_code == 200
    assert entries(site.database) == 2
    print(f"lock held {HOLD:.0f} s: {busy} writes told 503, {read} of {busy} pages read")


def test_a_short_lock_is_not_noticed(app: Flask) -> None:
    site, browser = prepared(app)
    path = str(site.database.engine.url.database)
    rival = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    rival.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(1.5, lambda: rival.execute("ROLLBACK"))
    timer.start()
    assert browser.client.post("/en/write").status_code == 200
    timer.join()
    rival.close()
    assert entries(site.database) == 1


@pytest.mark.parametrize("field", ["new_password", "new", "again", "first", "answer"])
def test_a_password_is_never_carried_on(app: Flask, field: str) -> None:
    """Nor are the fields of our own forms for new passwords, for groups of a sheet, for the answer of a key."""
    site, browser = prepared(app)
    impatient(site, 50)
    with closing(sqlite3.connect(str(site.database.engine.url.database), isolation_level=None)) as rival:
        rival.execute("BEGIN IMMEDIATE")
        answer = browser.client.post("/en/write", data={field: "тихая гора", "name": "Анна"})
    assert answer.status_code == 503
    assert "тихая гора" not in answer.text


def test_a_database_that_may_only_be_read(app: Flask) -> None:
    site, browser = prepared(app)

    def read_only(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA query_only=ON")

    site.database.close()
    event.listen(site.database.engine, "connect", read_only)
    assert browser.client.post("/en/write").status_code == 503
    assert browser.get("/en/").status_code == 200


def test_each_connection_syncs_before_it_answers(site: Platform) -> None:
    wanted = {"synchronous": 2, "journal_mode": "wal", "foreign_keys": 1, "trusted_schema": 0}
    seen = 0
    for opener in (site.database.transaction, site.database.reading):
        with (
            opener() as first,
            opener() if opener == site.database.reading else site.database.reading() as second,
        ):
            for session in (first, second):
                driver = session.connection().connection.driver_connection
                found = {name: driver.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted}
                assert found == wanted
                seen += 1
    assert seen == 4


def control(data: str, *words: str) -> None:
    """pg_ctl on a cluster of ours."""
    folder = binaries()
    assert folder is not None
    user = "postgres" if os.geteuid() == 0 else None
    command = [str(folder / "pg_ctl"), "-D", data, "-m", "fast", "-w", *words]
    quiet = subprocess.DEVNULL
    subprocess.run(command, user=user, cwd="/", check=True, timeout=60, stdout=quiet, stderr=quiet)


def test_a_server_that_restarts_is_told_and_passes(tmp_path: Path) -> None:
    if binaries() is None:
        absent("PostgreSQL")
    with running() as url:
        app = testing.make_app(tmp_path / "instance", database_url=url)
        site, browser = prepared(app)
        assert browser.client.post("/en/write").status_code == 200
        with site.database.reading() as session:
            data = str(session.scalar(text("SHOW data_directory")))
        # Without these `start` would take the port of the settings file, and no longer ours.
        options = shlex.join(shlex.split((Path(data) / "postmaster.opts").read_text())[3:])
        control(data, "stop")
        try:
            down = [browser.client.post("/en/write").status_code for _ in range(3)]
            read = browser.get("/en/").status_code
        finally:
            control(data, "-o", options, "start")
        try:
            after = browser.client.post("/en/write").status_code
            # Now without a pause in between: connections of the pool are dead when they are used next.
            control(data, "restart")
            again = browser.client.post("/en/write").status_code
            kept = entries(site.database)
        finally:
            site.database.close()
            control(data, "stop")
    # Without its server not even the home page can be read; it is never an error of ours (500).
    assert (down, read, after, kept) == ([503, 503, 503], 503, 200, 2 + (again == 200))
    assert again == 200
