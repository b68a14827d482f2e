"""Every page in every language, light and dark: accessible, narrow, light in bytes, silent, and at home."""

import gzip
from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

import pytest
from browser.live import PHONE, Live, Window, Windows, answers_to
from flask import url_for
from playwright.sync_api import Browser, Page, Response, ViewportSize
from visits import DEVELOPMENT, NOT_PAGES, PAGES
from visits.visit import KILOBYTES, Facts, Visit

pytestmark = pytest.mark.browser
LANGUAGES = ("ru", "ky", "en")
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
"""Rules that look at colours, which are most of axe's time: no language changes colours, no colour changes the rest."""

NARROW: ViewportSize = {"width": 320, "height": 640}
WIDE: ViewportSize = {"width": 1280, "height": 800}
HARD_KILOBYTES, SCRIPT_KILOBYTES, REQUESTS, TARGET = 100, 25, 12, 44

FACTS = """() => ({
  titles: document.querySelectorAll("h1").length,
  title: document.title.replace(/ ?- camove$/, "").trim(),
  language: document.documentElement.lang,
})"""
OVERFLOW = """() => document.documentElement.scrollWidth <= window.innerWidth ? [] :
  [...document.querySelectorAll("body *")]
    .filter((e) => e.getBoundingClientRect().right > window.innerWidth + 0.5 && !e.closest(".scroll"))
    .map((e) => e.outerHTML.slice(0, 120)).slice(-3)"""
COVERED = """() => {
  const main = document.querySelector("main")
  return !main || main.scrollHeight <= main.clientHeight + 1 ? [] : [...main.querySelectorAll("*")]
    .filter((e) => e.getBoundingClientRect().bottom > main.getBoundingClientRect().bottom + 1)
    .map((e) => e.outerHTML.slice(0, 120)).slice(0, 3)
}"""
SMALL = """(least) => [...document.querySelectorAll("button, .button, summary, header a, footer a, nav a, form a")]
  .filter((e) => !e.matches(".skip") && e.checkVisibility())
  .filter((e) => e.getBoundingClientRect().height < least - 0.5)
  .map((e) => `${Math.round(e.getBoundingClientRect().height)} px: ${e.outerHTML.slice(0, 120)}`)"""


@pytest.fixture(scope="module")
def facts(live: Live) -> Facts:
    return Facts(live)


@pytest.fixture(scope="module")
def desks(live: Live, chrome: Browser) -> Iterator[dict[tuple[str, str], Window]]:
    """A window for each person and language, kept from page to page."""
    windows = Windows(live, chrome)

    class Desks(dict[tuple[str, str], Window]):
        def __missing__(self, key: tuple[str, str]) -> Window:
            person, language = key
            self[key] = windows.of(person, language=language)
            return self[key]

    yield Desks()
    windows.close()


def _visits() -> list[Any]:
    return [
        pytest.param(endpoint, visit, id=f"{endpoint}{'-' if visit.name else ''}{visit.name}")
        for endpoint, visits in sorted(PAGES.items())
        for visit in visits
    ]


def _path(live: Live, facts: Facts, language: str, endpoint: str, visit: Visit) -> str:
    with live.app.test_request_context():
        address = url_for(endpoint, lang=language, **visit.values(facts))
    return urlsplit(address)._replace(scheme="", netloc="").geturl()


def audit(page: Page, rules: list[str], without: Iterable[str] = ()) -> list[str]:
    """What axe-core objects to, in the colours that the page has now."""
    run = "options => axe.run(document, {...options, resultTypes: ['violations']})"
    left_out = {rule: {"enabled": False} for rule in without}
    found = page.evaluate(run, {"runOnly": rules, "rules": left_out})["violations"]
    return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]


def audit_colours(page: Page) -> None:
    """Dark and light, in one language for all."""
    page.emulate_media(color_scheme="dark")
    assert not audit(page, COLOURS), "axe-core, dark"
    page.emulate_media(color_scheme="light")
    assert not audit(page, COLOURS), "axe-core, light"


