"""One real site with the plugin and a fresh database for all tests of a file."""

from collections.abc import Iterator

import pytest
from flask import Flask

from core.testing import Town, make_app, site_of
from handbook.plugin import plugin


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    made = make_app(tmp_path_factory.mktemp("site"), [plugin])
    yield made
    site_of(made).database.close()


@pytest.fixture(scope="module")
def town(app: Flask) -> Town:
    return Town(site_of(app))
