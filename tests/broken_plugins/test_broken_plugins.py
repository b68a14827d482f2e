"""Each way to fail leaves the site working, the neighbour active, and the reason before the administrator."""

import json
import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm.instrumentation import manager_of_class

from broken_plugins.healthy.plugin import Healthy
from broken_plugins.healthy.plugin import plugin as healthy
from core.accounts.models import Person
from core.accounts.people import Objection, disable
from core.cli import build
from core.database import Base
from core.platform import EXTENSION, Platform
from core.plugins import GROUP
from core.testing import Settings, Town, create_app
from core.toolkit import find_actor

AT_BOOT = {
    "import_error": ("failed", "could not be imported"),
    "ends_the_process": ("failed", "could not be imported"),
    "no_manifest": ("failed", "has no manifest"),
    "wrong_arguments": ("failed", "visitor"),
    "misspelt_hook": ("failed", "camove_nav_itmes"),
    "hook_wrapper": ("failed", "wrapper"),
    "raises_at_boot": ("failed", "the file of permissions is gone"),
    "duplicate_route": ("failed", "taken twice"),
    "foreign_table": ("failed", "core_stolen"),
    "foreign_blueprint": ("failed", "account"),
    "too_new": ("incompatible", "999"),
    "undeclared_page": ("failed", "declares no permission"),
    "unprefixed_permission": ("failed", "core.people.view"),
    "foreign_role": ("failed", "foreign_role.all.do"),
    "takes_cores_name": ("failed", "cannot be the name of a plugin"),
}
AT_RENDER = {
    "raises_at_render": "ZeroDivisionError",
    "endless_generator": "TooManyAnswers",
    "wrong_answer": "TypeError",
    "dead_link": "BuildError",
}
IN_TRANSACTION = {"raises_in_event", "raises_in_guard"}
CALLED = {"takes_cores_name": "core"}


def found(module: str) -> EntryPoint:
    return EntryPoint(CALLED.get(module, module), f"broken_plugins.{module}:plugin", GROUP)


@pytest.fixture
def folder(migrated: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(migrated, tmp_path / "instance"))


@pytest.fixture
def start(folder: Path) -> Iterator[Any]:
    started: list[Flask] = []

    def go(module: str, **settings: Any) -> Flask:
        values = {"testing": True, "strict": False, "search_engine": "fts5"} | settings
        started.append(create_app(Settings(instance=folder, **values), [found(module), healthy]))
        return started[-1]

    yield go
    for app in started:
        app.extensions[EXTENSION].database.close()
    _forget_stolen_table()


def _forget_stolen_table() -> None:
    module = sys.modules.pop("broken_plugins.foreign_table", None)
    if module is not None:
        Base.registry._managers.pop(manager_of_class(module.Stolen))
        Base.metadata.remove(module.Stolen.__table__)


def settle(app: Flask) -> Town:
    town = Town(app.extensions[EXTENSION])
    office = town.organisation("Секретариат", kind="secretariat")
    town.person("admin@example.org", office, "core.administrator")
    town.person("worker@example.org", office, "core.member")
    return town


def alive(app: Flask) -> None:
    """The pages of core and of the neighbour."""
    client = app.test_client()
    home = client.get("/en/")
    assert home.status_code == 200
    assert "Healthy link" in home.text
    assert client.get("/en/healthy/").text == "alive and well"
    assert client.get("/health").json["plugins"]["healthy"] == "active"


def administrators_page(town: Town, app: Flask, name: str) -> str:
    """The part of the page of plugins that speaks of `name`."""
    page = town.browser(app, "admin@example.org").get("/en/admin/plugins")
    assert page.status_code == 200
    sections = page.text.split('<section class="panel">')
    return next(each for each in sections if each.startswith(f"<h2>{name} "))


def test_every_broken_plugin_is_started() -> None:
    modules = {path.stem for path in Path(__file__).parent.glob("*.py")}
    known = {*AT_BOOT, *AT_RENDER, *IN_TRANSACTION}
    assert modules - {"__init__", "test_broken_plugins"} == known


@pytest.mark.parametrize("module", AT_BOOT)
def test_failing_at_boot_leaves_the_site_working(start: Any, module: str) -> None:
    app = start(module)
    alive(app)
    state, reason = AT_BOOT[module]
    name = CALLED.get(module, module)
    record = app.extensions[EXTENSION].plugins.records[name]
    assert (record.state, reason in record.reason) == (state, True), record.reason
    shown = administrators_page(settle(app), app, name)
    assert state in shown
    assert reason.split("_")[0] in shown
    assert app.test_client().get(f"/en/{module}/").status_code == 404


