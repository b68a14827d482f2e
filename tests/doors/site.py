"""The site of the matrix: a record for each parameter of an address, in two worlds, and everybody's browser."""

import re
import shutil
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import url_for
from network import Network
from sqlalchemy import update
from werkzeug.test import TestResponse

from core import testing
from core.accounts.models import SignIn
from core.toolkit import now
from doors import TABLES, VARIANTS
from doors.door import EVERYBODY, PUBLIC_ROLE, Key, Records, World


@dataclass
class Site:
    """The network with a record for each parameter of an address, and the browsers of all roles."""

    net: Network
    rest: Path
    records: dict[str, Records] = field(default_factory=dict)
    cookies: dict[str, tuple[str, str]] = field(default_factory=dict)

    def put_back(self) -> None:
        """Undo what a cell has changed."""
        folder = self.net.site.settings.instance
        self.net.site.database.close()
        shutil.rmtree(folder)
        shutil.copytree(self.rest, folder)

    def address(self, key: Key, world: str) -> str:
        """The address of a door for the record of a world."""
        endpoint, _, variant = key
        given = self.records[world].get(endpoint, {})
        if endpoint in VARIANTS:
            given = given | {VARIANTS[endpoint]: variant}
        with self.net.app.test_request_context("/ru/"):
            return url_for(endpoint, **given)

    def ask(self, key: Key, who: str, world: str, **values: Any) -> TestResponse:
        """Knock as somebody, with a form that is empty but for its token (or holds `values`)."""
        cookie, token = self.cookies[who]
        client = self.net.app.test_client(use_cookies=False)
        options: dict[str, Any] = {"method": key[1], "headers": {"Cookie": cookie}}
        if key[1] == "POST":
            options["data"] = {"csrf_token": token} | values
        return client.open(self.address(key, world), **options)


def settle(folder: Path, **settings: Any) -> Site:
    """Make the network in `folder`, its records and its browsers, and keep a copy to put back."""
    net = Network.settle(testing.make_app(folder, **settings))
    made = Site(net, folder.with_name("rest"))
    TABLES["core"].people(net)
    for world in (
        World(net, "ru", "most", "monitor", "coordinator", ("first", "second")),
        World(net, "kg", "talas", "kg_monitor", "kg_coordinator", ("insider", "")),
    ):
        made.records[world.name] = {}
        for table in TABLES.values():
            made.records[world.name] |= table.records(world)
    made.cookies = {who: cookie_of(net, who) for who in EVERYBODY}
    show_password_lately(net)
    net.site.database.close()
    shutil.copytree(folder, made.rest)
    return made


def show_password_lately(net: Network) -> None:
    """The table asks who may, not how lately they have shown their password."""
    with net.site.database.transaction() as session:
        session.execute(update(SignIn).values(confirmed_at=now() + timedelta(days=1)))


def cookie_of(net: Network, who: str) -> tuple[str, str]:
    """The cookie of a signed-in browser, and the token for its forms."""
    browser = net.browser("" if who == PUBLIC_ROLE else who)
    page = browser.get("/ru/account/sign-in" if who == PUBLIC_ROLE else "/ru/account/").get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    cookie = browser.client.get_cookie("camove")
    assert token is not None, who
    assert cookie is not None, who
    return f"camove={cookie.value}", token[1]
