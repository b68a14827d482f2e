"""Forms without the network: cut lines, a killed server, a killed browser, two people on one phone, old drafts."""

import os
import re
import shutil
import signal
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from browser.live import FLAGS, PHONE, Live, Window, Windows, ready_button, ru, served
from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright, expect
from sqlalchemy import func, select

from core.accounts import sign_ins
from core.database import now
from core.offline.receipts import Received
from plugins.monitoring.models import Report

pytestmark = pytest.mark.browser
NEW = "/ru/monitoring/reports/new"
KEPT = """async () => { const open = indexedDB.open("camove"); await new Promise((r) => (open.onsuccess = r));
const get = open.result.transaction("kept").objectStore("kept").getAll(); await new Promise((r) => (get.onsuccess = r));
open.result.close(); return get.result.length; }"""


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A site of its own, since its server is killed here."""
    with served(tmp_path_factory.mktemp("offline") / "instance") as site:
        yield site


@pytest.fixture(autouse=True)
def _served_again(live: Live) -> Iterator[None]:
    """A test that failed while the server was down must not take the others with it."""
    yield
    if not live.servers:
        live.serve()


def settled(page: Page) -> Page:
    """Wait until the script has done all that it does at the beginning: then the form works without a network."""
    expect(page.locator("[data-ready]")).to_have_text(ru("This form works offline now"))
    return page


def ready(window: Window) -> Page:
    """The first page of a report."""
    return settled(window.go(NEW))


def begun(window: Window) -> tuple[Page, str]:
    """A draft that the server has, and whose first form the phone has forgotten."""
    page = ready(window)
    page.get_by_role("button", name=ru("Start the report")).click()
    page.wait_for_url("**/draft")
    return settled(page), page.url


def press(page: Page, message: str) -> None:
    ready_button(page, ru(message), "main").click()


def answer_safety(page: Page) -> None:
    for group in page.get_by_role("main").get_by_role("group").all():
        group.get_by_label(ru("No"), exact=True).check()


SENT = "Everything that waited on this phone has been sent."


def says(page: Page, message: str) -> None:
    expect(page.locator("[data-phone] [role=status]")).to_contain_text(ru(message))


def queued(page: Page, number: int) -> None:
    expect(page.locator("[data-queue]")).to_have_text(
        ru("Waiting to be sent: {n}").replace("{n}", str(number))
    )


def kept(page: Page) -> int:
    return int(page.evaluate(KEPT))


def stored(live: Live, draft: str) -> Report:
    with live.site.database.reading() as session:
        report = session.get_one(Report, UUID(draft.split("/")[-2]))
        session.expunge(report)
        return report


def origin(page: Page, method: str = "interview", day: str = "1.11.2026") -> None:
    page.locator("#method").select_option(method)
    page.locator("#received_on").fill(day)
    page.locator("#wishes input").first.check()


def test_a_report_begun_without_a_network_is_sent_whole_and_once(
    windows: Windows, live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every page from the phone, photos put off, then the line is back; a lost answer makes no second report."""
    window = windows.of("monitor")
    page = ready(window)
    window.lose_network()
    page.reload()
    press(page, "Start the report")
    page.wait_for_url("**/draft")
    draft = page.url
    page.get_by_role("main").get_by_role("link", name=ru("Safety first")).click()
    answer_safety(page)
    press(page, "Continue")
    origin(page)
    press(page, "Continue")
    page.locator("#name").fill("Шапито")
    for field, value in (("role", "employer"), ("country", "RU"), ("sector", "trade")):
        page.locator(f"#{field}").select_option(value)
    press(page, "Continue")
    page.wait_for_url("**/allegations/0")
    page.locator("#violation").select_option("wage_arrears")
    page.locator("#facts").fill("Нет денег.")
    page.locator("#from_month").fill("5.2026")
    page.locator("#men").fill("3")
    page.locator("#basis").select_option("seen")
    press(page, "Continue")
    page.get_by_role("main").get_by_role("link", name=ru("Continue")).click()
    page.wait_for_url("**/sources/0")
    page.locator("#kind").select_option("worker")
    page.locator("#supports input").check()
    page.locator("#consents input[value=coordination]").check()
    page.locator("#reliability").select_option("reliable")
    page.locator("#consent_on").fill("1.11.2026")
    press(page, "Continue")
    page.get_by_role("main").get_by_role("link", name=ru("Continue")).click()
    page.get_by_role("main").get_by_role("link", name=ru("Continue")).click()
    expect(page.locator("[data-kept]")).to_contain_text("Шапито")
    press(page, "Send the report")
    page.wait_for_url("**/sent")
    queued(page, 7)
    # The answer to the last step is lost on the way back: the server has it, the phone does not know.
    lost: list[str] = []
    whole = live.app.wsgi_app

    def lossy(environ: Any, start: Any) -> Any:
        if lost or environ["REQUEST_METHOD"] != "POST" or not environ["PATH_INFO"].endswith("/employer"):
            return whole(environ, start)
        list(whole(environ, lambda *_: None))
        lost.append(environ["PATH_INFO"])
        start("502 Bad Gateway", [("Content-Length", "0")])
        return []

    monkeypatch.setattr(live.app, "wsgi_app", lossy)
    window.find_network()
    for _ in range(300):
        if not lost:
            page.wait_for_timeout(100)
    says(page, "No network. It is sent by itself when the network is back.")
    assert stored(live, draft).answers["employer"]["name"] == "Шапито"  # type: ignore[index]
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.get_by_role("heading", level=1)).to_have_text(ru("Report sent"))
    assert lost
    assert kept(page) == 0
    report = stored(live, draft)
    assert (report.state, report.employer_name, report.revision) == ("submitted", "Шапито", 7)
    with live.site.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Received)) >= 6


