"""A live site on a loopback port with the sample network, and signed-in Chromium windows on it."""

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from flask import Flask
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Playwright,
    Response,
    Route,
    ViewportSize,
)
from serving import Serving, free_port

from core import testing
from core.accounts import sample, sign_ins
from core.accounts.models import Person
from core.accounts.sessions import TOKEN
from core.database import now
from core.i18n import core_domain, domain_of
from core.periodic import sample as periodic_sample
from core.platform import EXTENSION, Platform
from core.plugins import Plugin
from core.testing import PASSWORD, SECRET, Town
from core.worker import Worker

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--use-fake-device-for-media-stream",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE: ViewportSize = {"width": 360, "height": 740}
TIMEOUT = 10_000
"""Milliseconds: pages answer in a few, but two cores may be busy."""


SPOKEN = ["monitoring"]
"""Whose words a test expects first; a story of another plugin puts its own name here while it runs."""


def ru(message: str, **values: object) -> str:
    """The Russian words that a page shows for a msgid, of whichever domain. KeyError if there are none."""
    for domain in (domain_of(SPOKEN[0]), core_domain):
        if (text := domain.text("ru", message)) != message:
            return text % values if values else text
    raise KeyError(f"no Russian for {message!r}")


@dataclass
class Live:
    """The site while it is served."""

    app: Flask
    site: Platform
    base: str
    people: dict[str, Any]
    servers: list[Serving] = field(default_factory=list)

    def serve(self) -> None:
        """Begin to answer, or begin again."""
        port = urlsplit(self.base).port
        assert port is not None
        self.servers.append(Serving(self.app, "127.0.0.1", port))

    def kill(self) -> None:
        """Stop answering at once, in the middle of whatever was asked."""
        while self.servers:
            self.servers.pop().end()

    def cookie(self, person: str) -> Any:
        """The cookie of a fresh sign-in of a sample person; "half:<person>" has shown the password only."""
        client = self.app.test_client()
        with client.session_transaction() as cookie:
            cookie[TOKEN] = self._token(person)
        found = client.get_cookie("camove")
        assert found is not None
        return {"name": "camove", "value": found.value, "url": self.base}

    def _token(self, person: str) -> str:
        half_only, key = person.startswith("half:"), person.removeprefix("half:")
        with self.site.database.transaction() as session:
            half = sign_ins.open_half(session, self.people[key], "Chromium")
            found = sign_ins.find(session, half)
            assert found is not None
            if not half_only:
                # Many windows of one person stand open for long: past the limit of five, and always proven.
                found.second_factor, found.confirmed_at = True, now() + timedelta(days=1)
        return half


@contextmanager
def served(folder: Path, host: str = "127.0.0.1", plugins: Sequence[Plugin] | None = None) -> Iterator[Live]:
    """A site with these plugins (None: those installed) and the sample data, its worker running."""
    server_port = free_port()
    base = f"http://{host}:{server_port}"
    app = testing.make_app(folder, plugins, base_url=base)
    site: Platform = app.extensions[EXTENSION]
    people = _inhabit(app, site)
    worker = Worker(site.database, site.jobs)
    with app.app_context():  # as `camove serve` starts it
        worker.start()
    live = Live(app, site, base, people)
    live.serve()
    yield live
    worker.stop()
    live.kill()


def _inhabit(app: Flask, site: Platform) -> dict[str, Any]:
    with app.app_context():
        with site.database.transaction() as session:
            cast = sample.add(session, site.settings, site.register, PASSWORD, SECRET)
            site.plugins.sample_data(session, cast)
        periodic_sample.add(site.database, cast)
        Worker(site.database, site.jobs).drain()
    town, people = Town(site), dict(cast.people)
    bare = town.organisation("Новая организация", country="KZ")
    people["newcomer"] = town.person(
        "newcomer@camove.example", bare, "monitoring.coordinator", "monitoring.reporter"
    )
    office = town.organisation("Второй секретариат", kind="secretariat")
    people["root"] = town.person("root@camove.example", office, "core.administrator")
    with site.database.transaction() as session:
        people["unenrolled"] = _unenrolled(session)
    return people


def _unenrolled(session: Any) -> Any:
    person = Person(email="unenrolled@camove.example", name="Айзада Жаңы", sample=True, password_hash="")
    session.add(person)
    session.flush()
    return person.id


def chromium(playwright: Playwright) -> Browser | None:
    """Debian's Chromium, or what CHROMIUM names; None if there is none."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    return playwright.chromium.launch(executable_path=path, args=list(FLAGS)) if path else None


@dataclass
class Window:
    """One person's window: what it asked of other hosts, and what its console complained about."""

    live: Live
    context: BrowserContext
    page: Page
    outside: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    cut: bool = False

    def go(self, path: str) -> Page:
        """Open a path of the site."""
        self.page.goto(self.live.base + path, wait_until="load")
        return self.page

    def lose_network(self) -> None:
        """Cut the line, of the service worker too; from here on failed requests are no fault."""
        self.cut = True
        self.context.set_offline(True)

    def find_network(self) -> None:
        """The line is back."""
        self.context.set_offline(False)

    def refuse(self, route: Route) -> None:
        """Let nothing leave the machine."""
        self.outside.append(route.request.url)
        route.abort()

    def hear(self, message: ConsoleMessage) -> None:
        """Note errors; that an error page has its status is not one."""
        if self.cut and "net::ERR_" in message.text:
            return
        if message.type == "error" and "the server responded with a status of" not in message.text:
            self.complaints.append(message.text)


class Windows:
    """Opens windows and answers for them."""

    def __init__(self, live: Live, browser: Browser) -> None:
        self.live, self.browser, self.open = live, browser, list[Window]()

    def of(self, person: str = "", *, language: str = "ru", script: bool = True, **options: Any) -> Window:
        """A window of a sample person ("" for a visitor), on a phone unless told otherwise."""
        given: dict[str, Any] = {
            "viewport": PHONE,
            "locale": language,
            "java_script_enabled": script,
        } | options
        context = self.browser.new_context(**given)
        context.set_default_timeout(TIMEOUT)
        if person:
            context.add_cookies([self.live.cookie(person)])
        window = Window(self.live, context, context.new_page())
        home = re.escape(urlsplit(self.live.base).netloc)
        context.route(re.compile(rf"^(?!(?:http://{home}/|data:|blob:))"), window.refuse)
        context.on("console", window.hear)
        context.on("weberror", lambda error: window.complaints.append(str(error.error)))
        self.open.append(window)
        return window

    def close(self) -> None:
        """Close all; raises AssertionError for what went out or went wrong."""
        found = [(each.outside, each.complaints) for each in self.open]
        for each in self.open:
            each.context.close()
        self.open.clear()
        assert not [sent for sent, _ in found if sent], f"asked of other hosts: {found}"
        assert not [said for _, said in found if said], f"console: {found}"


def ready_button(page: Page, words: str, within: Literal["document", "main"] = "document") -> Locator:
    """The button of these words, when the scripts of its page have run."""
    place = page if within == "document" else page.get_by_role(within)
    button = place.get_by_role("button", name=words, exact=True)
    button.wait_for()
    page.wait_for_load_state("domcontentloaded")
    return button


@contextmanager
def answers_to(page: Page) -> Iterator[list[Response]]:
    """A list that fills with what the page receives inside the block."""
    seen: list[Response] = []

    def note(response: Response) -> None:
        seen.append(response)

    page.on("response", note)
    yield seen
    page.remove_listener("response", note)