@pytest.mark.parametrize("module", AT_BOOT)
def test_strict_refuses_to_start(start: Any, module: str) -> None:
    with pytest.raises(RuntimeError, match=f"The plugin {CALLED.get(module, module)} cannot start"):
        start(module, strict=True)


def test_a_plugin_that_failed_leaves_nothing_behind(start: Any) -> None:
    site: Platform = start("raises_at_boot").extensions[EXTENSION]
    assert "raises_at_boot.thing.view" not in site.register.permissions


@pytest.mark.parametrize("module", AT_RENDER)
def test_failing_at_render_leaves_the_page_whole(start: Any, module: str) -> None:
    app = start(module)
    alive(app)
    town = settle(app)
    browser = town.browser(app, "admin@example.org")
    work = browser.get("/en/work")
    assert work.status_code == 200
    assert f"The plugin {module} had failures" in work.text
    assert "half an answer" not in work.text
    shown = administrators_page(town, app, module)
    assert AT_RENDER[module] in shown
    assert "camove_nav_items" in shown
    other = town.browser(app, "worker@example.org").get("/en/work").text
    assert "had failures" not in other


def test_the_words_of_an_error_are_not_kept(start: Any, caplog: pytest.LogCaptureFixture) -> None:
    """They could name a person."""
    app = start("raises_at_render")
    alive(app)
    assert "Usenov" not in administrators_page(settle(app), app, "raises_at_render")
    assert "Usenov" not in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_repeated_failures_switch_a_plugin_off(start: Any) -> None:
    app = start("raises_at_render")
    client = app.test_client()
    for _ in range(5):
        assert client.get("/en/").status_code == 200
    record = app.extensions[EXTENSION].plugins.records["raises_at_render"]
    assert record.state == "failed"
    assert "switched off after 5 failures, last in camove_nav_items" in record.reason
    alive(app)
    assert len(record.errors) == 5


def close_account(app: Flask) -> Person:
    site: Platform = app.extensions[EXTENSION]
    with app.app_context(), site.database.transaction() as session:
        actor = find_actor(session, "admin@example.org")
        worker = find_actor(session, "worker@example.org")
        assert actor and worker and worker.person_id
        person = session.get_one(Person, worker.person_id)
        person.locale = "ky"
        disable(session, actor, site.plugins, worker.person_id)
    with site.database.reading() as session:
        closed = session.get_one(Person, worker.person_id)
        session.expunge(closed)
        return closed


def test_an_event_that_fails_after_a_flush_takes_only_its_own_work_back(start: Any) -> None:
    app = start("raises_in_event")
    town = settle(app)
    person = close_account(app)
    assert (person.disabled, person.locale, person.name) == (True, "ky", "Worker")
    assert "LookupError" in administrators_page(town, app, "raises_in_event")
    alive(app)


def test_a_failing_guard_denies(start: Any) -> None:
    app = start("raises_in_guard")
    town = settle(app)
    with pytest.raises(Objection):
        close_account(app)
    with town.site.database.reading() as session:
        assert find_disabled(session) == []
    assert "TimeoutError" in administrators_page(town, app, "raises_in_guard")
    alive(app)


def find_disabled(session: Any) -> list[Person]:
    return [person for person in session.query(Person).all() if person.disabled]


def test_the_command_line_shows_the_same(start: Any) -> None:
    app = start("misspelt_hook")
    with app.app_context():
        run = app.test_cli_runner().invoke
        listed = run(build(app), ["plugins", "list"])
        assert listed.exit_code == 0, listed.output
        line = next(each for each in listed.output.splitlines() if each.startswith("misspelt_hook"))
        assert "failed" in line
        assert "camove_nav_itmes" in line
        facts = {
            each["name"]: each for each in json.loads(run(build(app), ["plugins", "list", "--json"]).output)
        }
        assert facts["misspelt_hook"]["state"] == "failed"
        assert facts["misspelt_hook"]["errors"][0]["hook"] == "register"
        assert facts["healthy"]["hooks"] == ["camove_nav_items", "camove_register_blueprint"]
        shown = json.loads(run(build(app), ["plugins", "show", "healthy", "--json"]).output)
        assert shown == facts["healthy"]
        assert "state: active" in run(build(app), ["plugins", "show", "healthy"]).output
        assert run(build(app), ["plugins", "show", "nobody"]).exit_code != 0


def test_two_plugins_of_one_name(folder: Path) -> None:
    app = create_app(Settings(instance=folder, testing=True, search_engine="fts5"), [healthy, Healthy()])
    record = app.extensions[EXTENSION].plugins.records["healthy"]
    assert (record.state, record.reason) == ("failed", "two plugins bear this name")
    assert app.test_client().get("/en/").status_code == 200
    app.extensions[EXTENSION].database.close()
