"""What every installed plugin must keep to; an author runs it beside their own: `pytest tests/contract`."""

import re
import shutil
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import inspect

from core import HOOK_API
from core.database import Base
from core.platform import EXTENSION, Platform
from core.plugins import PluginRecord, PluginState, discover
from core.testing import Settings, Town, create_app, make_app
from core.web.guard import PUBLIC, permission_of
from core.web.mounting import folder_of, lineage_of

INSTALLED = [record.name for record in discover()]
VALUE = {
    "uuid": "0190b4a0-0000-7000-8000-000000000000",
    "int": "1",
    "default": "x",
    "string": "x",
    "path": "x",
}
CORE_PAGES = ("/en/", "/ru/", "/ky/", "/en/work", "/en/search?q=a", "/en/conduct", "/en/account/", "/en/people/",
              "/en/organisations/", "/en/admin/", "/en/admin/plugins", "/en/admin/settings", "/en/admin/jobs",
              "/en/account/notifications", "/health", "/en/calendar", "/en/commitments/",
              "/en/calendar.ics", "/en/news.atom")  # fmt: skip


@pytest.fixture(params=INSTALLED)
def record(request: pytest.FixtureRequest, site: Platform) -> PluginRecord:
    return site.plugins.records[request.param]


def address(rule: str) -> str:
    """An address that the rule takes."""

    def value(found: re.Match[str]) -> str:
        kind, options, name = found.groups()
        return (
            "en" if name == "lang" else options.split(",")[0] if kind == "any" else VALUE[kind or "default"]
        )

    return re.sub(r"<(?:(\w+)(?:\(([^)]*)\))?:)?(\w+)>", value, rule)


def test_some_plugin_is_installed() -> None:
    assert "monitoring" in INSTALLED


def test_it_is_active_and_has_no_errors(record: PluginRecord) -> None:
    assert (record.state, record.reason, list(record.errors)) == ("active", "", [])


def test_manifest(record: PluginRecord) -> None:
    manifest = record.manifest
    assert manifest
    assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", manifest.name)
    assert manifest.name == record.name
    assert manifest.title
    assert re.match(r"\d", manifest.version)
    assert 1 <= manifest.hook_api <= HOOK_API


def test_readme(record: PluginRecord) -> None:
    text = (folder_of(record) / "README.md").read_text("utf-8")
    assert text.startswith(f"# {record.name}\n")
    assert len(text.split()) > 5


def test_prefixes(record: PluginRecord, app: Flask, site: Platform) -> None:
    """Nothing on the site that the plugin answers for stands outside its names."""
    own = f"{record.name}."
    for kind, hook in {
        "name": ("permissions", "roles", "settings", "jobs"),
        "kind": ("machines",),
    }.items():
        for each in hook:
            for answer in site.plugins.boot(record, f"camove_register_{each}"):
                assert getattr(answer, kind).startswith(own), answer
    for rule in app.url_map.iter_rules():
        assert rule.endpoint.startswith(own) == rule.rule.startswith(f"/<lang>/{record.name}/"), rule


def test_tables(record: PluginRecord, site: Platform) -> None:
    package = f"{type(record.plugin).__module__.rpartition('.')[0]}."
    mine = [m.local_table for m in Base.registry.mappers if f"{m.class_.__module__}.".startswith(package)]
    assert all(table.name.startswith(f"{record.name}_") for table in mine)
    built = {n for n in inspect(site.database.engine).get_table_names() if n.startswith(f"{record.name}_")}
    assert built == {table.name for table in mine}
    for table in mine:
        for key in table.foreign_keys:
            target = key.column.table.name
            assert target.startswith(f"{record.name}_") or target in KEYS_TO_CORE, f"{table.name} -> {target}"


KEYS_TO_CORE = {"core_organisation", "core_person", "core_attachment"}


def test_every_page_declares_a_known_permission(record: PluginRecord, app: Flask, site: Platform) -> None:
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith(f"{record.name}."):
            permission = permission_of(app, rule.endpoint)
            assert permission == PUBLIC or permission in site.register.permissions, rule.endpoint


def test_every_page_denies_who_has_not_signed_in(record: PluginRecord, app: Flask) -> None:
    client, asked = app.test_client(), 0
    app.config["WTF_CSRF_ENABLED"] = False
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith(f"{record.name}.") or permission_of(app, rule.endpoint) == PUBLIC:
            continue
        path = address(rule.rule)
        for method in rule.methods - {"OPTIONS", "HEAD"}:
            answer = client.open(path, method=method)
            asked += 1
            refused = answer.status_code == 403 or (
                answer.status_code == 302 and "/en/account/sign-in" in answer.headers["Location"]
            )
            assert refused, (method, path, answer.status_code)
    assert asked


def test_a_member_without_its_roles_is_refused(record: PluginRecord, app: Flask, town: Town) -> None:
    town.person("member@example.org", town.organisation("Мост"), "core.member")
    browser = town.browser(app, "member@example.org")
    for rule in app.url_map.iter_rules():
        open_to_all = permission_of(app, rule.endpoint) in (PUBLIC, "core.account.use")
        if rule.endpoint.startswith(f"{record.name}.") and not open_to_all and "GET" in rule.methods:
            path = address(rule.rule)
            assert browser.get(path).status_code in {403, 404}, path


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


def test_its_lineage_bears_its_name(record: PluginRecord) -> None:
    assert lineage_of(record).version_table == f"alembic_version_{record.name}"


def test_core_answers_with_any_subset_of_the_plugins(app: Flask, site: Platform, town: Town) -> None:
    """All sixteen of four: every page of core stands, and no seam asks who is off."""
    town.person("boss@example.org", town.organisation("Секретариат"), "core.administrator")
    browser, records = town.browser(app, "boss@example.org"), site.plugins.records
    subsets = [each for size in range(len(INSTALLED) + 1) for each in combinations(INSTALLED, size)]
    assert len(subsets) == 2 ** len(INSTALLED)
    for on in subsets:
        for name, record in records.items():
            record.set(PluginState.ACTIVE if name in on else PluginState.DISABLED)
        for path in CORE_PAGES:
            assert browser.get(path).status_code == 200, (on, path)
        for name in INSTALLED:
            assert browser.get(f"/en/news/{name}.atom").status_code == (200 if name in on else 404)
        assert browser.get("/en/").text.count("cannot be shown now") == 0
    assert not any(record.errors for record in records.values())
