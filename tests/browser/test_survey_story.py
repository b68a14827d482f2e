"""The life of a survey in real windows: stopped by a telephone, reviewed elsewhere, used, replaced, withdrawn."""

import hashlib
import io
import json
import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from browser.desk import Desk, Photograph
from browser.live import Live, Windows, ru
from playwright.sync_api import expect

from plugins.research.lifecycle import VERSION

pytestmark = pytest.mark.browser
SURVEY = Path(__file__).parents[1] / "plugins" / "research" / "data" / "survey.sav"
TITLE, ANSWER = "Условия труда женщин-мигранток", "Отобрал документы"
REASON = "Отзыв согласия респондентов"
PATIENCE = 60
"""Seconds that the worker may take to read or to check, on two busy cores."""


@pytest.fixture(autouse=True)
def spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    """The words of the pages are those of research: other plugins call some of these things otherwise."""
    monkeypatch.setattr("browser.live.SPOKEN", ["research"])


def until(desk: Desk, message: str, place: str = "main") -> None:
    """Load the page anew until the worker is done."""
    words, end = ru(message), time.monotonic() + PATIENCE
    while words not in desk.page.locator(place).first.inner_text():
        assert time.monotonic() < end, f"{words!r} never came"
        desk.page.wait_for_timeout(300)
        desk.page.reload()


def move(desk: Desk, name: str, reason: str = "", picture: str = "") -> None:
    """Press the button of a move, with its reason."""
    form = desk.page.locator(f"form[action$='/move/{name}']")
    if reason:
        form.locator("textarea").fill(reason)
    if picture:
        desk.photograph(picture)
    form.get_by_role("button", name=ru(VERSION.transition(name).label)).click()


def deposit(depositor: Desk) -> None:
    depositor.page.get_by_label(re.compile(re.escape(ru("File with the data")))).set_input_files(SURVEY)
    expect(depositor.page.locator("[name=upload]")).not_to_have_value("")
    depositor.press("Deposit", "deposit")
    until(depositor, "The columns: labels, roles, recoding")


def column(
    depositor: Desk, work: str, name: str, role: str, recode: str = "", rule: str = "", benign: str = ""
) -> None:
    depositor.page.goto(f"{work}/columns")
    depositor.page.get_by_role("main").get_by_role("link", name=name, exact=True).click()
    depositor.choose("What the column is", ru(role))
    if recode:
        depositor.choose("What is done to it before release", ru(recode))
        depositor.fill("The rule for that", rule)
    if benign:
        depositor.fill("Codes that harm nobody, separated by commas", benign)
    depositor.press("Save", f"column-{name}")


def describe(depositor: Desk, work: str) -> None:
    """What others may know of a person, what is sensitive, what is left out. The telephone is forgotten."""
    known = "Others may know it of a person"
    column(depositor, work, "region", known)
    column(depositor, work, "sex", known)
    column(depositor, work, "age", known, "Numbers to bands", "18, 30")
    column(depositor, work, "violation", "Sensitive answer", benign="1")
    column(depositor, work, "weight", "Weight")
    for name in ("id", "household"):
        column(depositor, work, name, "Ordinary", "Leave out")
    depositor.page.goto(f"{work}/about")
    depositor.fill("What the data are about, in Russian", "Опрос 120 работниц в трёх областях.")
    depositor.fill("What respondents agreed to", "Анонимное использование в исследованиях.")
    depositor.choose("Who may use the data", ru("On agreement"))
    depositor.fill("Leave out rows that fewer people than this look like (0: leave out none)", "5")
    depositor.press("Save", "about")


def check(depositor: Desk) -> None:
    move(depositor, "check")
    until(depositor, "Checked", "main p .tag")
    depositor.shows(ru("What the check found"))


def review(scholar: Desk, work: str) -> None:
    """Somebody of another organisation reads the report, says why, and publishes."""
    scholar.page.goto(work)
    scholar.shows(ru("What the check found"))
    move(scholar, "approve", "Группы достаточно велики.", "review")
    move(scholar, "publish")
    scholar.shows(ru("Published"))