def test_a_killed_browser_gives_back_what_was_typed(
    live: Live, playwright: Playwright, chrome: Browser, tmp_path: Path
) -> None:
    """SIGKILL between two keys; the next day the same phone shows the words, without a network too."""

    def launch() -> BrowserContext:
        path = os.environ.get("CHROMIUM") or shutil.which("chromium")
        options: dict[str, Any] = {
            "executable_path": path,
            "args": list(FLAGS),
            "viewport": PHONE,
            "locale": "ru",
        }
        return playwright.chromium.launch_persistent_context(tmp_path / "phone", **options)

    context = launch()
    context.add_cookies([live.cookie("monitor")])
    page = ready(Window(live, context, context.pages[0]))
    press(page, "Start the report")
    page.wait_for_url("**/draft")
    address = page.url + "/employer"
    page.goto(address)
    # Else Chromium writes what is typed into its session file, some seconds later.
    expect(page.locator("form[data-keep]")).to_have_attribute("autocomplete", "off")
    page.locator("#name").press_sequentially("Цирк Шапито")
    expect(page.locator("[data-state]")).to_have_text(ru("What you type is kept on this phone"))
    page.wait_for_timeout(500)
    page.locator("#name").press_sequentially("!")
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if f"--user-data-dir={tmp_path}/phone" in process.read_text().replace("\0", " "):
                os.kill(int(process.parent.name), signal.SIGKILL)
    with suppress(Error):
        context.close()
    (tmp_path / "phone" / "SingletonLock").unlink(missing_ok=True)
    context = launch()
    page = context.pages[0]
    context.set_offline(True)
    page.goto(address)
    expect(page.locator("#name")).to_have_value(re.compile("Цирк Шапито"))
    raw = b"".join(path.read_bytes() for path in (tmp_path / "phone").rglob("*") if path.is_file())
    for words in ("Цирк", "Шапито"):
        assert words.encode() not in raw and words.encode("utf-16-le") not in raw
    context.close()


