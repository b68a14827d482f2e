"""The contract of hooks, and one test for each: what core does with a real plugin's answers."""

import inspect
import re
import runpy
import shutil
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
from flask import Flask
from sqlalchemy import func, select

from core import HOOK_API, contract, facade, hookspecs
from core.accounts import sample
from core.accounts.models import Organisation, Person
from core.cli import build
from core.contract import (
    DIMENSIONS,
    CalendarEvent,
    Figure,
    FigureRow,
    Obstacle,
    Period,
    PublicUpdate,
    Setting,
    Standing,
)
from core.facade import ProviderFailed
from core.outbox import QueuedJob
from core.periodic.periods import offered, read
from core.permissions import ANONYMOUS, Permission, Role
from core.platform import EXTENSION, Platform
from core.plugins import Hooks, PluginRecord, PluginState
from core.testing import Settings, Town, create_app, make_app
from core.toolkit import Manifest, find_actor, hookimpl, new_id, now
from core.workflow import Machine
from plugins.monitoring.models import Report

ROOT = Path(hookspecs.__file__).parent.parent
HOOKS = {name: hook for name, hook in vars(hookspecs).items() if name.startswith("camove_")}
PAGE = (ROOT / "docs" / "hooks.md").read_text("utf-8")
PHASES = {
    "register": "boot",
    "nav": "render",
    "panel": "render",
    "on": "event",
    "guard": "guard",
    "provide": "provide",
}


