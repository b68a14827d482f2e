"""Entries of the public list at rest: one that is public and one before the board, to begin each test from."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from listing_site import Lists
from network import Network


@pytest.fixture(scope="session")
def listed(
    settled: Network, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Network, Path, UUID, UUID]]:
    """A network with a public entry and one before the board, kept to begin each test from."""
    with pytest.MonkeyPatch.context() as patch:
        rest = settled.site.settings.instance.with_name("rest")
        net = settled.reopened(rest, tmp_path_factory.mktemp("listed") / "instance")
        lists = Lists(net, patch)
        public = lists.published()
        waiting = lists.before_board(lists.proposed(lists.report(number="7736050003")))
        net.site.database.close()
    kept = net.site.settings.instance.with_name("kept")
    shutil.copytree(net.site.settings.instance, kept)
    yield net, kept, public, waiting


@pytest.fixture
def site(listed: tuple[Network, Path, UUID, UUID], monkeypatch: pytest.MonkeyPatch) -> Iterator[Lists]:
    net, kept, _, _ = listed
    folder = net.site.settings.instance
    shutil.rmtree(folder)
    shutil.copytree(kept, folder)
    yield Lists(net, monkeypatch)
    net.site.database.close()


@pytest.fixture
def public(listed: tuple[Network, Path, UUID, UUID]) -> UUID:
    return listed[2]


@pytest.fixture
def waiting(listed: tuple[Network, Path, UUID, UUID]) -> UUID:
    return listed[3]
