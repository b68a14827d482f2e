"""What the script adds, and what must work without a mouse or on paper."""

import io
import re
import unicodedata
from uuid import UUID

import pyotp
import pytest
from browser.live import TIMEOUT, Live, Window, Windows, ru
from playwright.sync_api import Page, Route, expect
from pypdf import PdfReader
from sqlalchemy import func, select
from visits.monitoring import report
from visits.visit import Facts

from core.accounts.models import SignIn
from core.accounts.sample import email
from core.testing import PASSWORD, SECRET
from core.workflow import Passage
from plugins.monitoring.models import Report

pytestmark = pytest.mark.browser


@pytest.fixture
def facts(live: Live) -> Facts:
    return Facts(live)


def _draft(window: Window) -> str:
    """A fresh draft; gives the address of its list of steps."""
    page = window.go("/ru/monitoring/reports/new")
    page.get_by_role("button", name=ru("Start the report")).click()
    page.wait_for_url("**/draft")
    return page.url


def test_the_error_summary_takes_the_focus_and_leads_to_its_field(windows: Windows) -> None:
    window = windows.of("monitor")
    page = window.page
    page.goto(_draft(window) + "/employer")
    page.get_by_role("button", name=ru("Continue")).click()
    summary = page.locator("#error-summary")
    expect(summary).to_be_focused()
    assert page.title().startswith(ru("Error:"))
    summary.get_by_role("link").first.press("Enter")
    expect(page.get_by_label(ru("Name of the employer"))).to_be_focused()


def _sign_ins(live: Live, person: str) -> int:
    with live.site.database.reading() as session:
        rows = select(func.count()).where(SignIn.person_id == live.people[person])
        return session.scalar(rows) or 0


def _catch_exit(window: Window) -> list[str]:
    """Stand in for the harmless page that the exit leads to; gives the addresses asked for."""
    reached: list[str] = []

    def answer(route: Route) -> None:
        reached.append(route.request.url)
        route.fulfill(body="<title>Погода</title>", content_type="text/html; charset=utf-8")

    window.context.route(re.compile(re.escape(window.live.site.settings.quick_exit_url)), answer)
    return reached


@pytest.mark.parametrize("way", ["shift", "button", "no-script"])
def test_the_quick_exit_leaves_and_signs_out(windows: Windows, live: Live, facts: Facts, way: str) -> None:
    window = windows.of("verifier", script=way != "no-script")
    before, reached = _sign_ins(live, "verifier"), _catch_exit(window)
    page = window.go("/ru/monitoring/reports/new")
    page.set_default_timeout(TIMEOUT)
    if way == "shift":
        for _ in range(3):
            page.keyboard.press("Shift")
    else:
        page.get_by_role("link", name=ru("Exit this page")).click()
    expect(page).to_have_title("Погода")
    assert len(reached) == 1
    assert _sign_ins(live, "verifier") == before - 1
    window.go("/ru/work")
    assert "/account/sign-in" in page.url
    # The browser may log that the way out was refused to the service worker.
    window.complaints[:] = [
        each for each in window.complaints if each != "Failed to load resource: net::ERR_FAILED"
    ]


def test_typing_capitals_does_not_leave(windows: Windows) -> None:
    window = windows.of("monitor")
    page = window.page
    page.goto(_draft(window) + "/employer")
    page.get_by_label(ru("Name of the employer")).focus()
    for letter in "ABCD":
        page.keyboard.press(f"Shift+{letter}")
    expect(page.get_by_label(ru("Name of the employer"))).to_have_value("ABCD")


def test_a_double_click_sends_one_report(windows: Windows, live: Live) -> None:
    window = windows.of("monitor")
    page = window.go("/ru/monitoring/reports/new")
    started: list[str] = []
    # Of the whole context: once the service worker is there, it is who sends.
    window.context.on(
        "request", lambda request: started.append(request.url) if request.method == "POST" else None
    )
    page.get_by_role("button", name=ru("Start the report")).dblclick()
    page.wait_for_url("**/draft")
    draft_id = page.url.split("/")[-2]
    assert len(started) == 1
    with live.site.database.transaction() as session:
        _finish(session.get_one(Report, UUID(draft_id)))
    page.goto(page.url + "/check")
    started.clear()
    page.get_by_role("button", name=ru("Send the report")).dblclick()
    page.wait_for_url("**/sent")
    assert len(started) == 1
    with live.site.database.reading() as session:
        sent = select(func.count()).where(Passage.object_id == UUID(draft_id), Passage.target == "submitted")
        assert session.scalar(sent) == 1


