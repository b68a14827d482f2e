"""The network: made once, put back to rest before each test; and the same on each database."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from network import Network

from core import testing


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Network:
    """A network at rest; tests work on copies of its folder, or on it until it is put back."""
    folder = tmp_path_factory.mktemp("network") / "instance"
    made = Network.settle(testing.make_app(folder))
    made.site.database.close()
    shutil.copytree(folder, folder.with_name("rest"))
    return made


@pytest.fixture
def net(settled: Network) -> Iterator[Network]:
    """The network on SQLite: one app for all tests, since compiling its templates costs most of a test."""
    folder = settled.site.settings.instance
    shutil.rmtree(folder)
    shutil.copytree(folder.with_name("rest"), folder)
    yield settled
    settled.site.database.close()


@pytest.fixture
def own_net(settled: Network, tmp_path: Path) -> Iterator[Network]:
    """The network in an app of its own, for tests that use the search index or end it."""
    made = settled.reopened(settled.site.settings.instance.with_name("rest"), tmp_path / "network")
    yield made
    made.site.database.close()


@pytest.fixture
def any_net(any_app: Flask) -> Network:
    """The network on each database."""
    return Network.settle(any_app)
