"""Twelve invented outlets behind a lab of servers, four coders of four NGOs, and the steps of a quarter by services."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from gates import lab
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.fetch import Fetcher
from core.fetching.budget import Budget
from core.platform import EXTENSION, Platform
from core.testing import Town
from core.toolkit import Actor, find_actor
from plugins.media_watch import opml
from plugins.media_watch.codebook import VIGNETTES
from plugins.media_watch.models import (
    Article,
    Assignment,
    Feed,
    Item,
    Notice,
    Outlet,
    PersonNotice,
    Release,
    Round,
)
from plugins.media_watch.opml import Listed
from plugins.media_watch.services import coding, deciding, polling, releases, rounds, sources
from plugins.media_watch.services.polling import Polled

START = datetime(2026, 8, 20, 9, tzinfo=UTC)
PERIOD = "2026-Q3"
AUTHOR = "Иван Перов"
LARGE = ("o1", "o2", "o3")
OUTLETS = tuple(f"o{number}" for number in range(1, 13))
NAMES = {each: f"Газета {each.upper()}" for each in OUTLETS}
GONE, BUSY, LABELLED, BROKEN, BOMB, INWARD, MOVED = "o5", "o6", "o7", "o8", "o9", "o10", "o4"

ORGANISATIONS = {
    "mw_most": ("member_ngo", "RU"), "mw_neva": ("member_ngo", "RU"), "mw_talas": ("member_ngo", "KG"),
    "mw_naryn": ("member_ngo", "KG"), "mw_third": ("research_centre", "KG"), "mw_press": ("partner", "RU"),
}  # fmt: skip
PEOPLE = {
    "mw_editor": ("mw_most", ("media_watch.editor",)),
    "mw_coordinator": ("mw_most", ("media_watch.coordinator",)),
    "mw_c1": ("mw_most", ("media_watch.coder",)), "mw_c2": ("mw_neva", ("media_watch.coder",)),
    "mw_c3": ("mw_talas", ("media_watch.coder",)), "mw_c4": ("mw_naryn", ("media_watch.coder",)),
    "mw_judge": ("mw_third", ("media_watch.adjudicator",)),
    "mw_sign1": ("mw_press", ("media_watch.signer",)), "mw_sign2": ("mw_press", ("media_watch.signer",)),
}  # fmt: skip
CODERS = ("mw_c1", "mw_c2", "mw_c3", "mw_c4")


def text_of(outlet: str, number: int) -> str:
    """Thirty words on the topic, shared with no other text."""
    return "Мигранты пришли: " + " ".join(f"{outlet}слово{number}x{i}" for i in range(30)) + "."


def items(outlet: str, *, edited: bool = False) -> str:
    number = 34 if outlet in LARGE else 6
    rows = []
    for i in range(number):
        title = f"Новость {outlet} {i}" + (" исправлено" if edited and i == 0 else "")
        rows.append(
            f"<item><guid>{outlet}-{i}</guid><title>{title}</title>"
            f"<link>http://{outlet}.example/n/{i}?utm_source=rss</link><author>{AUTHOR}</author>"
            f"<description>{text_of(outlet, i)} Читайте в «{NAMES[outlet]}».</description>"
            f"<pubDate>{1 + i % 15:02} Aug 2026 10:00:00 GMT</pubDate></item>"
        )
    return "".join(rows)


def feed(outlet: str, **more: Any) -> str:
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{outlet}</title>'
        f"<ttl>30</ttl>{items(outlet, **more)}</channel></rss>"
    )


@dataclass
class Press:
    """What the lab's servers answer."""

    edited: bool = False
    busy: bool = True
    asked: list[tuple[str, str]] = field(default_factory=list)

    def respond(self, head: str) -> list[bytes]:
        lines = head.split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
        host = headers["Host"].split(".")[0]
        self.asked.append((host, head))
        if host == GONE:
            return [answer(410)]
        if host == BUSY and self.busy:
            return [answer(429, headers="Retry-After: 7200\r\n")]
        if host == MOVED and "/rss" in lines[0]:
            return [answer(301, headers=f"Location: http://{MOVED}.example/new\r\n")]
        if host == INWARD:
            return [answer(302, headers="Location: http://127.0.0.1/secret\r\n")]
        if host == BOMB:
            return [answer(200, b'<!DOCTYPE r [<!ENTITY a "boom">]><rss>&a;</rss>')]
        if headers.get("If-None-Match") == f'"{host}"' and not self.edited:
            return [answer(304, headers=f'ETag: "{host}"\r\n')]
        text = feed(host, edited=self.edited)
        if host == LABELLED:
            return [answer(200, text.encode("cp1251"))]
        if host == BROKEN:
            return [answer(200, text.replace("</channel></rss>", "<bad & <worse").encode())]
        return [answer(200, text.encode(), f'ETag: "{host}"\r\n')]


