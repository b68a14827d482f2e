"""An entry of the public list from its proposal to its end, and what a stranger reads on each day."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from browser.desk import Desk, Photograph
from browser.live import Windows, ru
from playwright.sync_api import expect
from sqlalchemy import select

from core.accounts.models import Organisation, OrganisationName
from core.toolkit import Actor, actor_of, now
from plugins.monitoring.models import Report
from plugins.monitoring.publication import clock
from plugins.monitoring.sample.listings import story
from plugins.monitoring.sample.reports import live as report_of

pytestmark = pytest.mark.browser
FIRM, NUMBER = "ООО «Город из песка»", "8888000070"
REPLY = "Задержка из-за заказчика; выплатим до конца месяца."


class Days:
    """The clock of the list."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.ahead = timedelta()
        patch.setattr(clock, "now", lambda: now() + self.ahead)

    def text(self) -> str:
        return f"{clock.today('RU'):%d.%m.%Y}"


def confirmed(windows: Windows) -> UUID:
    """A confirmed report about the firm, with a dossier at the inspectorate; gives the employer."""
    live = windows.live
    with live.app.test_request_context("/ru/"), live.site.database.transaction() as session:
        people: dict[str, Actor] = {key: actor_of(session, each) for key, each in live.people.items()}
        place = session.scalars(
            select(Organisation.id).join(OrganisationName).where(Organisation.kind == "member_ngo")
        ).all()
        mine = next(each for each in place if each in people["monitor"].organisations)
        report: Report = report_of(session, people, mine, story(FIRM, NUMBER))
        assert report.employer_id
        return report.employer_id


def stranger_sees(stranger: Desk, day: str, *, state: str = "") -> None:
    """What the public page says of the firm on this day: nothing, or how the entry stands."""
    stranger.open(f"/ru/monitoring/published?name={NUMBER}")
    found = stranger.page.get_by_role("main").get_by_role("link", name=FIRM)
    expect(found).to_have_count(1 if state else 0)
    if state:
        stranger.shows(ru(state))
    stranger.photograph(day)


def test_an_entry_from_its_proposal_to_its_end(
    windows: Windows, photograph: Photograph, monkeypatch: pytest.MonkeyPatch
) -> None:
    def desk(person: str) -> Desk:
        return Desk(windows.of(person), photograph)

    days, employer = Days(monkeypatch), confirmed(windows)
    coordinator, lawyer, stranger = desk("coordinator"), desk("lawyer"), desk("")
    address = proposed(coordinator, employer)
    stranger_sees(stranger, "proposed")
    reviewed(lawyer, address, days)
    stranger_sees(stranger, "letters-out")
    days.ahead += timedelta(days=5)
    replied(lawyer, address)
    stranger_sees(stranger, "before-board")
    voted(desk, address, coordinator)
    stranger_sees(stranger, "published", state="Confirmed reports of violations")
    disputed(stranger)
    stranger_sees(stranger, "disputed", state="Confirmed reports, disputed by the employer")
    days.ahead += timedelta(days=3)
    answered(lawyer, address)
    stranger_sees(stranger, "suspended")
    days.ahead += timedelta(days=2)
    lawyer.unfold("Lift")
    form = lawyer.page.locator("details[open]")
    form.get_by_label(ru("Reason")).fill("Выплачено полностью, работники подтвердили.")
    form.get_by_role("button", name=ru("Lift"), exact=True).click()
    lawyer.shows(ru("Lifted"))
    stranger_sees(stranger, "lifted")
    stranger.open("/ru/monitoring/published/corrections")
    stranger.shows(ru("Taken off the list."))
    expect(stranger.page.locator("main")).not_to_contain_text(FIRM)


def proposed(coordinator: Desk, employer: UUID) -> str:
    """On the page of the employer; gives the address of the entry."""
    coordinator.open(f"/ru/monitoring/employers/{employer}")
    coordinator.follow("Propose for the public list", "employer")
    coordinator.page.get_by_role("main").get_by_role("checkbox").check()
    coordinator.press("Propose on these reports", "grounds")
    coordinator.shows(ru("Proposed"))
    coordinator.unfold("What was found out")
    coordinator.fill("In which open register did you find the number, and when?", "ЕГРЮЛ, 20.11.2026")
    coordinator.fill("How many migrants work on the site, at least?", "30")
    coordinator.page.get_by_label(ru("No, nobody stands out"), exact=True).check()
    for each in coordinator.page.get_by_label(ru("Has left the employer"), exact=True).all():
        each.check()
    coordinator.press("Save", "found-out")
    return coordinator.page.url


def reviewed(lawyer: Desk, address: str, days: Days) -> None:
    """The letter is refused until the question of prosecution is answered."""
    lawyer.page.goto(address)
    lawyer.press("Review the risk", "proposed")
    expect(lawyer.page.get_by_role("button", name=ru("The employer can be told"))).to_have_count(0)
    lawyer.answer("Could publishing get a source, a worker or a partner prosecuted or punished?", "No")
    lawyer.press("Record the answer", "risk")
    lawyer.press("The employer can be told")
    lawyer.fill("Day of the registered letter", days.text())
    lawyer.fill("Number of the registered letter", "80081234567890")
    lawyer.fill("Day of the e-mail to its official address", days.text())
    lawyer.press("Record the letters", "letters")
    lawyer.shows(ru("The employer may reply"))


def replied(lawyer: Desk, address: str) -> None:
    """The reply stands beside the words that the board will read."""
    lawyer.page.goto(address)
    lawyer.answer("What came?", "A reply, shown in full")
    lawyer.fill("The reply, as it will stand beside the entry", REPLY)
    lawyer.press("Record what came", "reply")
    lawyer.press("Put it before the board")
    lawyer.shows(ru("Before the board"))
    lawyer.shows(REPLY)


def voted(desk: Callable[[str], Desk], address: str, coordinator: Desk) -> None:
    """Two members of the board; whoever proposed it has no such button."""
    coordinator.page.goto(address)
    vote = ru("Vote for publishing these words")
    expect(coordinator.page.get_by_role("button", name=vote)).to_have_count(0)
    for person in ("board", "board2"):
        member = desk(person)
        member.open("/ru/work")
        member.page.goto(address)
        member.press("Vote for publishing these words", person)
    member.shows(ru("Published"))


def disputed(stranger: Desk) -> None:
    """The employer writes through the public page."""
    stranger.page.get_by_role("main").get_by_role("link", name=FIRM).click()
    stranger.shows(REPLY)
    stranger.follow("Dispute this entry", "entry")
    stranger.fill("What is wrong in this entry?", "Зарплата выплачена, документы вышлем.")
    stranger.page.get_by_label(ru("We have a document that proves it and will send it by post")).check()
    stranger.press("Send the dispute", "dispute")
    stranger.shows(ru("Dispute this entry"))


def answered(lawyer: Desk, address: str) -> None:
    """A dispute that is well founded on the face of it suspends the entry at once."""
    lawyer.page.goto(address)
    lawyer.fill("Your answer", "Платёжные поручения получены, проверяем.")
    lawyer.page.get_by_label(ru("It is well founded on the face of it: suspend the entry at once")).check()
    lawyer.press("Record the answer", "answer")
    lawyer.shows(ru("Suspended"))
