"""The story of a lost password, told in real windows of 360 px: an NGO makes its key, and a colleague helps back in."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

import pyotp
import pytest
from answers import ANSWERS
from browser.desk import Desk, Photograph
from browser.live import Live, Windows, ru
from playwright.sync_api import expect

from core.accounts.acting import find_actor
from core.accounts.roles import KEY_HOLDER, ORGANISATION_ADMIN
from core.database import new_id
from core.testing import PASSWORD, Town
from plugins.monitoring.services import drafts

pytestmark = pytest.mark.browser
NEW_PASSWORD = "медленный караван везёт четыре арбуза"
CONTACT, PHONE = "Айсулуу Невидимкина", "+996 555 09 08 07"

Desks = Callable[[str], Desk]


@dataclass
class Artel:
    """A small NGO without a key: Anna reports, Boris administers; both may hold its key."""

    organisation: UUID
    draft: UUID
    source: UUID

    @property
    def vault(self) -> str:
        return f"/ru/vault/{self.organisation}/"

    @property
    def contact(self) -> str:
        return f"/ru/monitoring/reports/{self.draft}/contact/{self.source}"


@pytest.fixture
def artel(live: Live) -> Artel:
    """The people, and a draft of Anna's with its sources."""
    town, source = Town(live.site), new_id()
    home = town.organisation("Артель «Караван»", country="RU")
    live.people["anna"] = town.person("anna@camove.example", home, KEY_HOLDER, "monitoring.reporter")
    live.people["boris"] = town.person(
        "boris@camove.example", home, ORGANISATION_ADMIN, "monitoring.custodian"
    )
    with live.app.app_context(), live.site.database.transaction() as session:
        anna = find_actor(session, "anna@camove.example")
        assert anna is not None
        draft = drafts.start(session, anna, new_id(), home, "ru")
        first, second = ANSWERS["sources"]
        sources = [{**first, "id": str(source)}, {**second, "id": str(new_id())}]
        draft.answers = {**ANSWERS, "sources": sources}
        return Artel(home, draft.id, source)


@pytest.fixture
def desk(windows: Windows, photograph: Photograph) -> Iterator[Desks]:
    yield lambda person: Desk(windows.of(person), photograph)


def make_key(anna: Desk) -> None:
    """From the account page to a confirmed sheet, with the paper in hand."""
    anna.open("/ru/account/")
    anna.follow("Sealed records and their keys")
    anna.follow("Make the key", "steps")
    anna.fill("Password", PASSWORD)
    anna.press("Make the key and show the sheet", "before-the-sheet")
    anna.titled("Recovery sheet")
    paper = anna.page.locator("ol.sheet code").all_inner_texts()
    assert anna.page.evaluate("document.documentElement.scrollWidth") <= 360
    anna.follow("I have it on paper, continue", "sheet")
    for field in anna.page.locator("main input[type=text]").all():
        label = anna.page.locator(f"label[for={field.get_attribute('id')}]").inner_text()
        field.fill(paper[int(re.sub(r"\D", "", label)) - 1])
    anna.press("Confirm the sheet", "two-groups")
    anna.shows(ru("The sheet is confirmed. Put it into its safe place now."))


def join(newcomer: Desk, artel: Artel, link: str, password: str) -> str:
    """Ask to be let in; gives the code to read out."""
    newcomer.open(artel.vault)
    newcomer.follow(link)
    newcomer.fill("Password", password)
    newcomer.press("Ask to be let in", "ask-to-be-let-in")
    newcomer.shows(ru("You have asked to be let in. Now tell a colleague who holds a key."))
    newcomer.photograph("code")
    return newcomer.page.locator("p.reference").inner_text()


def let_in(holder: Desk, name: str, code: str) -> None:
    """From what waits to the colleague's name, comparing the code that was read out."""
    prove(holder)
    holder.open("/ru/work")
    holder.page.locator(".tile a", has_text=ru("Colleagues who wait for the key")).click()
    holder.page.get_by_role("link", name=ru("Let %(name)s in", name=name)).click()
    expect(holder.page.locator("p.reference")).to_have_text(code)
    holder.press("The code is the same: let in", "let-in")
    holder.shows(ru("%(name)s holds the key now.", name=name))