@pytest.fixture(scope="module")
def network(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The site with its sample network."""
    folder = tmp_path_factory.mktemp("network") / "instance"
    shutil.copytree(migrated, folder)
    app = create_app(Settings(instance=folder, testing=True, strict=True, search_engine="fts5"))
    with app.app_context():
        made = app.test_cli_runner().invoke(build(app), ["demo"])
    assert made.exit_code == 0, made.output
    yield app
    app.extensions[EXTENSION].database.close()


@pytest.fixture
def net(network: Flask) -> Platform:
    found: Platform = network.extensions[EXTENSION]
    return found


def chapter(hook: str) -> str:
    """What docs/hooks.md says of a hook."""
    return next((part for part in PAGE.split("\n## ") if part.startswith(f"{hook}\n")), "")


# The contract


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_has_a_test(hook: str) -> None:
    assert callable(globals().get(f"test_hook_{hook}"))


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_has_a_real_implementer(hook: str, site: Platform) -> None:
    assert [record.name for record, _ in site.plugins.implementations(hook)]


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_has_its_page_with_the_exact_signature(hook: str) -> None:
    text = chapter(hook)
    found = re.findall(r"```python\n(.*?)\n```", text, re.DOTALL)
    written = " ".join(found[0].split()) if found else ""
    assert written == signature(hook)
    for point in ("Phase", "Parameters", "Returns", "Merge", "When it fails", "Since"):
        assert f"**{point}**" in text, point
    assert f"**Phase** {PHASES[hook.split('_')[1]]}" in text
    assert re.search(rf"def {hook}\(\s*self", found[1]), "an example from a real plugin"


def signature(hook: str) -> str:
    """The hook as its author writes it: short names, one line."""
    described = str(inspect.signature(HOOKS[hook])).replace("~", "")
    return f"def {hook}" + re.sub(r"\b(?:\w+\.)+(\w+)", r"\1", described)


def test_the_page_knows_no_other_hook() -> None:
    assert set(re.findall(r"^## (camove_\w+)$", PAGE, re.MULTILINE)) == set(HOOKS)


def test_the_page_is_what_the_specifications_say() -> None:
    written = runpy.run_path(str(ROOT / "docs/make_hooks.py"))
    assert written["page"]() == PAGE, "run make hooks"


@pytest.mark.parametrize(
    "text",
    ["A hook. Since 1.", "A hook.\n\nPhase: event: told.\nParameters: none.\nReturns: nothing.\nMerge: none.",
     "A hook. Since 1.\n\nPhase: provide: asked.\nParameters: none.\nReturns: x.\nMerge: none."],
)  # fmt: skip
def test_a_hook_that_leaves_something_unsaid_gets_no_page(text: str) -> None:
    written = runpy.run_path(str(ROOT / "docs/make_hooks.py"))
    with pytest.raises(ValueError, match="must end its first part"):
        written["told"]("camove_on_nothing", text)


def test_hooks_are_named_by_phase_annotated_and_explained() -> None:
    for name, hook in HOOKS.items():
        hints = get_type_hints(hook)
        assert name.split("_")[1] in PHASES, name
        assert set(hints) == {*inspect.signature(hook).parameters, "return"}, name
        first = (inspect.getdoc(hook) or "").split("\n\n")[0]
        assert re.search(r"Since \d+\.$", first), name
        assert int(re.findall(r"Since (\d+)\.$", first)[0]) <= HOOK_API


def test_answers_are_frozen_values() -> None:
    for name in contract.__all__:
        kind = getattr(contract, name)
        if is_dataclass(kind):
            assert kind.__dataclass_params__.frozen, name  # type: ignore[attr-defined]
            assert fields(kind)
    for name, hook in HOOKS.items():
        answer = get_type_hints(hook)["return"]
        for part in get_args(answer):
            assert isinstance(part, type), name
            assert part not in {tuple, dict, str}, name


def test_only_the_facade_touches_the_manager() -> None:
    for path in (ROOT / "core").rglob("*.py"):
        if path.name != "plugins.py":
            text = path.read_text("utf-8")
            assert "_manager" not in text, path
            assert "pluggy" not in text or path.name == "hookspecs.py", path


def test_every_hook_has_a_typed_way_to_ask() -> None:
    """At boot the mounting asks; all others are asked by a method of the facade."""
    asked = (ROOT / "core/facade.py").read_text("utf-8") + (ROOT / "core/web/mounting.py").read_text("utf-8")
    assert not [hook for hook in HOOKS if f'"{hook}"' not in asked]
    for name, method in inspect.getmembers(facade.Plugins, inspect.isfunction):
        assert "return" in get_type_hints(method) or name == "__init__"


def test_hook_api_is_one_integer() -> None:
    assert type(HOOK_API) is int


# One test per hook


def test_hook_camove_register_permissions(site: Platform) -> None:
    found = site.register.permissions["monitoring.report.view"]
    assert isinstance(found, Permission)


def test_hook_camove_register_roles(app: Flask, site: Platform, town: Town) -> None:
    role = site.register.roles["monitoring.reporter"]
    assert isinstance(role, Role)
    office = town.organisation("Мост")
    town.person("ann@example.org", office, "monitoring.reporter")
    with app.app_context(), site.database.reading() as session:
        actor = find_actor(session, "ann@example.org")
    assert actor and actor.may("monitoring.report.create") and not actor.may("monitoring.report.triage")


def test_hook_camove_register_settings(app: Flask, site: Platform, town: Town) -> None:
    given = {name: each for name, each in site.preferences.items() if name.startswith("monitoring.")}
    assert len(given) >= 4
    town.person("boss@example.org", town.organisation("Секретариат"), "core.administrator")
    page = town.browser(app, "boss@example.org").get("/en/admin/settings").text
    for name, setting in given.items():
        assert isinstance(setting, Setting)
        assert f'name="{name}" value="{setting.default}"' in page, name


def test_hook_camove_register_blueprint(app: Flask) -> None:
    rules = [rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("monitoring.")]
    assert len(rules) > 10
    assert all(rule.startswith("/<lang>/monitoring/") for rule in rules)


def test_hook_camove_register_commands(app: Flask) -> None:
    with app.app_context():
        shown = app.test_cli_runner().invoke(build(app), ["monitoring", "--help"])
    assert shown.exit_code == 0
    assert "import" in shown.output


def test_hook_camove_register_jobs(site: Platform) -> None:
    own = [job for name, job in site.jobs.items() if name.startswith("monitoring.")]
    assert own and all(callable(job.run) for job in own)


def test_hook_camove_register_machines(site: Platform) -> None:
    assert isinstance(site.machines["monitoring.report"], Machine)
    assert "[*] --> draft" in site.machines["monitoring.report"].mermaid()


def test_hook_camove_register_rest(app: Flask, site: Platform) -> None:
    assert site.rest.resources["monitoring.reports"].read.name == "monitoring.reports.read"
    assert app.test_client().get("/api/v1/monitoring/reports").status_code == 401


def test_hook_camove_nav_items(app: Flask, town: Town) -> None:
    """A link is shown to those who hold its permission, in the language of the page."""
    office = town.organisation("Мост")
    town.person("ann@example.org", office, "monitoring.reporter")
    town.person("bob@example.org", office, "core.member")
    assert 'href="/en/monitoring/reports' in town.browser(app, "ann@example.org").get("/en/").text
    assert "/monitoring/" not in town.browser(app, "bob@example.org").get("/en/").text
    assert "/monitoring/" not in town.browser(app).get("/en/").text


def test_hook_camove_panel_tiles(network: Flask, net: Platform) -> None:
    coordinator = next(each for each in sample.PEOPLE if "monitoring.coordinator" in each.roles)
    page = Town(net).browser(network, sample.email(coordinator.key)).get("/en/work").text
    with network.test_request_context("/en/"), net.database.reading() as session:
        actor = find_actor(session, sample.email(coordinator.key))
        assert actor
        tiles = net.plugins.tiles(session, actor)
        assert net.plugins.tiles(session, ANONYMOUS) == []
    assert tiles and all(tile.number > 0 for tile in tiles)
    assert tiles == sorted(tiles, key=lambda tile: (tile.weight, tile.label))
    for tile in tiles:
        assert f"{tile.number}" in page


def test_hook_camove_on_sample_data(net: Platform) -> None:
    with net.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Report)) > 5


def _judging(net: Platform) -> tuple[Report, Person]:
    with net.database.reading() as session:
        report = session.scalars(select(Report).where(Report.state == "verification")).first()
        assert report and report.verifier_id
        person = session.get_one(Person, report.verifier_id)
        session.expunge_all()
    return report, person


def test_hook_camove_guard_access(network: Flask, net: Platform) -> None:
    """Monitoring objects when the account to be closed has work that nobody else can take over."""
    _, verifier = _judging(net)
    with network.app_context(), net.database.transaction() as session:
        everybody = session.scalars(select(Person.id)).all()
        told = {
            person: net.plugins.obstacles(session, ANONYMOUS, "core.people.disable", person)
            for person in everybody
        }
        other = net.plugins.obstacles(session, ANONYMOUS, "core.people.view", verifier.id)
    assert any(told.values())
    assert not all(told.values())
    assert all(isinstance(each, Obstacle) and each.text for obstacles in told.values() for each in obstacles)
    assert other == []


def test_hook_camove_on_person_disabled(network: Flask, net: Platform) -> None:
    report, verifier = _judging(net)
    with network.app_context(), net.database.transaction() as session:
        net.plugins.person_disabled(session, verifier.id)
        held = session.get_one(Report, report.id)
        freed = held.verifier_id
        session.rollback()
    assert freed != verifier.id


def test_hook_camove_on_settings_changed(network: Flask, net: Platform) -> None:
    """Whoever switches the public list puts its entries into the queue of the index, in the same transaction."""
    for name, queued in (("monitoring.listing_public", True), ("monitoring.triage_days", False)):
        with network.app_context(), net.database.transaction() as session:
            before = session.scalar(select(func.count()).select_from(QueuedJob))
            net.plugins.settings_changed(session, [name])
            session.flush()
            after = session.scalar(select(func.count()).select_from(QueuedJob))
            assert (after > before) is queued
            session.rollback()


def test_hook_camove_provide_search_documents(network: Flask, net: Platform) -> None:
    with network.app_context(), net.database.reading() as session:
        everything = net.plugins.search_documents(session, None)
        assert everything
        one = everything[0]
        assert net.plugins.search_documents(session, [one.uid]) == [one]
        assert net.plugins.search_documents(session, [f"monitoring:report:{new_id()}"]) == []
    named = tuple(f"{name}:" for name in net.plugins.records)
    assert all(document.uid.startswith(named) and document.reach for document in everything)


def test_hook_camove_provide_search_revisions(network: Flask, net: Platform) -> None:
    with network.app_context(), net.database.reading() as session:
        told = net.plugins.search_revisions(session)
        documents = net.plugins.search_documents(session, None)
    assert told
    assert told == {document.uid: document.revision for document in documents}


class Naming:
    """Tells of employers, also in another's name."""

    manifest = Manifest("naming", "Naming", "1", hook_api=1)

    @hookimpl
    def camove_provide_employer_standing(self, number: str, name: str) -> list[Standing]:
        if name == "broken":
            raise RuntimeError
        told = [Standing("monitoring", "published", date(2026, 5, day), f"/{day}", "…") for day in (1, 9)]
        return [*told, Standing("naming", "published", date(2026, 6, 1), "/6", "…", "name")] if number else []


def test_hook_camove_provide_employer_standing(network: Flask, net: Platform, tmp_path: Path) -> None:
    """Numbers first, then the newest; each in its plugin's own name; who cannot answer is no "no"."""
    with network.test_request_context("/en/"), net.database.reading() as session:
        assert net.plugins.employer_standing(session, scheme="ru-inn", number="0") == []
    site: Platform = make_app(tmp_path, [Naming()]).extensions[EXTENSION]
    with site.database.reading() as session:
        told = site.plugins.employer_standing(session, scheme="ru-inn", number="1")
        assert [each.url for each in told] == ["/9", "/1", "/6"]
        assert {each.source for each in told} == {"naming"}
        assert site.plugins.employer_standing(session, name="unknown") == []
        with pytest.raises(ProviderFailed):
            site.plugins.employer_standing(session, name="broken")
    site.database.close()


def test_hook_camove_provide_dataset_extracts(network: Flask, net: Platform) -> None:
    with network.app_context(), net.database.transaction() as session:
        analyst, monitor = (find_actor(session, sample.email(key)) for key in ("analyst", "monitor"))
        assert analyst is not None
        assert monitor is not None
        year = now().year - 1
        days = date(year, 1, 1), date(year, 12, 31)
        found = net.plugins.dataset_extracts(session, analyst, *days)
        assert "monitoring.allegations" in [each.name for each in found]
        assert all(each.content.count("\n") > 1 and each.title["ru"] for each in found)
        assert net.plugins.dataset_extracts(session, monitor, *days) == []


def figure(name: str, *values: float | None, weight: int = 100) -> Figure:
    """An invented figure."""
    text = {"ru": name}
    rows = tuple(FigureRow(str(number), text, value) for number, value in enumerate(values))
    return Figure(name, text, text, text, text, rows, weight=weight)


class Planning:
    """Tells of events, news and figures, some of them not its own to tell."""

    manifest = Manifest("planning", "Planning", "1", hook_api=1)
    broken = False

    @hookimpl
    def camove_provide_calendar_events(self, start: datetime, end: datetime) -> list[CalendarEvent]:
        if self.broken:
            raise RuntimeError
        days = (start + timedelta(days=1), start, end, start - timedelta(days=1), start)
        return [
            CalendarEvent(f"e-{day:%d-%H}", {"ru": str(number)}, day, day, "/e", start)
            for number, day in enumerate(days)
        ]

    @hookimpl
    def camove_provide_public_updates(self, limit: int) -> list[PublicUpdate]:
        if self.broken:
            raise RuntimeError
        facts = (
            ("planning:a:1", 1, 3),
            ("planning:a:1", 2, 4),
            ("monitoring:a:1", 1, 9),
            ("planning:a:2", 1, 5),
        )
        return [
            PublicUpdate(uid, {"ru": uid}, "/u", datetime(2026, 5, day, tzinfo=UTC), revision=revision)
            for uid, revision, day in facts
        ]

    @hookimpl
    def camove_provide_figures(self, period: Period) -> list[Figure]:
        if self.broken:
            raise RuntimeError
        return [
            figure("planning.second", 1, None), figure("planning.first", 2, weight=1), figure("planning.first", 3),
            figure("monitoring.reports", 9),
        ]  # fmt: skip


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A site with that plugin alone."""
    app = make_app(tmp_path_factory.mktemp("planning"), [Planning()])
    yield app
    app.extensions[EXTENSION].database.close()


@pytest.fixture
def broken(planned: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The same while it fails."""
    monkeypatch.setattr(Planning, "broken", True)
    return planned


def test_hook_camove_provide_calendar_events(network: Flask, net: Platform, planned: Flask) -> None:
    """The earliest first, none outside the window, one of each uid; those of the sample fairs among them."""
    site: Platform = planned.extensions[EXTENSION]
    start = datetime(2026, 5, 1, tzinfo=UTC)
    with site.database.reading() as session:
        found = site.plugins.calendar_events(session, start, start + timedelta(days=30))
    assert [each.title["ru"] for each in found.answers] == ["1", "0"]
    with network.test_request_context("/en/"), net.database.reading() as session:
        real = net.plugins.calendar_events(session, now() - timedelta(days=400), now() + timedelta(days=400))
    assert {each.topic for each in real.answers} == {"fair"}
    assert real.missing == ()


def test_hook_camove_provide_public_updates(network: Flask, net: Platform, planned: Flask) -> None:
    """The newest first, the highest revision of each, each in its plugin's own name."""
    site: Platform = planned.extensions[EXTENSION]
    with site.database.reading() as session:
        found = site.plugins.public_updates(session, 5).answers
        assert [(each.uid, each.revision, each.plugin) for each in found] == [
            ("planning:a:2", 1, "planning"),
            ("planning:a:1", 2, "planning"),
        ]
        assert len(site.plugins.public_updates(session, 1).answers) == 1
    with network.test_request_context("/en/"), net.database.reading() as session:
        told = net.plugins.public_updates(session, 50)
        assert {each.plugin for each in told.answers} == {
            "job_fairs",
            "media_watch",
            "research",
            "monitoring",
        }
        assert {each.plugin for each in net.plugins.public_updates(session, 50, "research").answers} == {
            "research"
        }
    moments = [each.published for each in told.answers]
    assert moments == sorted(moments, reverse=True)


def test_hook_camove_provide_figures(network: Flask, net: Platform, planned: Flask) -> None:
    """Each in its plugin's own name, by weight; those of the sample are in three languages and small ones withheld."""
    year = Period(str(now().year - 1), date(now().year - 1, 1, 1), date(now().year - 1, 12, 31))
    site: Platform = planned.extensions[EXTENSION]
    with site.database.reading() as session:
        told = site.plugins.figures(session, year).answers
    assert [(each.name, each.rows[0].value) for each in told] == [
        ("planning.first", 2),
        ("planning.second", 1),
    ]
    quarter = next(each for each in offered(now().date()) if "-" in each.code)
    current = read(f"{now().year}-Q{(now().month + 2) // 3}")
    with network.app_context(), net.database.reading() as session:
        asked = [net.plugins.figures(session, period) for period in (year, quarter, current)]
    # A quarter that has not ended would show each new report by itself: monitoring refuses to tell of it.
    assert [each.missing for each in asked] == [(), (), ("monitoring",)]
    found = [figure for each in asked for figure in each.answers]
    assert {each.name.partition(".")[0] for each in found} >= {
        "monitoring",
        "media_watch",
        "job_fairs",
        "research",
    }
    assert {each.dimension for each in found} == set(DIMENSIONS)
    assert any(row.value is None for each in found for row in each.rows)
    people = [each for each in found if each.name.startswith(("monitoring.", "job_fairs.people"))]
    assert not [row for each in people for row in each.rows if row.value is not None and 0 < row.value < 5]
    for each in found:
        for text in (each.title, each.definition, each.unit, each.source, *(row.label for row in each.rows)):
            assert set(text) == {"ru", "ky", "en"}, each.name


def test_figures_that_no_report_could_print_are_refused() -> None:
    for wrong in (float("nan"), float("inf"), True, "7"):
        with pytest.raises(ValueError, match="finite number"):
            figure("a.b", wrong)  # type: ignore[arg-type]
    good = figure("a.b", 1)
    for changes in (
        {"dimension": "street"}, {"rows": (1,)}, {"rows": good.rows * 2}, {"title": {}}, {"title": "text"},
        {"note": {"ru": 1}},
    ):  # fmt: skip
        with pytest.raises(ValueError, match=r"dimension|one code|by language"):
            replace(good, **changes)  # type: ignore[arg-type]


def test_what_a_plugin_cannot_tell_is_said_to_be_missing(broken: Flask) -> None:
    """The pages stand; the feed of events asks programmes to keep what they have."""
    client = broken.test_client()
    assert "A part of the news cannot be shown now" in client.get("/en/").text
    assert "A part of the calendar cannot be shown now" in client.get("/en/calendar").text
    assert client.get("/en/calendar.ics").status_code == 503
    site: Platform = broken.extensions[EXTENSION]
    with site.database.reading() as session:
        told = site.plugins.figures(session, Period("2025", date(2025, 1, 1), date(2025, 12, 31)))
    assert (told.answers, told.missing) == ((), ("planning",))
    assert client.get("/en/news.atom").status_code == 200


def test_hook_camove_on_sample_data_removed(migrated: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(migrated, tmp_path / "instance"))
    app = create_app(Settings(instance=folder, testing=True, strict=True, search_engine="fts5"))
    site: Platform = app.extensions[EXTENSION]
    with app.app_context():
        run = app.test_cli_runner().invoke
        assert run(build(app), ["demo"]).exit_code == 0
        gone = run(build(app), ["demo", "remove"])
    assert gone.output == "0 documents are left in the search index\n"
    with site.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Report)) == 0
        assert session.scalar(select(func.count()).select_from(Organisation)) == 0
    site.database.close()