def answer(status: int, body: bytes = b"", headers: str = "") -> bytes:
    return (
        f"HTTP/1.1 {status} X\r\nContent-Type: text/xml; charset=utf-8\r\n{headers}"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    ).encode() + body


@dataclass
class Newsroom:
    """A site with the people of a quarter."""

    app: Flask
    people: dict[str, UUID]

    @classmethod
    def settle(cls, app: Flask) -> "Newsroom":
        town = Town(app.extensions[EXTENSION])
        homes = {key: town.organisation(key, *facts) for key, facts in ORGANISATIONS.items()}
        people = {
            key: town.person(f"{key}@example.org", homes[home], *roles)
            for key, (home, roles) in PEOPLE.items()
        }
        return cls(app, people)

    @property
    def site(self) -> Platform:
        found: Platform = self.app.extensions[EXTENSION]
        return found

    def actor(self, session: Session, who: str) -> Actor:
        found = find_actor(session, f"{who}@example.org")
        assert found is not None
        return found

    def act(self, who: str, step: Any, *args: Any, **named: Any) -> Any:
        """One service call in one transaction; functions among `args` are asked for their value in it."""
        with self.app.app_context(), self.site.database.transaction() as session:
            given = [each(session) if callable(each) else each for each in args]
            return step(session, self.actor(session, who), *given, **named)

    def read(self, ask: Any) -> Any:
        with self.app.app_context(), self.site.database.reading() as session:
            found = ask(session)
            session.expunge_all()
            return found

    def bring_in(self) -> int:
        listed = [
            Listed(NAMES[each], f"http://{each}.example/rss", f"http://{each}.example") for each in OUTLETS
        ]
        found = opml.read(opml.write("x", listed))
        return int(self.act("mw_editor", sources.take_list, "RU", found))

    def poll(self, network: lab.Lab, at: datetime) -> dict[str, Polled]:
        fetcher = Fetcher(
            self.site.settings,
            network.resolve,
            network.dial,
            network.trust,
            Budget(burst=1000, per_second=1000),
        )
        with self.app.app_context():
            with self.site.database.reading() as session:
                names = {f.id: f.outlet.name for f in session.scalars(select(Feed))}
            found = polling.poll(self.site.database, fetcher, at)
        short = {name: key for key, name in NAMES.items()}
        return {short[names[each.feed_id]]: each for each in found}

    def due(self, at: datetime) -> None:
        with self.site.database.transaction() as session:
            for each in session.scalars(select(Feed)):
                each.next_check = at

    def sign_articles(self, **kinds: str) -> None:
        """Confirm the byline of all articles of some outlets at once, by outlet."""

        def confirm(session: Session, actor: Actor, key: str, kind: str) -> int:
            rows = select(Article).where(Article.outlet_id == outlet_id(session, key))
            one = session.scalars(rows.order_by(Article.id).limit(1)).one()
            return sources.confirm_author(session, actor, one, AUTHOR, kind, everywhere=True)

        for key, kind in kinds.items():
            assert self.act("mw_editor", confirm, key, kind) == 34

    def train(self, *who: str) -> None:
        for each in who or CODERS:
            self.act(each, coding.train, {v.number: v.level for v in VIGNETTES})

    def round(self, session: Session) -> Round:
        return session.scalars(select(Round).where(Round.country == "RU")).one()

    def drawn(self) -> int:
        self.act("mw_coordinator", rounds.open_round, "RU", PERIOD, {"risk": 60, "rest": 60, "check": 10})
        return int(self.act("mw_coordinator", rounds.draw, self.round, revision=1))

    def code(self, *, but: UUID | None = None) -> None:
        """All coders hand in; o1 is hostile, and on one article of it the two differ."""
        with self.app.app_context(), self.site.database.transaction() as session:
            actors = {self.people[each]: self.actor(session, each) for each in CODERS}
            done = select(Assignment.item_id).where(Assignment.done_at.is_not(None))
            seen = set(session.scalars(done))
            rows = select(Assignment).where(Assignment.done_at.is_(None)).order_by(Assignment.id)
            for each in session.scalars(rows).all():
                if each.id == but or each.coder_id not in actors:
                    continue
                second = each.item_id in seen
                seen.add(each.item_id)
                coding.finish(session, actors[each.coder_id], each, code_for(each.item, second=second))

    def decide(self, category: str = "S4") -> int:
        with self.app.app_context(), self.site.database.transaction() as session:
            judge = self.actor(session, "mw_judge")
            waiting = deciding.disputes(session, judge)
            for each in waiting:
                deciding.decide(session, judge, each, found(category), "Образ саранчи.")
            return len(waiting)

    def close(self) -> None:
        self.act("mw_coordinator", rounds.close, self.round, revision=2)

    def release(self, session: Session) -> Release:
        return session.scalars(select(Release).order_by(Release.number.desc()).limit(1)).one()

    def tell(self) -> dict[str, str]:
        return dict(self.act("mw_coordinator", releases.tell, self.release, revision=self.revision()))

    def revision(self) -> int:
        return int(self.read(lambda session: self.release(session).revision))

    def wait(self, days: int = 15) -> None:
        """The days of a reply pass."""
        with self.site.database.transaction() as session:
            for kind in (Notice, PersonNotice):
                session.execute(update(kind).values(sent_at=datetime.now(UTC) - timedelta(days=days)))

    def move(self, step: Any) -> None:
        self.act("mw_coordinator", step, self.release, revision=self.revision())

    def sign(self, *who: str) -> None:
        for each in who or ("mw_sign1", "mw_sign2"):
            self.act(each, releases.sign, self.release)


def found(category: str = "") -> dict[str, Any]:
    row = {"group": "MIG", "category": category, "stance": "A" if category else "", "quote": "как саранча"}
    return {"relevant": "yes", "codes": [row], "confidence": "2"}


def code_for(item: Item, *, second: bool) -> dict[str, Any]:
    if item.vignette:
        known = next(each for each in VIGNETTES if each.number == item.vignette)
        category = "S2" if known.category == "L5" else known.category
        raw = found(category)
        raw["codes"][0]["stance"] = known.stance or ("A" if category else "")
        return raw
    number = int(item.article.key[:6], 16) if item.article else 0
    if item.article and item.article.outlet.name == NAMES["o1"]:
        title = item.article.title.split()[-1]
        if title == "3":
            return found("S4" if second else "L2")
        return found(("S4", "M3", "L2")[number % 3])
    if item.article and item.article.outlet.name == NAMES["o2"]:
        return found("L2" if number % 8 == 0 else "")
    return found()


def outlet_id(session: Session, key: str) -> UUID:
    return session.scalars(select(Outlet.id).where(Outlet.name == NAMES[key])).one()


def network(folder: Path, press: Press) -> Any:
    return lab.running(folder, press.respond)
