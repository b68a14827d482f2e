"""A stranger's plugin that does the worst in each hook that a page asks: pages stand and do not wait for its end."""

import threading
from collections.abc import Callable, Iterator
from datetime import date
from itertools import repeat
from typing import Any

import pytest
from flask import Flask, g, request, url_for
from sqlalchemy import text

from core import budgets
from core.budgets import Errand, Late, own_session
from core.facade import ProviderFailed
from core.permissions import ANONYMOUS
from core.platform import EXTENSION, Platform
from core.plugins import PluginRecord, PluginState
from core.testing import Browser, Town, make_app
from core.toolkit import Manifest, NavItem, Period, SearchDocument, hookimpl, language, reading

PAGES = ("/en/", "/ru/calendar", "/ky/news.atom", "/en/search?q=word", "/en/conduct")
HOOKS = ("camove_nav_items", "camove_panel_tiles", "camove_provide_calendar_events", "camove_provide_public_updates",
         "camove_provide_employer_standing", "camove_provide_search_documents", "camove_provide_figures")  # fmt: skip
KEPT: list[Any] = []
QUARTER = Period("2026-Q1", date(2026, 1, 1), date(2026, 3, 31))


def wait() -> Any:
    """Hangs until the test lets go, as if it were for 30 seconds."""
    Stranger.release.wait(30)
    return ()


def leak(session: Any = None) -> Any:
    """Keeps the sessions that it gets, in the middle of a transaction, and the page's own way to one."""
    for each in filter(None, (session, reading())):
        each.execute(text("SELECT 1"))
        KEPT.append(each)
    return ()


def raise_it() -> Any:
    raise ZeroDivisionError


def leave() -> Any:
    raise SystemExit(3)


WAYS: dict[str, Callable[[], Any]] = {
    "raises": raise_it,
    "ends the process": leave,
    "hangs": wait,
    "gives something else": lambda: [("a", "tuple")],
    "gives a number": lambda: 7,
    "never ends": lambda: repeat(NavItem("pages.home", "again")),
    "yields nothing for ever": lambda: (None for _ in iter(wait, 1)),
}


class Stranger:
    """Misbehaves in one hook in one way."""

    manifest = Manifest("stranger", "Stranger", "1", hook_api=1)
    release = threading.Event()
    hook, way = "", "raises"
    asked = 0

    def does(self, hook: str, session: Any = None) -> Any:
        if hook != Stranger.hook:
            return ()
        Stranger.asked += 1
        return leak(session) if Stranger.way == "leaks" else WAYS[Stranger.way]()

    @hookimpl
    def camove_nav_items(self, actor: Any) -> Any:
        return self.does("camove_nav_items")

    @hookimpl
    def camove_panel_tiles(self, session: Any, actor: Any) -> Any:
        return self.does("camove_panel_tiles", session)

    @hookimpl
    def camove_provide_calendar_events(self, session: Any, start: Any, end: Any) -> Any:
        return self.does("camove_provide_calendar_events", session)

    @hookimpl
    def camove_provide_public_updates(self, session: Any, limit: int) -> Any:
        return self.does("camove_provide_public_updates", session)

    @hookimpl
    def camove_provide_employer_standing(self, session: Any, number: str) -> Any:
        return self.does("camove_provide_employer_standing", session)

    @hookimpl
    def camove_provide_figures(self, session: Any, period: Any) -> Any:
        return self.does("camove_provide_figures", session)

    @hookimpl
    def camove_provide_search_documents(self, session: Any, uids: Any) -> Any:
        if Stranger.hook == "camove_provide_search_documents":
            return self.does(Stranger.hook, session)
        return [
            SearchDocument(
                "stranger:a:1", "a", "word", "word", "en", frozenset({"public"}), "pages.home", {}, 1
            )
        ]


def bad_at(hook: str) -> bool:
    """Whether the stranger gives nothing of use in that hook."""
    return Stranger.hook == hook and Stranger.way != "leaks"


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = make_app(tmp_path_factory.mktemp("strangers"), [Stranger()], strict=False)
    site: Platform = app.extensions[EXTENSION]
    town = Town(site)
    town.person("boss@example.org", town.organisation("Секретариат"), "core.administrator")
    with app.app_context():
        site.index.rebuild(site.database)
    yield app
    site.database.close()


@pytest.fixture(scope="module")
def boss(host: Flask) -> Browser:
    return Town(host.extensions[EXTENSION]).browser(host, "boss@example.org")


