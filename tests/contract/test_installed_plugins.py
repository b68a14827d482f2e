"""What every installed plugin must keep to: the rules of `core.conformance`, which an author runs beside their own."""

import shutil
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from flask import Flask

from core.conformance import CORE_PAGES
from core.database import now
from core.platform import EXTENSION, Platform
from core.plugins import PluginState, discover
from core.testing import Settings, Town, create_app, faults, make_app
from core.web.mounting import lineage_of

INSTALLED = [record.name for record in discover()]


def test_some_plugin_is_installed() -> None:
    assert "monitoring" in INSTALLED


@pytest.mark.parametrize("name", INSTALLED)
def test_contract(name: str, app: Flask) -> None:
    site: Platform = app.extensions[EXTENSION]
    assert [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith(f"{name}.")]
    assert faults(app, name) == []
    assert lineage_of(site.plugins.records[name]).version_table == f"alembic_version_{name}"


@pytest.fixture(params=INSTALLED)
def without(request: pytest.FixtureRequest, migrated: Path, tmp_path: Path) -> Iterator[Flask]:
    folder = Path(shutil.copytree(migrated, tmp_path / "without"))
    app = create_app(
        Settings(
            instance=folder,
            testing=True,
            strict=True,
            search_engine="fts5",
            disabled_plugins=(request.param,),
        )
    )
    yield app
    app.extensions[EXTENSION].database.close()


def test_core_works_without_it(without: Flask) -> None:
    town = Town(without.extensions[EXTENSION])
    town.person("boss@example.org", town.organisation("Секретариат"), "core.administrator")
    browser = town.browser(without, "boss@example.org")
    for path in CORE_PAGES:
        assert browser.get(path).status_code == 200, path
    [name] = without.extensions[EXTENSION].settings.disabled_plugins
    assert browser.get(f"/en/{name}/").status_code == 404


def test_core_works_with_no_plugin_at_all(tmp_path: Path) -> None:
    app = make_app(tmp_path, [])
    town = Town(app.extensions[EXTENSION])
    town.person("boss@example.org", town.organisation("Секретариат"), "core.administrator")
    browser = town.browser(app, "boss@example.org")
    for path in CORE_PAGES:
        assert browser.get(path).status_code == 200, path
    app.extensions[EXTENSION].database.close()


def test_core_answers_with_any_subset_of_the_plugins(app: Flask, site: Platform, town: Town) -> None:
    """All sixteen of four: every page of core stands, no seam asks who is off, and a report names who is."""
    town.person("boss@example.org", town.organisation("Секретариат"), "core.administrator")
    browser, records = town.browser(app, "boss@example.org"), site.plugins.records
    subsets = [each for size in range(len(INSTALLED) + 1) for each in combinations(INSTALLED, size)]
    assert len(subsets) == 2 ** len(INSTALLED)
    begun = browser.post("/en/reports/desk/add", period=str(now().year - 1), title_en="Report")
    report = begun.headers["Location"]
    for on in subsets:
        for name, record in records.items():
            record.set(PluginState.ACTIVE if name in on else PluginState.DISABLED)
        for path in CORE_PAGES:
            assert browser.get(path).status_code == 200, (on, path)
        for name in INSTALLED:
            assert browser.get(f"/en/news/{name}.atom").status_code == (200 if name in on else 404)
        assert browser.get("/en/").text.count("cannot be shown now") == 0
        assert browser.post(f"{report}/draw", page=report).status_code == 302
        page = browser.get(report).text
        off = [records[name].manifest.title for name in INSTALLED if name not in on]  # type: ignore[union-attr]
        assert ("Missing in this report: " + ", ".join(off) in page) if off else ("Missing" not in page)
    assert not any(record.errors for record in records.values())
