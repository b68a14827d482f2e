"""A security key in a real Chromium: a virtual one, which the browser lets tests plug in (WebAuthn, CDP)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pyotp
import pytest
from browser.desk import Desk
from browser.live import Live, Windows, ru, served
from playwright.sync_api import Browser, CDPSession, Page
from sqlalchemy import select, update

from core.accounts.models import Person, SecurityKey
from core.accounts.sample import email
from core.audit import AuditEntry
from core.testing import PASSWORD, SECRET

USB = {"protocol": "ctap2", "transport": "usb", "hasUserVerification": True, "isUserVerified": True}


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A site with a name: keys are bound to names, never to the number of a host."""
    with served(tmp_path_factory.mktemp("keys") / "instance", host="localhost") as site:
        yield site


@pytest.fixture
def windows(named: Live, chrome: Browser) -> Iterator[Windows]:
    opened = Windows(named, chrome)
    yield opened
    opened.close()


@dataclass
class Plugged:
    """A key in the port of one window."""

    session: CDPSession
    number: str

    @classmethod
    def into(cls, page: Page) -> "Plugged":
        session = page.context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        made = session.send(
            "WebAuthn.addVirtualAuthenticator", {"options": USB | {"automaticPresenceSimulation": True}}
        )
        return cls(session, made["authenticatorId"])

    def move_to(self, other: "Plugged") -> None:
        """Take what this key knows to another window's."""
        for credential in self.credentials():
            other.session.send(
                "WebAuthn.addCredential", {"authenticatorId": other.number, "credential": credential}
            )

    def credentials(self) -> list[Any]:
        found: list[Any] = self.session.send("WebAuthn.getCredentials", {"authenticatorId": self.number})[
            "credentials"
        ]
        return found


def open_door(desk: Desk, person: str) -> None:
    """The password, up to the second factor."""
    desk.open("/ru/account/sign-in")
    desk.fill("E-mail address", email(person))
    desk.fill("Password", PASSWORD)
    desk.press("Continue")


@pytest.fixture
def owner(windows: Windows, photograph: Callable[[Page, str], None]) -> Desk:
    return Desk(windows.of("org_admin"), photograph)


@pytest.fixture(autouse=True)
def _no_keys(named: Live) -> None:
    with named.site.database.transaction() as session:
        for key in session.scalars(select(SecurityKey)):
            session.delete(key)
        session.execute(update(Person).values(totp_last_step=0))


def add_key(owner: Desk) -> Plugged:
    key = Plugged.into(owner.page)
    owner.open("/ru/account/security-keys")
    owner.fill("Name of the key", "Синий ключ")
    owner.press("Add the key", "add")
    owner.shows(ru("The key is added. Use it at your next sign-in."))
    return key


def test_a_key_is_added_signs_in_and_is_removed(
    owner: Desk, windows: Windows, named: Live, photograph: Callable[[Page, str], None]
) -> None:
    owner.open("/ru/account/")
    owner.shows(
        ru("You can open what others cannot. Protect that with a security key: no false page can ask for it.")
    )
    key = add_key(owner)
    owner.photograph("added")
    visitor = Desk(windows.of(), photograph)
    key.move_to(Plugged.into(visitor.page))
    open_door(visitor, "org_admin")
    visitor.titled("Use your security key")
    visitor.press("Use the key", "ask")
    visitor.titled("What waits for you")
    owner.open("/ru/account/security-keys")
    owner.press("Remove this key")
    owner.shows(ru("You have no security key yet."))
    with named.site.database.reading() as session:
        actions = set(session.scalars(select(AuditEntry.action)))
    assert {"core.security_key.add", "core.security_key.remove", "core.sign_in"} <= actions


def test_without_a_script_the_code_stays(
    owner: Desk, windows: Windows, photograph: Callable[[Page, str], None]
) -> None:
    add_key(owner)
    visitor = Desk(windows.of(script=False), photograph)
    open_door(visitor, "org_admin")
    visitor.press("Use the key")
    visitor.shows(
        ru(
            "The key was not asked: the page had not loaded yet, or this browser cannot. "
            "Press the button again, or use the code of the app"
        )
    )
    visitor.follow("Use the code of the app instead")
    visitor.fill("Code", pyotp.TOTP(SECRET).now())
    visitor.press("Sign in")
    visitor.titled("What waits for you")


def test_a_strange_key_and_a_copied_key_are_refused(
    owner: Desk, windows: Windows, named: Live, photograph: Callable[[Page, str], None]
) -> None:
    key = add_key(owner)
    visitor = Desk(windows.of(), photograph)
    Plugged.into(visitor.page)
    open_door(visitor, "org_admin")
    visitor.press("Use the key")
    visitor.shows(ru("The key was not asked, or did not answer. Try again, or use the code of the app."))
    with named.site.database.transaction() as session:
        session.execute(update(SecurityKey).values(uses=1000))
    copied = Desk(windows.of(), photograph)
    key.move_to(Plugged.into(copied.page))
    open_door(copied, "org_admin")
    copied.press("Use the key")
    copied.shows(ru("The key was not accepted. Try again, or use the code of the app"))


def test_an_answer_works_once(owner: Desk, windows: Windows, photograph: Callable[[Page, str], None]) -> None:
    key = add_key(owner)
    visitor, thief = Desk(windows.of(), photograph), Desk(windows.of(), photograph)
    key.move_to(Plugged.into(visitor.page))
    answers = list[str]()
    visitor.page.on(
        "request", lambda sent: answers.append(sent.post_data or "") if sent.method == "POST" else None
    )
    open_door(visitor, "org_admin")
    visitor.press("Use the key")
    visitor.titled("What waits for you")
    open_door(thief, "org_admin")
    answer = next(each for each in answers if "answer=" in each).split("answer=")[1].split("&")[0]
    thief.page.locator("input[name=answer]").evaluate(
        "(field, answer) => { field.value = decodeURIComponent(answer.replaceAll('+', ' ')); }", answer
    )
    thief.press("Use the key")
    thief.shows(ru("The key was not accepted. Try again, or use the code of the app"))
