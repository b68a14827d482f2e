"""Twelve ways to lose an index: each is noticed by the next search or change, told calmly, and mended by the worker."""

import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from core import indexing, testing
from core.commands.finding import search as search_group
from core.outbox import QueuedJob
from core.permissions import ANONYMOUS
from core.platform import EXTENSION, Platform
from core.search.engine import SearchUnavailable
from core.testing import Settings, create_app, drain
from core.toolkit import Manifest, SearchDocument, SearchRevision, hookimpl

pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
NOTE = "The search is being rebuilt"
SECRET = "тайноеслово"


class Shelf:
    """A plugin with documents, and records that cannot give theirs."""

    manifest = Manifest("shelf", "Shelf", "1", hook_api=1)

    def __init__(self) -> None:
        self.titles = {f"shelf:kind:{n}": f"quarry wages {n}" for n in range(40)}
        self.revision = 1
        self.poison = ""

    @hookimpl
    def camove_provide_search_documents(
        self, session: object, uids: list[str] | None
    ) -> list[SearchDocument]:
        if self.poison and (uids is None or self.poison in uids):
            raise LookupError
        return [self.document(uid) for uid in tuple(self.titles) if uids is None or uid in uids]

    @hookimpl
    def camove_provide_search_revisions(self, session: object) -> list[SearchRevision]:
        return [SearchRevision(uid, self.revision) for uid in self.titles]

    def document(self, uid: str) -> SearchDocument:
        title = self.titles[uid]
        return SearchDocument(uid, "kind", title, title, "en", frozenset({"public"}), "x", {}, self.revision)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


Open = Callable[[str], Flask]


@pytest.fixture
def opened(shelf: Shelf, migrated: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Open]:
    """Opens the site with an engine; again and again on the same folder."""
    apps: list[Flask] = []

    def open_app(engine: str) -> Flask:
        if engine == "postgresql":
            url = request.getfixturevalue("postgresql_url")
            app = testing.make_app(tmp_path / "pg", [shelf], database_url=url, search_engine=engine)
        else:
            folder = tmp_path / "instance"
            if not folder.exists():
                shutil.copytree(migrated, folder)
            app = create_app(Settings(instance=folder, testing=True, search_engine=engine), [shelf])
        apps.append(app)
        return app

    yield open_app
    for app in apps:
        site_of(app).index.engine.close()
        site_of(app).database.close()


def site_of(app: Flask) -> Platform:
    site: Platform = app.extensions[EXTENSION]
    return site


def folder_of(site: Platform) -> Path:
    return site.settings.data / "search"


def generation(site: Platform) -> Path:
    return next(path for path in folder_of(site).glob(f"{site.index.engine.name}-*") if path.is_dir())


def replaced(path: Path, content: bytes) -> None:
    """As a careless copy does: a new file under the old name."""
    path.unlink()
    path.write_bytes(content)


def each(pattern: str, spoil: Callable[[bytes], bytes]) -> Callable[[Platform], None]:
    def damage(site: Platform) -> None:
        found = list(generation(site).glob(pattern))
        assert found
        for path in found:
            replaced(path, spoil(path.read_bytes()))

    return damage


def no_folder(site: Platform) -> None:
    shutil.rmtree(folder_of(site))


def a_file_for_a_folder(site: Platform) -> None:
    shutil.rmtree(folder_of(site))
    folder_of(site).write_text("not a folder")


def no_generation(site: Platform) -> None:
    shutil.rmtree(generation(site))


def no_toc(site: Platform) -> None:
    next(generation(site).glob("*.toc")).unlink()


def garbage_pointer(site: Platform) -> None:
    next(folder_of(site).glob("whoosh*.current")).write_bytes(b"\xff../../etc")


def other_version(site: Platform) -> None:
    [pointer] = folder_of(site).glob("whoosh*.current")
    pointer.rename(pointer.with_name("whoosh-0.current"))


def killed_writer(site: Platform) -> None:
    """A writer dies with all locks held and half a segment written; then a file is lost as well."""
    script = f"""
import os
from core.search.factory import open_engine
from core.search.whoosh_engine import index
from sqlalchemy import create_engine
from pathlib import Path
engine = open_engine("whoosh", Path({str(folder_of(site))!r}), create_engine("sqlite://"))
with engine.writing():
    writer = index.open_dir({str(generation(site))!r}, indexname="search1").writer()
    writer.add_document(uid=["half"])
    os.kill(os.getpid(), 9)
"""
    died = subprocess.run([sys.executable, "-W", "ignore", "-c", script], capture_output=True, check=False)
    assert died.returncode == -9, died.stderr
    no_toc(site)


def sql(statement: str) -> Callable[[Platform], None]:
    def damage(site: Platform) -> None:
        if site.index.engine.name == "postgresql":
            with site.database.engine.begin() as connection:
                connection.execute(text(statement))
            return
        with sqlite3.connect(generation(site) / "index.sqlite3") as connection:
            connection.execute(statement)
        connection.close()

    return damage


