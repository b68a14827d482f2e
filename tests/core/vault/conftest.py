from collections.abc import Iterator

import pytest
from flask import Flask
from vault_house import House  # type: ignore[import-not-found]

from core.platform import EXTENSION
from core.testing import Town


@pytest.fixture
def house(app: Flask) -> Iterator[House]:
    """Two organisations on SQLite, the first one's vault ready."""
    made = House.of(Town(app.extensions[EXTENSION]))
    yield made
    made.leave()


@pytest.fixture
def any_house(any_app: Flask) -> Iterator[House]:
    """The same on each database."""
    made = House.of(Town(any_app.extensions[EXTENSION]))
    yield made
    made.leave()
