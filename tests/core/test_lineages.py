"""Migrations of each lineage lead to the tables of the models, back to nothing, and up again."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import inspect, text

from core import lineages
from core.cli import build
from core.database import Database
from core.lineages import CORE, Lineage
from core.platform import EXTENSION, Platform
from core.plugins import discover
from core.testing import Settings, Town, create_app
from core.web.mounting import lineage_of

ALL = [CORE, *(lineage_of(record) for record in discover() if lineage_of(record).head)]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'empty.sqlite'}" if sqlite else request.getfixturevalue("postgresql_url")
    database = Database(url)
    yield database
    database.close()


def tables(database: Database, prefix: str = "") -> set[str]:
    names = inspect(database.engine).get_table_names()
    return {name for name in names if name.startswith(prefix) and not name.startswith("core_search_")}


def test_every_lineage_up_down_and_up_again(empty: Database) -> None:
    for lineage in ALL:
        assert lineages.behind(empty, lineage)
        lineages.upgrade(empty, lineage)
        assert not lineages.behind(empty, lineage)
        with empty.engine.connect() as connection:
            assert lineage.differences(connection) == []
    full = tables(empty)
    assert {table.name for lineage in ALL for table in lineage.tables()} <= full
    for lineage in reversed(ALL):
        lineages.downgrade(empty, lineage, "base")
        assert tables(empty, f"{lineage.name}_") == set()
        assert lineages.behind(empty, lineage)
    for lineage in ALL:
        lineages.upgrade(empty, lineage)
    assert tables(empty) == full


def test_autogenerate_would_see_a_difference(empty: Database) -> None:
    lineages.upgrade(empty, CORE)
    with empty.engine.begin() as connection:
        connection.execute(text("ALTER TABLE core_preference ADD COLUMN strange TEXT"))
        assert CORE.differences(connection) != []


def test_a_failing_migration_changes_nothing(empty: Database, tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "one.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        "revision, down_revision, branch_labels, depends_on = 'one', None, None, None\n"
        "def upgrade():\n    op.create_table('half_item', sa.Column('id', sa.Integer))\n    raise RuntimeError('no')\n"
        "def downgrade():\n    pass\n"
    )
    with pytest.raises(RuntimeError):
        lineages.upgrade(empty, Lineage("half", folder))
    assert tables(empty, "half_") == set()
    assert lineages.behind(empty, Lineage("half", folder))


def test_purge_takes_one_plugin_and_nothing_else(any_app: Flask) -> None:
    site: Platform = any_app.extensions[EXTENSION]
    core_tables = tables(site.database, "core_")
    with any_app.app_context():
        run = any_app.test_cli_runner().invoke
        wrong = run(build(any_app), ["db", "purge", "--plugin", "monitoring", "--confirm", "monitorin"])
        assert wrong.exit_code != 0
        assert run(build(any_app), ["db", "purge", "--plugin", "core", "--confirm", "core"]).exit_code != 0
        assert tables(site.database, "monitoring_")
        done = run(build(any_app), ["db", "purge", "--plugin", "monitoring", "--confirm", "monitoring"])
    assert done.exit_code == 0, done.output
    assert tables(site.database, "monitoring_") == set()
    assert "alembic_version_monitoring" not in tables(site.database)
    assert tables(site.database, "core_") == core_tables


def test_purge_spares_a_neighbour_whose_name_begins_alike(empty: Database) -> None:
    with empty.engine.begin() as connection:
        for name in (
            "media_item",
            "media_watch_item",
            "alembic_version_media",
            "alembic_version_media_watch",
        ):
            connection.execute(text(f"CREATE TABLE {name} (id INTEGER)"))
    gone = lineages.purge(empty, Lineage("media", Path()))
    assert sorted(gone) == ["alembic_version_media", "media_item"]
    assert tables(empty) == {"media_watch_item", "alembic_version_media_watch"}


def start(folder: Path, **settings: object) -> Flask:
    return create_app(Settings(instance=folder, testing=True, strict=True, search_engine="fts5", **settings))  # type: ignore[arg-type]


def test_a_plugin_whose_tables_are_behind_waits(migrated: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(migrated, tmp_path / "instance"))
    app = start(folder)
    site: Platform = app.extensions[EXTENSION]
    lineages.downgrade(site.database, lineage_of(site.plugins.records["monitoring"]), "base")
    site.database.close()
    app = start(folder)
    site = app.extensions[EXTENSION]
    record = site.plugins.records["monitoring"]
    assert (record.state, "camove db upgrade" in record.reason) == ("needs-migration", True)
    assert app.test_client().get("/en/").status_code == 200
    assert app.test_client().get("/en/monitoring/reports").status_code == 404
    town = Town(site)
    town.person("boss@example.org", town.organisation("Секретариат"), "core.administrator")
    assert "camove db upgrade" in town.browser(app, "boss@example.org").get("/en/admin/plugins").text
    with app.app_context():
        run = app.test_cli_runner().invoke
        late = run(build(app), ["db", "check"])
        assert (late.exit_code, "monitoring" in late.output) == (1, True)
        assert run(build(app), ["db", "upgrade"]).exit_code == 0
        assert run(build(app), ["db", "check"]).exit_code == 0
    site.database.close()
    app = start(folder)
    assert app.extensions[EXTENSION].plugins.records["monitoring"].active
    app.extensions[EXTENSION].database.close()


def test_nothing_migrates_at_boot(tmp_path: Path) -> None:
    app = start(tmp_path / "new")
    assert tables(app.extensions[EXTENSION].database, "core_") == set()
    app.extensions[EXTENSION].database.close()


def test_disabled_and_enabled_again_its_data_is_there(migrated: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(migrated, tmp_path / "instance"))
    app = start(folder)
    with app.app_context():
        assert app.test_cli_runner().invoke(build(app), ["demo"]).exit_code == 0
    app.extensions[EXTENSION].database.close()
    seen = {}
    for off in ((), ("monitoring",), ()):
        app = start(folder, disabled_plugins=off)
        site: Platform = app.extensions[EXTENSION]
        with site.database.reading() as session:
            email = session.scalars(
                text("SELECT email FROM core_person WHERE email LIKE '%coordinator%'")
            ).first()
        assert email
        browser = Town(site).browser(app, email)
        for path in (
            "/en/",
            "/en/work",
            "/en/search?q=зарплата",
            "/en/account/",
            "/en/account/notifications",
        ):
            assert browser.get(path).status_code == 200, path
        page = browser.get("/en/monitoring/reports")
        seen[len(seen)] = (page.status_code, page.text.count("/en/monitoring/reports/"))
        site.database.close()
    assert seen[0] == seen[2]
    assert seen[0][0] == 200
    assert seen[0][1] > 0
    assert seen[1][0] == 404
