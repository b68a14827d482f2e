"""The house of gate 9: people who sign in as people do, and whoever holds a copy of their cookie."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from threading import Barrier
from typing import Any, TypeVar
from uuid import UUID

import pyotp
from flask import Flask
from sqlalchemy import update
from werkzeug.test import TestResponse

from core.accounts import passwords, people
from core.accounts.models import Person, SignIn
from core.accounts.roles import ORGANISATION_ADMIN
from core.database import now
from core.permissions import Actor
from core.platform import EXTENSION, Platform
from core.testing import PASSWORD, SECRET, Browser, Town, hidden

HOME, SIGN_IN, FACTOR = "/en/account/", "/en/account/sign-in", "/en/account/second-factor"
NEW = "совсем другие слова у реки"

Found = TypeVar("Found")


def code() -> str:
    """The code of this moment."""
    return pyotp.TOTP(SECRET).generate_otp(int(now().timestamp()) // 30)


@dataclass
class House:
    """One organisation with two administrators, and a new person for each case."""

    app: Flask
    town: Town = field(init=False)
    place: UUID = field(init=False)
    _numbers: Any = field(default_factory=count)

    def __post_init__(self) -> None:
        self.town = Town(self.site)
        self.place = self.town.organisation("Север")
        self.first = self.town.person("first@example.org", self.place, ORGANISATION_ADMIN)
        self.second = self.town.person("second@example.org", self.place, ORGANISATION_ADMIN)

    @property
    def site(self) -> Platform:
        found: Platform = self.app.extensions[EXTENSION]
        return found

    def actor(self, person_id: UUID) -> Actor:
        return self.town.actor(person_id)

    def person(self, *roles: str) -> tuple[UUID, str]:
        """Somebody new: the id and the address."""
        email = f"person{next(self._numbers)}@example.org"
        return self.town.person(email, self.place, *(roles or ("core.member",))), email

    def visitor(self) -> Browser:
        """A new browser at an address of its own, so that nobody waits for another's tries."""
        browser, number = Browser(self.app), next(self._numbers)
        browser.client.environ_base["REMOTE_ADDR"] = f"198.18.{number // 250}.{number % 250 + 1}"
        return browser

    def half(self, email: str) -> Browser:
        """A browser that has shown the password."""
        browser = self.visitor()
        answer = browser.post(SIGN_IN, email=email, password=PASSWORD)
        assert answer.status_code == 302, answer.status_code
        return browser

    def full(self, email: str) -> Browser:
        """A browser that is signed in."""
        self.forget_codes(email)
        browser = self.half(email)
        assert browser.post(FACTOR, code=code()).status_code == 302
        assert self.opens(cookie(browser)), "the cookie must work before the case begins"
        return browser

    def forget_codes(self, email: str) -> None:
        """So that one person may sign in twice within half a minute."""
        with self.site.database.transaction() as session:
            session.execute(update(Person).where(Person.email == email).values(totp_last_step=0))

    def set_password(self, email: str) -> None:
        """Hash the person's password anew, at the cost of this moment."""
        made = passwords.hashed(self.site.settings, PASSWORD)
        with self.site.database.transaction() as session:
            session.execute(update(Person).where(Person.email == email).values(password_hash=made))

    def close(self, person_id: UUID) -> None:
        """Close an account."""
        with self.site.database.transaction() as session:
            people.disable(session, self.actor(self.first), self.site.plugins, person_id)

    def shift(self, person_id: UUID, **values: object) -> None:
        """Move the times of the person's sign-ins."""
        with self.site.database.transaction() as session:
            session.execute(update(SignIn).where(SignIn.person_id == person_id).values(**values))

    def replay(self, stolen: str, path: str = HOME) -> TestResponse:
        """What a stranger with that cookie is shown."""
        thief = self.visitor()
        thief.client.set_cookie("camove", stolen)
        return thief.get(path)

    def opens(self, stolen: str, path: str = HOME) -> bool:
        """Whether that cookie opens a page."""
        return self.replay(stolen, path).status_code == 200


def cookie(browser: Browser) -> str:
    """A copy of the browser's cookie."""
    found = browser.client.get_cookie("camove")
    assert found is not None
    return str(found.value)


def link(page: TestResponse, kind: str) -> str:
    """The path of the link that a page shows once."""
    found = re.search(rf"(/[a-z]{{2}}/account/{kind}/[\w-]+)", page.get_data(as_text=True))
    assert found is not None, page.get_data(as_text=True)
    return found[1]


def together(tries: list[Callable[[], Found]]) -> list[Found]:
    """All at the same moment, each in its own thread."""
    start = Barrier(len(tries))

    def run(one: Callable[[], Found]) -> Found:
        start.wait(timeout=60)
        return one()

    with ThreadPoolExecutor(len(tries)) as pool:
        return list(pool.map(run, tries))


def ready(browser: Browser, path: str, **values: Any) -> Callable[[], TestResponse]:
    """A form that is filled in and waits to be sent."""
    fields = hidden(browser.get(path).get_data(as_text=True)) | values
    return lambda: browser.client.post(path, data=fields)
