"""What all tests share. What a bare machine lacks is skipped with its reason; in CI a skip is a failure."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from cluster import binaries, fresh, running
from flask import Flask
from hypothesis import settings as hypothesis_settings
from jinja2.bccache import Bucket, BytecodeCache
from machine import absent
from network import Network
from rest import Rest

from core import testing
from core.platform import EXTENSION, Platform
from core.testing import Town

# Two busy cores say nothing about the code: properties are judged by their answer, not by the clock.
hypothesis_settings.register_profile("camove", deadline=None)
hypothesis_settings.load_profile("camove")


class Compiled(BytecodeCache):
    """Templates compiled by earlier apps of this process: compiling them anew was most of a test's time."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


Flask.jinja_options = {"bytecode_cache": Compiled()}

LONG = (
    "tests/browser/test_gate.py",
    "tests/browser/",
    "tests/gates/",
    "tests/core/test_matrix.py",
    "tests/docs/",
)
"""What takes minutes begins first, or one processor would wait for the other at the end. The gate of pages looks at the
sample data as they are made, so it comes before the stories that change them."""


class AtOnce:
    """Tells of a failed test when it fails: a run of half an hour that is cut off has said so by then."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._config.get_terminal_writer().line(
                f"\n{report.nodeid} failed ({report.when}):\n{report.longreprtext[-4000:]}"
            )


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(AtOnce(config))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        return next((at for at, long in enumerate(LONG) if item.nodeid.startswith(long)), len(LONG))

    items.sort(key=place)


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
def rest_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Rest:
    """A migrated, empty site, made once."""
    folder = tmp_path_factory.mktemp("migrated") / "instance"
    testing.make_app(folder).extensions[EXTENSION].database.close()
    return Rest(folder)


@pytest.fixture(scope="session")
def rest_on_postgresql(postgresql_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rest]:
    """The same on PostgreSQL."""
    folder = tmp_path_factory.mktemp("migrated") / "instance"
    with fresh(postgresql_server) as url:
        testing.make_app(folder, database_url=url).extensions[EXTENSION].database.close()
        yield Rest(folder, postgresql_server, url.rpartition("/")[2])


@pytest.fixture(scope="session")
def migrated(rest_on_sqlite: Rest) -> Path:
    """Its folder, for those who copy it themselves."""
    return rest_on_sqlite.folder


@pytest.fixture(params=["sqlite", "postgresql"])
def any_rest(request: pytest.FixtureRequest) -> Rest:
    """A migrated, empty site on each database."""
    found: Rest = request.getfixturevalue(f"rest_on_{request.param}")
    return found


@pytest.fixture
def app(rest_on_sqlite: Rest, tmp_path: Path) -> Iterator[Flask]:
    """The site with the installed plugins, on SQLite, empty."""
    with rest_on_sqlite.woken(tmp_path / "instance") as woken:
        yield woken


@pytest.fixture
def any_app(any_rest: Rest, tmp_path: Path) -> Iterator[Flask]:
    """The same site on each database."""
    with any_rest.woken(tmp_path / "instance") as woken:
        yield woken


@pytest.fixture
def site(app: Flask) -> Platform:
    found: Platform = app.extensions[EXTENSION]
    return found


@pytest.fixture
def town(site: Platform) -> Town:
    return Town(site)


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


@pytest.fixture(scope="session")
def settled_on_postgresql(
    rest_on_postgresql: Rest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Network, Rest]]:
    """The network at rest on PostgreSQL, and how to wake copies of it."""
    folder = tmp_path_factory.mktemp("network") / "instance"
    with rest_on_postgresql.woken(folder) as app:
        made = Network.settle(app)
        made.site.database.close()
        yield (
            made,
            Rest(folder, rest_on_postgresql.server, made.site.settings.database_url.rpartition("/")[2]),
        )


@pytest.fixture(params=["sqlite", "postgresql"])
def any_net(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Network]:
    """The network on each database."""
    if request.param == "sqlite":
        yield request.getfixturevalue("own_net")
        return
    made, rest = request.getfixturevalue("settled_on_postgresql")
    with rest.woken(tmp_path / "network") as app:
        yield Network(app, made.organisations, made.people)
