"""What all tests share. What a bare machine lacks is skipped with its reason; in CI a skip is a failure."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from cluster import binaries, fresh, running
from flask import Flask
from hypothesis import settings as hypothesis_settings
from machine import absent

from core import testing
from core.platform import EXTENSION, Platform
from core.testing import Town

# Two busy cores say nothing about the code: properties are judged by their answer, not by the clock.
hypothesis_settings.register_profile("camove", deadline=None)
hypothesis_settings.load_profile("camove")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    if binaries() is None:
        absent("PostgreSQL")
    with running() as url:
        yield url


@pytest.fixture
def postgresql_url(postgresql_server: str) -> Iterator[str]:
    """A fresh, empty database."""
    with fresh(postgresql_server) as url:
        yield url


@pytest.fixture(scope="module")
def postgresql_url_of_module(postgresql_server: str) -> Iterator[str]:
    """One for all tests of a module."""
    with fresh(postgresql_server) as url:
        yield url


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a migrated, empty site, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("migrated") / "instance"
    testing.make_app(folder).extensions[EXTENSION].database.close()
    return folder


@pytest.fixture
def app(migrated: Path, tmp_path: Path) -> Iterator[Flask]:
    """The site with the installed plugins, on SQLite, empty."""
    folder = tmp_path / "instance"
    shutil.copytree(migrated, folder)
    made = testing.create_app(
        testing.Settings(instance=folder, testing=True, strict=True, search_engine="fts5")
    )
    yield made
    made.extensions[EXTENSION].database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def any_app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The same site on each database."""
    if request.param == "sqlite":
        yield request.getfixturevalue("app")
        return
    url = request.getfixturevalue("postgresql_url")
    made = testing.make_app(tmp_path / "instance", database_url=url)
    yield made
    made.extensions[EXTENSION].database.close()


@pytest.fixture
def site(app: Flask) -> Platform:
    found: Platform = app.extensions[EXTENSION]
    return found


@pytest.fixture
def town(site: Platform) -> Town:
    return Town(site)