# States


class Counting:
    manifest = Manifest("counting", "Counting", "1", hook_api=1)

    def __init__(self) -> None:
        self.asked = 0

    @hookimpl
    def camove_on_person_disabled(self) -> None:
        self.asked += 1


def hooks_of(plugin: Counting) -> tuple[Hooks, PluginRecord]:
    record = PluginRecord("counting", plugin=plugin)
    hooks = Hooks([record])
    hooks.register(record)
    return hooks, record


@pytest.mark.parametrize("state", PluginState)
def test_only_an_active_plugin_is_asked(state: PluginState) -> None:
    plugin = Counting()
    hooks, record = hooks_of(plugin)
    record.set(state)
    hooks.ask("camove_on_person_disabled", session=None, person_id=None)
    assert plugin.asked == (state is PluginState.ACTIVE)


def test_an_implementation_may_take_fewer_arguments() -> None:
    plugin = Counting()
    hooks, record = hooks_of(plugin)
    record.set(PluginState.ACTIVE)
    assert hooks.ask("camove_on_person_disabled", person_id=None) == []
    assert (plugin.asked, list(record.errors)) == (1, [])


def test_each_app_has_its_own_manager(migrated: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(migrated, tmp_path / "instance"))
    on = create_app(Settings(instance=folder, testing=True, search_engine="fts5"))
    off = create_app(
        Settings(instance=folder, testing=True, search_engine="fts5", disabled_plugins=("monitoring",))
    )
    states = [app.extensions[EXTENSION].plugins.records["monitoring"].state for app in (on, off)]
    assert states == ["active", "disabled"]
    for app in (on, off):
        app.extensions[EXTENSION].database.close()
