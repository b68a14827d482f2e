"""One real site with the plugin and a fresh database for all tests of a file."""

from collections.abc import Iterator

import pytest
from flask import Flask

from core.platform import EXTENSION
from core.testing import Town, make_app
from handbook.plugin import plugin


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    made = make_app(tmp_path_factory.mktemp("site"), [plugin])
    yield made
    made.extensions[EXTENSION].database.close()


@pytest.fixture(scope="module")
def town(app: Flask) -> Town:
    return Town(app.extensions[EXTENSION])
