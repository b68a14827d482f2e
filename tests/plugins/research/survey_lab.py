"""The people of the tests of research, and surveys taken as far as a test needs, by the services themselves."""

from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy.orm import Session

from core import testing
from core.platform import EXTENSION, Platform
from core.testing import Browser, Town
from core.toolkit import Actor
from plugins.research import dictionary
from plugins.research.dictionary import Category
from plugins.research.lifecycle import VERSION
from plugins.research.models import Version
from plugins.research.services import access, checking, deposits, describing, reviewing

PEOPLE = {
    "depositor": ("talas", ("research.depositor",)),
    "colleague": ("talas", ("research.reviewer", "research.depositor")),
    "scholar": ("institute", ("research.reviewer",)),
    "second": ("institute", ("research.reviewer",)),
    "steward": ("office", ("research.steward",)),
    "leader": ("most", ("research.coordinator",)),
    "reader": ("most", ("research.reader",)),
    "holder": ("most", ("research.requester",)),
    "member": ("most", ("core.member",)),
    "organiser": ("talas", ("research.depositor", "job_fairs.organiser")),
}
PLACES = {
    "talas": "member_ngo",
    "institute": "research_centre",
    "office": "secretariat",
    "most": "member_ngo",
}
ABOUT = {"abstract": {"ru": "Опрос."}, "consent": "Исследования.", "countries": ["KG"], "keywords": ["труд"]}


class Lab:
    """A site with four organisations, and what they do with data."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.app: Flask = testing.make_app(folder, **settings)
        self.site: Platform = self.app.extensions[EXTENSION]
        self.town = Town(self.site)
        self.places = {key: self.town.organisation(key, kind) for key, kind in PLACES.items()}
        self.people = {
            key: self.town.person(f"{key}@example.org", self.places[place], *roles)
            for key, (place, roles) in PEOPLE.items()
        }

    def actor(self, who: str) -> Actor:
        return self.town.actor(self.people[who]) if who else Actor()

    def browser(self, who: str = "") -> Browser:
        return self.town.browser(self.app, f"{who}@example.org" if who else "")

    def version(self, version_id: UUID) -> Version:
        with self.site.database.reading() as session:
            found = session.get_one(Version, version_id)
            session.expunge_all()
            return found

    def act(self, who: str, version_id: UUID, step: Any, *args: Any, **named: Any) -> Any:
        """One service call on a version, with the revision that stands now."""
        with self.app.app_context(), self.site.database.transaction() as session:
            found = session.get_one(Version, version_id)
            named.setdefault("revision", found.revision)
            return step(session, self.actor(who), found, *args, **named)

    def deposited(self, content: bytes, title: str = "Опрос", **more: Any) -> UUID:
        with self.app.app_context():
            with self.site.database.transaction() as session:
                actor = self.actor("depositor")
                made = deposits.deposit(
                    session, actor, self.places["talas"], [content], {"ru": title}, **more
                )
            testing.drain(self.app)
        return made.id

    def described(
        self, version_id: UUID, level: str = "request", sensitivity: str = "S2", **roles: str
    ) -> None:
        """Label each column by its name, give it its role, and say the rest."""
        for position, each in enumerate(dictionary.columns(self.version(version_id).columns)):
            role, _, rule = roles.get(each.name, "ordinary").partition(" ")
            changed = replace(
                each,
                label={"ru": f"Подпись {each.name}"},
                role=role,
                recode="bands" if rule else "keep",
                rule=rule,
            )
            if each.name == "violation":
                changed = replace(changed, categories=(Category("none", {"ru": "Нет"}, benign=True),))
            self.act("depositor", version_id, describing.change_column, position, changed)
        self.act("depositor", version_id, describing.describe, ABOUT, level, sensitivity, None)

    def checked(self, version_id: UUID) -> Version:
        self.act("depositor", version_id, checking.ask)
        testing.drain(self.app)
        return self.version(version_id)

    def published(self, content: bytes, level: str = "request", **roles: str) -> Version:
        """A version that went all the way."""
        version_id = self.deposited(content)
        self.described(version_id, level, **roles)
        assert self.checked(version_id).state == "checked"
        self.act("depositor", version_id, reviewing.submit)
        self.act("scholar", version_id, reviewing.approve, "Достаточно.")
        self.act("scholar", version_id, reviewing.publish)
        return self.version(version_id)

    def granted(self, version: Version, who: str = "holder", downloads: int = 10) -> None:
        """Somebody asks and is granted."""
        answers = {"purpose": "Статья", "outputs": "", "team": "", "merges": False}
        with self.app.app_context(), self.site.database.transaction() as session:
            mine = session.get_one(Version, version.id)
            asked = access.ask(session, self.actor(who), mine, answers, "Соглашение", "Имя")
            access.decide(
                session, self.actor("steward"), asked, "grant", revision=asked.revision, downloads=downloads
            )

    def move(self, session: Session, who: str, version_id: UUID, name: str) -> None:
        """A plain move."""
        found = session.get_one(Version, version_id)
        VERSION.move(session, self.actor(who), found, name, revision=found.revision)
