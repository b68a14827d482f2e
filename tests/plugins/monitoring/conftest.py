"""The network: made once, copied for each test; and the same on each database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from network import Network

from core import testing


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Network:
    """A network at rest, to be copied."""
    app = testing.make_app(tmp_path_factory.mktemp("network") / "instance")
    made = Network.settle(app)
    made.site.database.close()
    return made


@pytest.fixture
def net(settled: Network, tmp_path: Path) -> Iterator[Network]:
    """The network on SQLite."""
    made = settled.reopened(tmp_path / "network")
    yield made
    made.site.database.close()


@pytest.fixture
def any_net(any_app: Flask) -> Network:
    """The network on each database."""
    return Network.settle(any_app)