DAMAGE = {
    "whoosh folder deleted": ("whoosh", no_folder),
    "whoosh generation deleted": ("whoosh", no_generation),
    "whoosh segment truncated": ("whoosh", each("*.seg", lambda old: old[: len(old) // 2])),
    "whoosh segment zeroed": ("whoosh", each("*.seg", lambda old: b"\0" * len(old))),
    "whoosh contents garbage": ("whoosh", each("*.toc", lambda _: b"\x80garbage" * 9)),
    "whoosh contents missing": ("whoosh", no_toc),
    "whoosh pointer garbage": ("whoosh", garbage_pointer),
    "whoosh other version": ("whoosh", other_version),
    "whoosh writer killed": ("whoosh", killed_writer),
    "whoosh folder is a file": ("whoosh", a_file_for_a_folder),
    "fts5 folder deleted": ("fts5", no_folder),
    "fts5 file emptied": ("fts5", each("index.sqlite3", lambda _: b"")),
    "fts5 file garbage": ("fts5", each("index.sqlite3", lambda old: b"\xa5" * len(old))),
    "fts5 pages garbage": (
        "fts5",
        each("index.sqlite3", lambda old: old[:4096] + b"\xa5" * (len(old) - 4096)),
    ),
    "fts5 table dropped": ("fts5", sql("DROP TABLE terms")),
    "postgresql table dropped": ("postgresql", sql("DROP TABLE search_document CASCADE")),
    "postgresql reach dropped": ("postgresql", sql("DROP TABLE search_reach")),
    "postgresql column lost": ("postgresql", sql("ALTER TABLE search_document DROP COLUMN terms")),
}
QUIET = {
    "postgresql index dropped": ("postgresql", sql("DROP INDEX search_document_fresh_terms_idx")),
    "postgresql other version": ("postgresql", sql("COMMENT ON TABLE search_document IS 'version 0'")),
}
"""Answers stay right: these are noticed by the next change alone."""


def found(app: Flask) -> int:
    return site_of(app).index.search(ANONYMOUS, "quarry", limit=100).total


def settle(app: Flask) -> None:
    site_of(app).index.rebuild(site_of(app).database)
    site_of(app).index.engine.close()
    assert found(app) == 40


def agree(app: Flask) -> None:
    site = site_of(app)
    assert site.index.drift(site.database).uids == []
    assert found(app) == 40
    with site.database.reading() as session:
        assert session.query(QueuedJob).count() == 0


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_search_notices_and_the_worker_mends(opened: Open, damage: str) -> None:
    engine, spoil = DAMAGE[damage]
    app = opened(engine)
    settle(app)
    site_of(app).index.engine.close()
    spoil(site_of(app))
    shown = [app.test_client().get("/en/search?q=quarry") for _ in range(3)]
    assert [page.status_code for page in shown] == [200] * 3
    assert all(NOTE in page.text for page in shown)
    assert drain(app) == 1, "three visitors, one rebuilding"
    assert NOTE not in app.test_client().get("/en/search?q=quarry").text
    agree(app)


@pytest.mark.parametrize("damage", DAMAGE | QUIET)
def test_a_change_notices_and_mends(opened: Open, damage: str) -> None:
    engine, spoil = (DAMAGE | QUIET)[damage]
    app = opened(engine)
    settle(app)
    site_of(app).index.engine.close()
    spoil(site_of(app))
    with site_of(app).database.transaction() as session:
        indexing.queue(session, ["shelf:kind:1"])
    drain(app)
    agree(app)


def test_a_new_site_finds_its_records(opened: Open) -> None:
    """Nobody ever built the index: it is missing, as if it had been deleted."""
    app = opened("whoosh")
    assert NOTE in app.test_client().get("/en/search?q=quarry").text
    drain(app)
    agree(app)


@pytest.mark.parametrize("engine", ["whoosh", "fts5", "postgresql"])
def test_reconciling_mends_both_ways(opened: Open, shelf: Shelf, engine: str) -> None:
    app = opened(engine)
    settle(app)
    site = site_of(app)
    site.index.engine.apply([], ["shelf:kind:1", "shelf:kind:2"])
    shelf.titles["gone"] = "quarry"
    site.index.engine.apply([shelf.document("gone")], [])
    del shelf.titles["gone"]
    ahead = shelf.document("shelf:kind:3")
    site.index.engine.apply([SearchDocument(**vars(ahead) | {"revision": 9, "title": "ahead"})], [])
    with app.app_context():
        told = app.test_cli_runner().invoke(search_group, ["status"])
        assert told.exit_code == 1
        assert "drift:          2 missing, 1 stale, 1 extra" in told.output
        mended = app.test_cli_runner().invoke(search_group, ["reconcile"])
        assert mended.output == "2 missing, 1 stale, 1 extra\n"
        told = app.test_cli_runner().invoke(search_group, ["status"])
    assert told.exit_code == 0
    assert told.output.splitlines() == [
        f"engine:         {engine}",
        "pending:        0 (oldest 0 s), parked 0",
        "documents:      40",
        "drift:          0 missing, 0 stale, 0 extra",
    ]
    agree(app)


@pytest.mark.parametrize("engine", ["whoosh", "fts5", "postgresql"])
def test_what_changes_during_a_rebuilding_is_not_lost(
    opened: Open, shelf: Shelf, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(engine)
    settle(app)
    site = site_of(app)
    fill = indexing.Index._fill

    def meanwhile(*args: object, **rest: object) -> object:
        """A record goes, one comes and one changes after the first pass has read them; pages go on."""
        done = fill(*args, **rest)  # type: ignore[arg-type]
        if "shelf:kind:1" in shelf.titles:
            del shelf.titles["shelf:kind:1"]
            shelf.titles["shelf:kind:99"] = "quarry new"
            shelf.revision = 2
            assert found(app) == 40
        return done

    monkeypatch.setattr(indexing.Index, "_fill", meanwhile)
    assert site.index.rebuild(site.database).documents == 40
    agree(app)
    assert site.index.search(ANONYMOUS, "new").total == 1


@pytest.mark.parametrize("engine", ["whoosh", "fts5", "postgresql"])
def test_two_rebuildings_at_once_are_one(opened: Open, engine: str) -> None:
    app = opened(engine)
    settle(app)
    site = site_of(app)
    with site.index.engine.rebuilding():
        with pytest.raises(SearchUnavailable):
            site.index.rebuild(site.database)
        with app.app_context():
            told = app.test_cli_runner().invoke(search_group, ["rebuild"])
        assert "Another process" in told.output
        site.index.heal_soon(site.database)
        drain(app)
    with site.database.reading() as session:
        assert [(job.name, job.attempts) for job in session.query(QueuedJob)] == [(indexing.HEAL, 0)]
    assert found(app) == 40


def test_one_bad_record_costs_no_other_its_place(opened: Open, shelf: Shelf) -> None:
    app = opened("fts5")
    shelf.poison = "shelf:kind:7"
    rebuilt = site_of(app).index.rebuild(site_of(app).database)
    assert (rebuilt.documents, rebuilt.failed) == (39, {"shelf:kind:7"})
    assert site_of(app).plugins.records["shelf"].active


@pytest.mark.parametrize("engine", ["whoosh", "fts5", "postgresql"])
def test_an_older_state_never_comes_back(opened: Open, shelf: Shelf, engine: str) -> None:
    """A slow worker has read a record; it is removed; the fast worker's removal must be the last word."""
    app = opened(engine)
    settle(app)
    site = site_of(app)
    order: list[str] = []
    provide = shelf.document

    def slow(uid: str) -> SearchDocument:
        read = provide(uid)
        if not order:  # Between reading and writing of the first worker, the second one does its work.
            order.append("removed")
            del shelf.titles[uid]
            thread = threading.Thread(target=lambda: index._apply(site.database, [{"uid": uid}]))
            thread.start()
            thread.join(2)
            threads.append(thread)
        return read

    index, threads = site.index, list[threading.Thread]()
    shelf.document = slow  # type: ignore[method-assign]
    index._apply(site.database, [{"uid": "shelf:kind:5"}])
    threads[0].join(30)
    assert found(app) == 39


@pytest.mark.parametrize("engine", ["whoosh", "fts5", "postgresql"])
def test_expunging_leaves_no_text(opened: Open, shelf: Shelf, engine: str) -> None:
    app = opened(engine)
    shelf.titles["shelf:kind:0"] = f"quarry {SECRET}"
    site = site_of(app)
    site.index.rebuild(site.database)
    assert traces(site)
    shelf.titles["shelf:kind:0"] = "quarry"
    shelf.revision = 2
    with site.database.transaction() as session:
        indexing.queue(session, ["shelf:kind:0"])
    drain(app)
    assert site.index.search(ANONYMOUS, SECRET).total == 0
    site.index.expunge()
    assert traces(site) == []
    assert found(app) == 40


def traces(site: Platform) -> list[str]:
    """Where the secret still stands on disk, in the two ways in which an index may write it."""
    wanted = (SECRET.encode(), SECRET[:9].encode())
    if site.index.engine.name != "postgresql":
        files = [path for path in folder_of(site).rglob("*") if path.is_file()]
        return [path.name for path in files if any(each in path.read_bytes() for each in wanted)]
    with site.database.engine.begin() as connection:
        connection.execute(text("CHECKPOINT"))
        base = connection.execute(text("SHOW data_directory")).scalar_one()
        tables = "('search_document', 'search_reach', 'search_document_fresh_terms_idx')"
        files = connection.execute(
            text(f"SELECT pg_relation_filepath(oid) FROM pg_class WHERE relname IN {tables}")
        ).scalars()
        return [each for each in files if any(w in Path(base, each).read_bytes() for w in wanted)]
