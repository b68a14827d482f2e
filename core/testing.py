"""For tests of core and of anybody's plugin: a real site on a real database, people, and their browsers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from core import lineages, vault
from core.accounts import actors, credentials, passwords, sign_ins, tokens
from core.accounts.conduct import CONDUCT_VERSION
from core.accounts.models import Membership, Organisation, OrganisationName, Person
from core.accounts.sessions import TOKEN
from core.app import create_app
from core.cli import build
from core.conformance import RULES, Case
from core.database import now
from core.permissions import Actor
from core.platform import EXTENSION, Platform
from core.plugins import Plugin
from core.settings import Settings
from core.web.mounting import lineage_of
from core.worker import Worker

PASSWORD = "тихая гора над озером"
SECRET = pyotp.random_base32()
MEMBER = "member.of.the.contract@example.org"


def make_app(folder: Path, plugins: Sequence[Plugin] | None = None, **settings: Any) -> Flask:
    """A migrated site in `folder` with these plugins as objects (None: those installed), failing loudly.

    Give `strict=False` to see how the site lives with a plugin that fails.
    """
    values: dict[str, Any] = {"testing": True, "strict": True, "search_engine": "fts5"} | settings
    configured = Settings(instance=folder, **values)
    # The first app is asked only which plugins there are; tables must stand before a plugin may start.
    migrate(create_app(Settings(instance=folder, **values | {"strict": False}), plugins))
    return create_app(configured, plugins)


def site_of(app: Flask) -> Platform:
    """The site behind the app: its database, its plugins, its settings. Close its database when the test ends."""
    found: Platform = app.extensions[EXTENSION]
    return found


def command(app: Flask, *words: str) -> str:
    """Run `camove …` on this site; gives what it says. A failing command raises RuntimeError with its words."""
    with app.app_context():
        done = app.test_cli_runner().invoke(build(app), list(words))
    if done.exit_code:
        raise RuntimeError(done.output)
    return done.output


def migrate(app: Flask) -> None:
    """Bring the tables of core and of every plugin up to date."""
    site: Platform = app.extensions[EXTENSION]
    lineages.upgrade(site.database, lineages.CORE)
    for record in site.plugins.records.values():
        if record.plugin is not None and lineage_of(record).head:
            lineages.upgrade(site.database, lineage_of(record))
    site.index.engine.clear()
    site.database.close()


@dataclass
class Town:
    """The organisations and people of a test."""

    site: Platform

    def organisation(self, name: str, kind: str = "member_ngo", country: str = "KG") -> UUID:
        """Add an organisation."""
        with self.site.database.transaction() as session:
            borne = OrganisationName(labels={"ru": name}, since=now().date().replace(year=2020, day=1))
            made = Organisation(kind=kind, country=country, names=[borne])
            session.add(made)
        return made.id

    def person(self, email: str, organisation_id: UUID, *roles: str, conduct: bool = True) -> UUID:
        """Add somebody with a password, a second factor and roles in one organisation."""
        settings = self.site.settings
        with self.site.database.transaction() as session:
            made = Person(email=email, name=email.split("@")[0].title())
            made.password_hash = passwords.hashed(settings, PASSWORD)
            made.conduct_version = CONDUCT_VERSION if conduct else ""
            session.add(made)
            session.flush()
            credentials.set_totp(settings, made, SECRET)
            session.add(Membership(person_id=made.id, organisation_id=organisation_id, roles=list(roles)))
        return made.id

    def actor(self, person_id: UUID) -> Actor:
        """The person, with what their roles grant."""
        with self.site.database.reading() as session:
            return actors.load(session, self.site.register, session.get_one(Person, person_id))

    def token(self, person_id: UUID, organisation_id: UUID, *scopes: str) -> str:
        """A token for a program, made by that administrator of the organisation; see docs/api.md."""
        known = self.site.rest.accesses.values()
        with self.site.database.transaction() as session:
            _, text = tokens.make(
                session, self.actor(person_id), known, organisation_id=organisation_id, name="test",
                scopes=scopes, days=7,
            )  # fmt: skip
        return text

    def vault(self, organisation_id: UUID, first: UUID, second: UUID) -> str:
        """Make the organisation ready to seal, with these two holders unlocked; gives the sheet's text.

        Their keys are found under their own ids: `vault.keyring.of(first)`. Both need the role of a key holder.
        """
        database, settings = self.site.database, self.site.settings
        sheet = vault.holders.begin(database, settings, self.actor(first), organisation_id, PASSWORD)
        vault.holders.join(database, settings, self.actor(second), PASSWORD)
        vault.keyring.unlock(database, settings, first, first, PASSWORD)
        with database.transaction() as session:
            asked = vault.readiness(session, organisation_id).sheet_groups
            typed = {number: vault.sheets.groups(sheet)[number - 1] for number in asked}
            vault.holders.confirm_sheet(session, self.actor(first), organisation_id, typed)
            keys = vault.keyring.of(first)
            vault.holders.grant(session, self.actor(first), keys, organisation_id, second)
        vault.keyring.unlock(database, settings, second, second, PASSWORD)
        return sheet

    def browser(self, app: Flask, email: str = "") -> "Browser":
        """A browser, signed in as `email` if given (the pages of sign-in have tests of their own)."""
        browser = Browser(app)
        if email:
            with self.site.database.transaction() as session:
                person_id = session.scalars(select(Person.id).where(Person.email == email)).one()
                half = sign_ins.open_half(session, person_id, "test")
                found = sign_ins.find(session, half)
                token = sign_ins.complete(session, found.id) if found else None
            with browser.client.session_transaction() as cookie:
                cookie[TOKEN] = token
        return browser


class Browser:
    """A client that sends the hidden fields which a page carries, as a browser does."""

    def __init__(self, app: Flask) -> None:
        """Open an empty browser."""
        self.client: FlaskClient = app.test_client()

    def get(self, path: str, **options: Any) -> TestResponse:
        """Read a page."""
        return self.client.get(path, **options)

    def post(self, path: str, page: str = "", **values: Any) -> TestResponse:
        """Send a form as it stands on `page` (default: on the address that it goes to)."""
        shown = self.client.get(page or path).get_data(as_text=True)
        return self.client.post(path, data=hidden(shown) | values)


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the forms of a page; of fields that stand twice, the last."""
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    fields += re.findall(r'<input[^>]*name="([^"]+)"[^>]*type="hidden"[^>]*value="([^"]*)"', page)
    return dict(fields)


def faults(app: Flask, name: str) -> list[str]:
    """Every offence of the plugin `name` against the contract, each with the rule that it breaks; none is wanted.

    The rules are those of `core.conformance`. One takes the plugin's tables down and up again: use an empty site.
    """
    town = Town(app.extensions[EXTENSION])
    town.person(MEMBER, town.organisation("Мост"), "core.member")
    record, member = town.site.plugins.records[name], town.browser(app, MEMBER).client
    case = Case(app, record, app.test_client(), member)
    return [f"{rule.__name__.replace('_', ' ')}: {fault}" for rule in RULES for fault in rule(case)]


def drain(app: Flask) -> int:
    """Run what waits in the outbox; gives the number of batches."""
    site: Platform = app.extensions[EXTENSION]
    with app.app_context():
        return Worker(site.database, site.jobs).drain()
