"""A real app on a real SQLite file, with one organisation and people in it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from town import Browser, Town  # type: ignore[import-not-found]

import core.audit
import core.preferences
import core.workflow  # noqa: F401 - their tables are made below
from core.accounts.roles import ADMINISTRATOR, ORGANISATION_ADMIN
from core.app import create_app
from core.database import Base, Database
from core.platform import EXTENSION, Platform
from core.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(instance=tmp_path / "instance", testing=True, search_engine="fts5")


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    made = create_app(settings, [])
    site: Platform = made.extensions[EXTENSION]
    Base.metadata.create_all(site.database.engine)
    yield made
    site.database.close()


@pytest.fixture
def site(app: Flask) -> Platform:
    found: Platform = app.extensions[EXTENSION]
    return found


@pytest.fixture
def database(site: Platform) -> Database:
    return site.database


@pytest.fixture
def town(site: Platform) -> Town:
    made = Town(site)
    north, south = made.organisation("Север"), made.organisation("Юг")
    made.ids |= {"north": north, "south": south}
    made.ids["root"] = made.person("root@example.org", (north, ADMINISTRATOR))
    made.ids["nadia"] = made.person("nadia@example.org", (north, ORGANISATION_ADMIN))
    made.ids["aibek"] = made.person("aibek@example.org", (north, "core.member"))
    made.ids["sonya"] = made.person("sonya@example.org", (south, "core.member"))
    return made


@pytest.fixture
def browser(app: Flask) -> Callable[..., Browser]:
    return lambda address="203.0.113.7": Browser(app, address)