def inspect(page: Page, language: str) -> None:
    """All that must hold on any page, whatever it is for."""
    seen = page.evaluate(FACTS)
    assert (seen["titles"], seen["language"]) == (1, language)
    assert seen["title"], "the page has no title of its own"
    assert not page.evaluate(SMALL, TARGET), "targets below 44 px"
    page.evaluate(AXE)
    # Scrolled to an error summary, the sticky way out lies over links of the header, as it may: one scrolls on.
    page.evaluate("scrollTo(0, 0)")
    assert not audit(page, RULES, COLOURS), "axe-core"
    if language == LANGUAGES[0]:
        audit_colours(page)
        page.set_viewport_size(WIDE)
        assert not page.evaluate(COVERED), "something lies over the footer"
    page.set_viewport_size(NARROW)
    assert not page.evaluate(OVERFLOW), "wider than 320 px"
    page.set_viewport_size(PHONE)


def weigh(responses: list[Response], kind: str) -> None:
    """The budgets of a first visit, as a compressing server would send it."""
    # A redirect has no body; what it leads to is weighed.
    bodies = [each for each in responses if not 300 <= each.status < 400]
    weights = {each.url: len(gzip.compress(each.body())) / 1024 for each in bodies}
    texts = {
        each.url: weights[each.url] for each in bodies if "image" not in each.headers.get("content-type", "")
    }
    scripts = sum(size for url, size in texts.items() if ".js" in urlsplit(url).path)
    assert sum(texts.values()) <= KILOBYTES[kind], texts
    assert sum(weights.values()) <= HARD_KILOBYTES
    assert scripts <= SCRIPT_KILOBYTES
    assert len(responses) <= REQUESTS


def test_no_page_is_forgotten(live: Live) -> None:
    """A new page stands in the table, with who opens it, or with the reason why it is none."""
    open_ = {rule.endpoint for rule in live.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert open_ - DEVELOPMENT == PAGES.keys() | NOT_PAGES.keys()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("endpoint", "visit"), _visits())
def test_page(
    live: Live, facts: Facts, desks: dict[tuple[str, str], Window], endpoint: str, visit: Visit, language: str
) -> None:
    window = desks[visit.person, language]
    window.page.goto("about:blank")
    with answers_to(window.page) as responses:
        answer = window.page.goto(live.base + _path(live, facts, language, endpoint, visit))
    assert answer is not None and answer.status == visit.status
    weigh(responses, visit.kind)
    inspect(window.page, language)


def _submit(page: Page, changes: dict[str, str]) -> Response | None:
    """Send the main form of the page as it stands, with some fields changed."""
    with page.expect_navigation() as sent:
        page.evaluate(
            """changes => { const form = document.querySelector("main form[method=post]:not([action])");
            for (const [name, value] of Object.entries(changes)) form.elements[name].value = value;
            form.submit(); }""",
            changes,
        )
    return sent.value


FAILURES = {
    "404": ("", "/{lang}/no-such-page", None),
    "403": ("council", "/{lang}/admin/", None),
    "405": ("", "/{lang}/account/sign-out", None),
    "422-form": ("monitor", "monitoring.step-origin", {"received_on": "?"}),
    "422-choices": ("monitor", "monitoring.item-sources", {}),
    "422-password": ("", "account.sign_in", {}),
    "422-guard": ("verifier", "monitoring.judge", {}),
    "409": (
        "coordinator",
        "monitoring.report_employer",
        {"revision": "0", "legal_name": "ООО «Поздно»", "number": ""},
    ),
    "400": ("monitor", "monitoring.new", {"csrf_token": "stale"}),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("failure", sorted(FAILURES))
def test_failure(
    live: Live, facts: Facts, desks: dict[tuple[str, str], Window], failure: str, language: str
) -> None:
    person, where, changes = FAILURES[failure]
    page = desks[person, language].page
    known = {each.id: each.values for each in _visits()}
    path = _path(live, facts, language, *known[where]) if where in known else where.format(lang=language)
    answer = page.goto(live.base + path)
    if changes is not None:
        answer = _submit(page, changes)
    assert answer is not None and answer.status == int(failure[:3])
    inspect(page, language)
