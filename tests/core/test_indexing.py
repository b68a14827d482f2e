"""The index follows the database, and loses nothing when a plugin cannot answer."""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from core import indexing
from core.outbox import QueuedJob
from core.permissions import ANONYMOUS
from core.platform import EXTENSION, Platform
from core.testing import Settings, create_app, drain
from core.toolkit import Manifest, SearchDocument, hookimpl


class Shelf:
    """A plugin with documents, which can be told to fail."""

    manifest = Manifest("shelf", "Shelf", "1", hook_api=1)

    def __init__(self) -> None:
        self.titles: dict[str, str] = {}
        self.failing = False

    @hookimpl
    def camove_provide_search_documents(
        self, session: Any, uids: Sequence[str] | None
    ) -> Iterable[SearchDocument]:
        if self.failing:
            raise LookupError
        yield from (self.document(uid, title) for uid, title in self.titles.items())
        yield self.document("other:kind:1", "foreign foreign")

    def document(self, uid: str, title: str) -> SearchDocument:
        return SearchDocument(uid, "kind", title, "", "en", frozenset({"public"}), "shelf.gone", {}, 1)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def shop(shelf: Shelf, migrated: Path, tmp_path: Path) -> Iterator[Flask]:
    folder = Path(shutil.copytree(migrated, tmp_path / "instance"))
    app = create_app(Settings(instance=folder, testing=True, search_engine="fts5"), [shelf])
    yield app
    app.extensions[EXTENSION].database.close()


def change(app: Flask, *uids: str) -> None:
    site: Platform = app.extensions[EXTENSION]
    with site.database.transaction() as session:
        indexing.queue(session, uids)
    drain(app)


def found(app: Flask, words: str) -> list[str]:
    return [hit.uid for hit in app.extensions[EXTENSION].index.search(ANONYMOUS, words).hits]


def test_added_and_removed(shop: Flask, shelf: Shelf) -> None:
    shelf.titles = {"shelf:kind:1": "quarry wages", "shelf:kind:2": "quarry dust"}
    change(shop, *shelf.titles)
    assert sorted(found(shop, "quarry")) == ["shelf:kind:1", "shelf:kind:2"]
    del shelf.titles["shelf:kind:1"]
    change(shop, "shelf:kind:1")
    assert found(shop, "quarry") == ["shelf:kind:2"]
    assert found(shop, "foreign") == []


def test_a_plugin_that_fails_loses_nothing(shop: Flask, shelf: Shelf) -> None:
    site: Platform = shop.extensions[EXTENSION]
    shelf.titles = {"shelf:kind:1": "quarry wages"}
    change(shop, *shelf.titles)
    shelf.failing = True
    change(shop, *shelf.titles)
    assert found(shop, "quarry") == ["shelf:kind:1"]
    with pytest.raises(RuntimeError):
        site.index.rebuild(site.database)
    assert found(shop, "quarry") == ["shelf:kind:1"]
    with site.database.reading() as session:
        assert [job.attempts for job in session.query(QueuedJob)] == [1]


def test_a_register_of_thousands_is_rebuilt(shop: Flask, shelf: Shelf) -> None:
    site: Platform = shop.extensions[EXTENSION]
    shelf.titles = {f"shelf:kind:{n}": f"quarry {n}" for n in range(2500)}
    assert site.index.rebuild(site.database).documents == 2500
    assert site.index.search(ANONYMOUS, "quarry").total == 2500


def test_a_hit_whose_page_is_gone_is_shown_without_a_link(shop: Flask, shelf: Shelf) -> None:
    shelf.titles = {"shelf:kind:1": "quarry wages"}
    change(shop, *shelf.titles)
    page = shop.test_client().get("/en/search?q=quarry")
    assert page.status_code == 200
    assert "wages" in page.text