def ask_and_grant(reader: Desk, steward: Desk, address: str) -> None:
    reader.page.goto(address)
    assert ANSWER not in reader.page.content()
    expect(reader.page.get_by_role("button", name=ru("Download as CSV"))).to_have_count(0)
    reader.follow("Ask for access", "before-access")
    reader.press("Sign and ask")
    reader.shows(ru("Sign with your full name."))
    reader.fill("What you want the data for", "Статья о невыплате заработка.")
    reader.tick(ru("I have read the agreement and accept it"))
    reader.fill("Your full name, as a signature", "Дамира Окурманова")
    reader.press("Sign and ask", "agreement")
    steward.page.goto(reader.page.url)
    steward.press("Grant access", "decide")
    steward.shows(ru("Access granted"))


def download(reader: Desk, address: str) -> None:
    """The package proves itself: its hash, its grant, its citation, and no telephone."""
    reader.page.goto(address)
    reader.shows(ANSWER)
    reader.photograph("granted")
    with reader.page.expect_download() as waited:
        reader.press("Download as CSV")
    with zipfile.ZipFile(io.BytesIO(Path(waited.value.path()).read_bytes())) as package:
        content, manifest = package.read("data.csv"), json.loads(package.read("manifest.json"))
        assert {"datapackage.json", "ddi.xml", "codebook.xlsx", "read.sps"} <= set(package.namelist())
        assert ANSWER in package.read("ddi.xml").decode()
    assert hashlib.sha256(content).hexdigest() == manifest["sha256"]
    assert b"+996" not in content and b"phone" not in content
    assert manifest["grant"] and TITLE in manifest["citation"]
    reader.shows(f"{TITLE}, версия 1.0 : [набор данных]")


def test_a_survey_lives_from_deposit_to_withdrawal(
    windows: Windows, live: Live, photograph: Photograph
) -> None:
    desk: Callable[[str], Desk] = lambda person: Desk(windows.of(person), photograph)  # noqa: E731
    depositor, scholar, reader, visitor = (desk(each) for each in ("depositor", "scholar", "reader", ""))
    depositor.open("/ru/research/work/new")
    depositor.fill("Title in Russian", TITLE)
    deposit(depositor)
    work = depositor.page.url
    answer = scholar.page.goto(work)
    assert answer is not None and answer.status == 404
    describe(depositor, work)
    check(depositor)
    depositor.shows(f"phone: {ru('phone numbers')}")
    move(depositor, "submit", picture="stopped")
    depositor.shows(
        ru("Some columns name people. Leave them out, make them coarser, or say why they do not.")
    )
    column(depositor, work, "phone", "Names one person (never released)", "Leave out")
    depositor.page.goto(work)
    check(depositor)
    move(depositor, "submit", picture="passes")
    review(scholar, work)
    scholar.follow("Public page")
    first = scholar.page.url
    ask_and_grant(reader, scholar, first)
    download(reader, first)

    depositor.page.goto(first)
    depositor.page.get_by_role("link", name=ru("Deposit a new version")).click()
    depositor.fill("Title in Russian", TITLE)
    deposit(depositor)
    again = depositor.page.url
    depositor.page.goto(f"{again}/columns")
    depositor.shows(ru("Names one person (never released)"))
    depositor.page.goto(f"{again}/about")
    depositor.fill("Leave out rows that fewer people than this look like (0: leave out none)", "4")
    depositor.press("Save")
    check(depositor)
    move(depositor, "submit")
    review(scholar, again)
    visitor.page.goto(first)
    visitor.shows(ru("There is a newer version: %(number)s.", number="2.0"))

    scholar.page.goto(work)
    move(scholar, "withdraw", REASON)
    gone = visitor.page.goto(first)
    assert gone is not None and gone.status == 410
    for words in (REASON, f"{TITLE}, версия 1.0"):
        visitor.shows(words)
    visitor.photograph("withdrawn")
    again_gone = reader.page.goto(first)
    assert again_gone is not None and again_gone.status == 410
    assert ANSWER not in reader.page.content()