def _finish(report: Report) -> None:
    report.answers = {
        "safety": dict.fromkeys(("danger", "working", "minors", "violence", "status"), "no"),
        "origin": {"method": "interview", "received_on": "2026-11-01", "wishes": ["pay"]},
        "employer": {"name": "Шапито", "role": "employer", "country": "RU", "sector": "trade"}
        | dict.fromkeys(("region", "scheme", "identifier", "site"), ""),
        "allegations": [
            {"violation": "wage_arrears", "from_month": "2026-05", "men": "3", "facts": "Нет денег."}
            | {"basis": "seen", "currency": ""}
        ],
        "sources": [
            {"kind": "worker", "reliability": "reliable", "supports": ["0"]}
            | {"consents": ["coordination"], "consent_on": "2026-11-01"}
        ],
    }


def _tab_to(page: Page, name: str) -> None:
    """Press Tab until the thing of that name has the focus; every stop on the way must be seen."""
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            """() => { const e = document.activeElement, s = getComputedStyle(e);
            return [e.labels?.length ? [...e.labels].map((l) => l.innerText).join(" ") : e.innerText,
                    s.outlineStyle !== "none" || s.boxShadow !== "none"]; }"""
        )
        assert focused[1], f"the focus on {focused[0]!r} cannot be seen"
        # A whole word: "Да" is not the beginning of "Данные".
        if re.match(rf"{re.escape(name)}(?!\w)", (focused[0] or "").strip()):
            return
    raise AssertionError(f"Tab does not reach {name!r}")


def test_the_keyboard_alone_signs_in_and_answers_the_first_step(windows: Windows) -> None:
    """The real pages of sign-in, with password and code, then the first question: never a mouse."""
    page = windows.of().go("/ru/account/sign-in")
    _type(page, ru("E-mail address"), email("monitor"))
    _type(page, ru("Password"), PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/second-factor*")
    _type(page, ru("Code"), pyotp.TOTP(SECRET).now())
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile("second-factor"))
    page.goto(page.url.split("/ru/")[0] + "/ru/monitoring/reports/new")
    _tab_to(page, ru("Start the report"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/draft")
    _tab_to(page, ru("Safety first"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/safety")
    for number in range(5):
        _tab_to(page, ru("Yes"))
        page.keyboard.press("Space" if number else "ArrowDown")
    _tab_to(page, ru("Continue"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/origin")


def _type(page: Page, label: str, text: str) -> None:
    _tab_to(page, label)
    page.keyboard.type(text)


def test_a_report_prints_with_its_reference_and_address(windows: Windows, facts: Facts, live: Live) -> None:
    window = windows.of("coordinator")
    report_id = report(facts, "verified")["report_id"]
    page = window.go(f"/ru/monitoring/reports/{report_id}")
    with live.site.database.reading() as session:
        reference = session.get_one(Report, report_id).reference
    printed = PdfReader(io.BytesIO(page.pdf())).pages
    text = " ".join(each.extract_text() for each in printed)
    assert reference in text
    # The font joins letters: "ff" of an id is one sign in a PDF.
    assert str(report_id) in re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    assert ru("Sign out") not in text


def test_filters_swap_the_list_and_keep_a_shareable_address(windows: Windows) -> None:
    window = windows.of("coordinator")
    page = window.go("/ru/monitoring/reports")
    page.evaluate("window.kept = true")
    page.get_by_label(ru("Only urgent ones")).check()
    page.get_by_role("button", name=ru("Show results")).click()
    page.wait_for_url("**urgent=y**")
    assert page.evaluate("window.kept"), "the whole page was loaded again"
    rows = page.locator("#found tbody tr")
    shown = rows.count()
    assert shown == page.locator("#found tbody tr", has_text=ru("Urgent")).count() > 0
    page.reload()
    expect(rows).to_have_count(shown)