def test_the_end_of_a_sign_in_makes_the_queue_wait_for_its_owner(windows: Windows, live: Live) -> None:
    """The server is killed, the sign-in ends meanwhile, another person takes the phone, the first one comes back."""
    window = windows.of("monitor")
    page, draft = begun(window)
    window.cut = True
    page.goto(draft + "/origin")
    settled(page)
    live.kill()
    origin(page)
    press(page, "Continue")
    page.wait_for_url("**/employer")
    queued(page, 1)
    live.serve()
    with live.site.database.transaction() as session:
        sign_ins.end_all(session, live.people["monitor"])
    page.evaluate("window.dispatchEvent(new Event('online'))")
    says(page, "Sign in to send what waits on this phone")
    page.locator("[data-phone] [role=status] a").click()
    page.wait_for_url("**/sign-in?next=*")
    assert kept(page) >= 1
    window.context.add_cookies([live.cookie("verifier")])
    window.go("/ru/work")
    expect(page.locator("[data-phone]")).to_be_hidden()
    page.wait_for_timeout(300)
    assert "Шапито" not in page.content() and kept(page) >= 1
    assert not stored(live, draft).answers
    page.get_by_role("banner").locator("summary").click()
    page.get_by_role("button", name=ru("Sign out")).click()
    page.wait_for_url("**/signed-out")
    window.context.add_cookies([live.cookie("monitor")])
    window.go("/ru/work")
    says(page, SENT)
    assert stored(live, draft).answers["origin"]["method"] == "interview"  # type: ignore[index]
    assert page.evaluate("caches.keys()") == []


def test_what_is_typed_before_the_page_is_ready_adds_to_what_was_kept(windows: Windows, live: Live) -> None:
    """An old phone opens the form slowly: the person already types while the script fetches the earlier answers."""
    window = windows.of("monitor")
    page, draft = begun(window)
    window.lose_network()
    page.goto(draft + "/employer")
    page.locator("#name").fill("Шапито")
    page.locator("#role").select_option("employer")
    press(page, "Save draft")
    page.wait_for_url("**/draft")
    page.add_init_script(
        """document.addEventListener("DOMContentLoaded", () => {
        const town = document.querySelector("#site"), role = document.querySelector("#role");
        if (town) [town.value, role.value] = ["Мытищи", "labour_broker"]; })"""
    )
    page.goto(draft + "/employer")
    expect(page.locator("#name")).to_have_value("Шапито")
    expect(page.locator("#site")).to_have_value("Мытищи")
    expect(page.locator("#role")).to_have_value("labour_broker")
    press(page, "Save draft")
    page.wait_for_url("**/draft")
    window.find_network()
    says(page, SENT)
    answers = stored(live, draft).answers
    assert answers
    told = [answers["employer"][field] for field in ("name", "site", "role")]
    assert told == ["Шапито", "Мытищи", "labour_broker"]


def test_what_is_sent_before_the_page_is_ready_comes_back_and_is_kept(windows: Windows, live: Live) -> None:
    """Without a network, on an old phone: the button was pressed while the script was still on its way."""
    window = windows.of("monitor")
    page, draft = begun(window)
    window.lose_network()
    page.goto(draft + "/employer")
    settled(page)
    # So it is sent past the script, which hears of no key either.
    page.evaluate(
        """() => { const form = document.querySelector("form[data-keep]");
        [form.elements.name.value, form.elements.role.value] = ["Шапито </script>", "employer"];
        form.submit(); }"""
    )
    expect(page.locator("#name")).to_have_value("Шапито </script>")
    press(page, "Save draft")
    page.wait_for_url("**/draft")
    window.find_network()
    says(page, SENT)
    answers = stored(live, draft).answers
    assert answers
    assert answers["employer"]["name"] == "Шапито </script>"


