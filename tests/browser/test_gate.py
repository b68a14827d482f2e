"""Every page in every language, light and dark: accessible, narrow, light in bytes, silent, and at home."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from browser.gate import LANGUAGES, inspect, weigh
from browser.live import Live, Window, Windows, answers_to
from flask import url_for
from playwright.sync_api import Browser, Page, Response
from visits import DEVELOPMENT, NOT_PAGES, PAGES
from visits.visit import Facts, Visit

pytestmark = pytest.mark.browser


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