@pytest.fixture
def record(host: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[PluginRecord]:
    """The stranger, healthy again after each test, with budgets that tests can wait for."""
    for hook in budgets.SECONDS:
        monkeypatch.setitem(budgets.SECONDS, hook, 0.5)
    monkeypatch.setattr("core.web.pages.SEARCH", 0.5)
    found: PluginRecord = host.extensions[EXTENSION].plugins.records["stranger"]
    Stranger.release.clear()
    yield found
    Stranger.release.set()
    for each in found.left_behind:
        assert each.ended(20)
    Stranger.hook, Stranger.asked = "", 0
    found.errors.clear()
    found.left_behind = []
    found.set(PluginState.ACTIVE)


def test_every_hook_that_a_page_asks_has_a_budget() -> None:
    assert set(budgets.SECONDS) | {"camove_provide_search_documents"} == set(HOOKS)


@pytest.mark.parametrize("way", [*WAYS, "leaks"])
@pytest.mark.parametrize("hook", HOOKS)
def test_pages_stand_whatever_a_stranger_does(
    host: Flask, boss: Browser, record: PluginRecord, hook: str, way: str
) -> None:
    Stranger.hook, Stranger.way = hook, way
    site: Platform = host.extensions[EXTENSION]
    client = host.test_client()
    for path in PAGES:
        assert client.get(path).status_code == 200, path
    assert boss.get("/en/work").status_code == 200
    with host.test_request_context("/en/"), site.database.transaction() as session:
        try:
            site.plugins.employer_standing(session, number="1")
        except ProviderFailed:
            assert record.hangs or hook == "camove_provide_employer_standing"
        missing = site.plugins.figures(session, QUARTER).missing
        assert missing == (
            ("stranger",) if record.hangs or not record.active or bad_at("camove_provide_figures") else ()
        )
    assert Stranger.asked
    assert bool(record.errors) is (way != "leaks"), list(record.errors)
    if record.errors:
        shown = boss.get("/en/admin/plugins").text
        assert hook in shown
        assert record.errors[0].kind in shown


def test_a_plugin_that_hangs_is_asked_once_and_again_when_it_has_come_back(
    host: Flask, record: PluginRecord
) -> None:
    Stranger.hook, Stranger.way = "camove_nav_items", "hangs"
    client = host.test_client()
    for _ in range(3):
        assert client.get("/en/conduct").status_code == 200
    assert record.hangs, "the page was answered before the plugin came back"
    assert (Stranger.asked, [each.kind for each in record.errors]) == (1, ["Late"])
    Stranger.release.set()
    assert record.left_behind[0].ended(20)
    assert client.get("/en/conduct").status_code == 200
    assert (Stranger.asked, record.hangs, record.active) == (2, False, True)


@pytest.mark.parametrize("overloaded", [False, True])
def test_five_late_answers_switch_a_plugin_off_unless_the_machine_is_overloaded(
    host: Flask, record: PluginRecord, monkeypatch: pytest.MonkeyPatch, overloaded: bool
) -> None:
    monkeypatch.setattr(budgets, "overloaded", lambda: overloaded)
    Stranger.hook, Stranger.way = "camove_nav_items", "hangs"
    for _ in range(5):
        Stranger.release.clear()
        host.test_client().get("/en/conduct")
        Stranger.release.set()
        for each in record.left_behind:
            assert each.ended(20)
    assert [each.kind for each in record.errors] == ["Late"] * 5
    assert record.active is overloaded
    assert overloaded or "switched off after 5 failures" in record.reason


def test_what_a_plugin_leaks_is_closed_and_not_the_page_s_own(host: Flask, record: PluginRecord) -> None:
    Stranger.hook, Stranger.way = "camove_provide_public_updates", "leaks"
    site: Platform = host.extensions[EXTENSION]
    KEPT.clear()
    for _ in range(40):  # more than the pool has connections
        assert host.test_client().get("/en/").status_code == 200
    assert len(KEPT) == 80
    assert site.database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


def test_a_thread_knows_the_visitor_and_shares_no_session(host: Flask) -> None:
    def seen() -> tuple[Any, ...]:
        return language(), request.path, url_for("pages.home"), g.actor, reading()

    with host.test_request_context("/ky/calendar"):
        g.language, g.actor = "ky", ANONYMOUS
        mine = reading()
        *told, own = Errand(each for each in [seen]).answer(20)
        assert told == ["ky", "/ky/calendar", "/ky/", ANONYMOUS]
        assert own is not mine
        assert mine.scalar(text("SELECT 1")) == 1
    with host.app_context():
        g.language = "ky"
        assert Errand(each for each in [lambda: g.language]).answer(20) == "ky"
    with pytest.raises(Late):
        Errand(each for each in [threading.Event().wait]).answer(0.01)


def test_what_a_plugin_writes_while_it_is_asked_is_undone(host: Flask) -> None:
    site: Platform = host.extensions[EXTENSION]
    with site.database.reading() as session, own_session(session) as own:
        assert own is not session
        own.execute(text("UPDATE core_person SET name = 'changed'"))
    with site.database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM core_person WHERE name = 'changed'")) == 0