def prove(person: Desk, password: str = PASSWORD) -> None:
    """Show the password, which opens the keys."""
    person.open("/ru/account/confirm")
    person.fill("Password", password)
    person.press("Confirm")


def seal(anna: Desk, artel: Artel) -> None:
    """From the draft's sources to a sealed contact."""
    anna.open(f"/ru/monitoring/reports/{artel.draft}/draft/sources/")
    anna.page.get_by_role("link", name=ru("Add a contact")).first.click()
    anna.fill("Name", CONTACT)
    anna.fill("Telephone or messenger", PHONE)
    anna.press("Seal the contact", "contact")
    anna.shows(ru("The contact is sealed."))
    anna.shows(ru("Sealed contact"))


def agree(anna: Desk, boris: Desk, artel: Artel) -> None:
    """Nobody opens a contact alone: Anna asks, Boris agrees."""
    anna.open(f"{artel.contact}/open")
    anna.page.locator("main textarea").fill("Инспектор просит о встрече.")
    anna.press("Ask", "ask-the-custodian")
    prove(boris)
    boris.open(f"{artel.contact}/open")
    boris.press("Agree", "agree")


def help_back(boris: Desk, admin: Desk, live: Live) -> str:
    """One colleague asks, another agrees; gives the link that is handed over."""
    prove(boris)
    boris.open(f"/ru/people/{live.people['anna']}/help")
    boris.page.locator("main textarea, main input[type=text]").first.fill(
        "Забыла пароль, говорили по телефону."
    )
    boris.page.locator("main form button.primary").click()
    request = boris.page.url
    prove(admin)
    admin.page.goto(request)
    admin.press("Approve and see the link", "approve")
    admin.photograph("link")
    found = re.search(r"https?://\S+/reset/[\w-]+", admin.page.locator("main").inner_text())
    assert found
    return found[0]


def start_anew(anna: Desk, link: str) -> None:
    """A new password and a new second factor."""
    anna.page.goto(link)
    anna.fill("New password", NEW_PASSWORD)
    anna.fill("New password again", NEW_PASSWORD)
    anna.press("Set the password", "new-password")
    secret = anna.page.locator(".copy-value").inner_text()
    anna.page.locator("main input[name=code]").fill(pyotp.TOTP(re.sub(r"\s", "", secret)).now())
    anna.press("Turn it on", "new-phone")
    anna.titled("Your recovery codes")


def open_contact(anna: Desk, artel: Artel, password: str) -> None:
    """Read the contact, with the password if the keys are closed."""
    anna.open(f"{artel.contact}/open")
    if anna.page.get_by_role("link", name=ru("Open with my password")).count():
        anna.follow("Open with my password", "closed")
        anna.fill("Password", password)
        anna.press("Confirm")
    anna.shows(CONTACT)
    anna.shows(PHONE)
    anna.photograph("opened")


def test_a_lost_password_costs_no_contact(desk: Desks, artel: Artel, live: Live) -> None:
    anna, boris, admin = desk("anna"), desk("boris"), desk("admin")
    make_key(anna)
    code = join(boris, artel, "A second key holder joins and opens once", PASSWORD)
    let_in(anna, "Boris", code)
    prove(boris)
    boris.open(artel.vault)
    boris.shows(ru("Everything is ready. Sealed records can be written and opened."))
    boris.photograph("ready")
    seal(anna, artel)
    agree(anna, boris, artel)
    open_contact(anna, artel, PASSWORD)
    link = help_back(boris, admin, live)
    back = desk("")
    start_anew(back, link)
    back.open(f"{artel.contact}/open")
    expect(back.page.locator("main")).not_to_contain_text(CONTACT)
    code = join(back, artel, "Become a key holder, or come back after a lost password", NEW_PASSWORD)
    let_in(boris, "Anna", code)
    open_contact(back, artel, NEW_PASSWORD)