def test_a_draft_changed_elsewhere_shows_both_versions(windows: Windows, live: Live) -> None:
    window = windows.of("monitor")
    page, draft = begun(window)
    page.goto(draft + "/origin")
    settled(page)
    window.lose_network()
    origin(page, day="2.11.2026")
    press(page, "Continue")
    page.wait_for_url("**/employer")
    other = windows.of("monitor", script=False).page
    other.goto(draft + "/origin")
    origin(other, day="3.11.2026")
    press(other, "Continue")
    other.wait_for_url("**/employer")
    window.find_network()
    asks = page.locator("[data-asks]")
    expect(asks).to_contain_text(ru("This was changed elsewhere meanwhile. Compare the two."))
    asks.get_by_role("link").click()
    panel = page.locator("main .panel")
    expect(panel).to_contain_text("2.11.2026")
    expect(panel).to_contain_text("3.11.2026")
    expect(page.locator("form[data-keep]")).to_be_hidden()
    page.get_by_role("button", name=ru("Use what was typed on this phone")).click()
    press(page, "Continue")
    page.wait_for_url("**/employer")
    assert stored(live, draft).answers["origin"]["received_on"] == "2026-11-02"  # type: ignore[index]
    page.wait_for_function("document.querySelector('[data-asks]').children.length === 0")


def test_drafts_die_and_are_deleted(windows: Windows, live: Live) -> None:
    """After 30 days, by the button, and at the quick exit without a network, which ends the sign-in later."""
    window = windows.of("monitor")
    page, draft = begun(window)
    page.goto(draft + "/employer")

    def type_name() -> None:
        page.locator("#name").fill("Шапито")
        expect(page.locator("[data-state]")).to_have_text(ru("What you type is kept on this phone"))
        assert kept(page) == 2

    type_name()
    page.clock.set_fixed_time(now() + timedelta(days=29))
    page.reload()
    expect(page.locator("#name")).to_have_value("Шапито")
    page.clock.set_fixed_time(now() + timedelta(days=61))
    page.reload()
    expect(page.locator("#name")).to_have_value("")
    page.clock.set_fixed_time(now())
    page.reload()
    type_name()
    page.locator("[data-clear] summary").click()
    page.get_by_role("button", name=ru("Delete everything of mine on this phone")).click()
    says(page, "Deleted. Nothing of yours is left on this phone.")
    assert kept(page) == 0
    page.reload()
    settled(page)
    type_name()
    window.lose_network()
    page.get_by_role("link", name=ru("Exit this page")).click()
    expect(page).to_have_url(re.compile("wikipedia|chrome-error"))
    window.find_network()
    window.go("/ru/")
    expect(page).to_have_url(re.compile("wikipedia|chrome-error"))
    window.outside.clear()
    window.go("/ru/work")
    assert "/sign-in" in page.url
    assert kept(page) == 0


def test_a_browser_that_keeps_nothing_says_so_and_sends_as_ever(windows: Windows, live: Live) -> None:
    window = windows.of("monitor")
    window.context.add_init_script(
        "IDBFactory.prototype.open = () => { throw new DOMException('no', 'QuotaExceededError'); }"
    )
    page = window.go(NEW)
    says(page, "This browser does not keep what you type. The form works, but only while there is a network.")
    press(page, "Start the report")
    page.wait_for_url("**/draft")
    draft = page.url
    page.goto(draft + "/safety")
    answer_safety(page)
    press(page, "Continue")
    page.wait_for_url("**/origin")
    assert stored(live, draft).answers["safety"]["danger"] == "no"  # type: ignore[index]
    full = windows.of("monitor")
    full.context.add_init_script(
        "IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); }"
    )
    page = full.page
    page.goto(draft + "/origin")
    says(page, "This browser does not keep what you type. The form works, but only while there is a network.")
    origin(page)
    press(page, "Continue")
    page.wait_for_url("**/employer")
    assert stored(live, draft).answers["origin"]["method"] == "interview"  # type: ignore[index]
