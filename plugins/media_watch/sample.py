"""What `camove demo` shows of media_watch: a published quarter of one list, a running one of the other."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.toolkit import Actor, Entry, Fetched, Passage, SampleCast, actor_of, now
from plugins.media_watch import periods
from plugins.media_watch.codebook import VIGNETTES
from plugins.media_watch.models import (
    Article,
    Assignment,
    Capture,
    Feed,
    Item,
    Notice,
    Outlet,
    PersonNotice,
    Release,
    Round,
)
from plugins.media_watch.services import archive, coding, deciding, notices, releases, rounds, sources

OUTLETS = {
    "RU": ("Вымышленный вестник (пример)", "Придуманные вести (пример)", "Небывалая газета (пример)"),
    "KG": ("Ойдон чыккан кабар (пример)", "Жомок жаңылыктары (пример)"),
}
NUMBER = {"RU": 34, "KG": 5}
"""Articles of each outlet: a release needs a hundred that two people have coded."""

AUTHOR = "Придуманный Автор"
SITE = "https://sample-"
WORDS = ("город", "стройка", "рынок", "школа", "суд", "врач", "автобус", "патент", "курсы", "праздник")
SAYS = {
    "": "Мигранты и их соседи рассказали о жизни района.",
    "L1": "Мигранты, как всегда, шумят и ленятся.",
    "M4": "Мигранты разоряют наши больницы.",
    "S4": "Мигранты налетели на город, как саранча.",
}
HOSTILE = {0: ("S4", "M4", "L1"), 1: ("L1", "", "", "", ""), 2: ("", "", "", "", "", "", "", "", "", "L1")}


def add(session: Session, cast: SampleCast) -> None:
    """Both lists. Nothing is added where the people of media_watch have no roles."""
    who = {key: actor_of(session, cast.people[key]) for key in PEOPLE if key in cast.people}
    if len(who) < len(PEOPLE):
        return
    last = periods.of(now() - timedelta(days=92))
    for country, editor in (("RU", "media"), ("KG", "kg_media")):
        _collect(session, who[editor], country, last.begins + timedelta(days=20))
    for key in ("coder_ru", "coder_kg"):
        coding.train(session, who[key], {each.number: each.level for each in VIGNETTES})
    _running(session, who, str(last))
    _published(session, who, str(last))


PEOPLE = ("media", "kg_media", "coder_ru", "coder_kg", "judge", "press_first", "press_second")


def _collect(session: Session, editor: Actor, country: str, at: datetime) -> None:
    for number, name in enumerate(OUTLETS[country]):
        host = f"{SITE}{country.lower()}{number}.example"
        facts = {"name": name, "site": host, "owner": "ОсОО «Пример»", "contact": f"editor@{host[8:]}"}
        outlet = sources.add_outlet(session, editor, country, facts)
        feed = sources.add_feed(session, editor, outlet, f"{host}/rss")
        # Nobody asks an address that cannot exist.
        feed.state, feed.succeeded_at, feed.checked_at, feed.status = "paused", at, at, 200
        entries = list(_entries(number, host, NUMBER[country], at))
        body = json.dumps([each.title for each in entries], ensure_ascii=False).encode()
        evidence = archive.keep(
            session, Fetched(200, {"content-type": "application/json"}, body, f"{host}/rss"), at
        )
        session.flush()
        archive.take(session, feed, evidence, entries, at)
        first = session.scalars(select(Article).where(Article.outlet_id == outlet.id).limit(1)).one()
        sources.confirm_author(session, editor, first, AUTHOR, "staff", everywhere=True)
        feed.entries = len(entries)


def _entries(outlet: int, host: str, number: int, at: datetime) -> Iterator[Entry]:
    for i in range(number):
        category = _category(outlet, i)
        mixed = [
            f"{WORDS[(i * 7 + j) % len(WORDS)]}{sha256(f'{host}{i}{j}'.encode()).hexdigest()[:4]}"
            for j in range(26)
        ]
        text = f"{SAYS[category]} Место, день и люди придуманы: {', '.join(mixed)}."
        yield Entry(
            id=f"{host}/{i}", link=f"{host}/news/{i}", title=f"Придуманная новость {i + 1}", author=AUTHOR,
            summary=text, text="", published=at - timedelta(hours=12 * i), updated=None,
        )  # fmt: skip


def _category(outlet: int, number: int) -> str:
    row = HOSTILE[outlet]
    return row[number % len(row)]


def _answer(group: str, category: str) -> dict[str, Any]:
    row = {"group": group, "category": category, "stance": "A" if category else "", "quote": SAYS[category]}
    return {"relevant": "yes", "codes": [row], "confidence": "3", "note": ""}


def _hand_in(session: Session, who: dict[str, Actor], round_: Round, group: str, most: int = 1 << 20) -> None:
    """All codes of a round, or the first of them; on one article of each coder's the two differ."""
    actors = {actor.person_id: actor for actor in who.values()}
    rows = select(Assignment).join(Assignment.item).where(Item.round_id == round_.id)
    for each in session.scalars(rows.order_by(Assignment.item_id, Assignment.id)).all()[:most]:
        item = each.item
        if item.vignette:
            known = VIGNETTES[item.vignette - 1]
            answer = _answer(group, "")
            code = {"category": "S2" if known.category == "L5" else known.category, "stance": known.stance}
            answer["codes"][0] |= code | {"quote": known.text}
        else:
            found = next((code for code, words in SAYS.items() if code and words in item.text), "")
            answer = _answer(group, found)
        coding.finish(session, actors[each.coder_id], each, answer)


def _differ(session: Session, round_: Round, category: str) -> None:
    """Let the second code of the first article be another one: something to decide."""
    rows = select(Assignment).join(Assignment.item).where(Assignment.done_at.is_not(None))
    for each in session.scalars(rows.order_by(Assignment.item_id, Assignment.id)):
        whole = all(one.done_at for one in each.item.assignments)
        if each.item.round_id == round_.id and not each.item.vignette and whole:
            group = each.answer["codes"][0]["group"]
            each.answer = _answer(group, category if each.answer["codes"][0]["category"] != category else "")
            return


def _running(session: Session, who: dict[str, Actor], period: str) -> None:
    made = rounds.open_round(session, who["kg_media"], "KG", period, {"risk": 5, "rest": 5, "check": 0})
    rounds.draw(session, who["kg_media"], made, revision=made.revision)
    _hand_in(session, who, made, "RUS", most=8)
    _differ(session, made, "M4")


def _published(session: Session, who: dict[str, Actor], period: str) -> None:
    media = who["media"]
    made = rounds.open_round(session, media, "RU", period, {"risk": 60, "rest": 60, "check": 0})
    rounds.draw(session, media, made, revision=made.revision)
    _hand_in(session, who, made, "MIG")
    _differ(session, made, "M4")
    for each in deciding.disputes(session, who["judge"]):
        if each.item.round_id == made.id:
            raw = _answer("MIG", "M4")
            deciding.decide(session, who["judge"], each, raw, "Образ угрозы: вред приписан группе в целом.")
    rounds.close(session, media, made, revision=made.revision)
    release = releases.prepare(session, media, made)
    releases.tell(session, media, release, revision=release.revision)
    for kind in (Notice, PersonNotice):
        told = update(kind).where(kind.release_id == release.id)
        session.execute(told.values(sent_at=now() - timedelta(days=15)))
    session.expire_all()
    notices.reply(session, release.notices[0], "Редакция не согласна с оценкой и провела проверку.")
    notices.reply(
        session, release.person_notices[0], "Я передавал чужие слова и сожалею, что не сказал этого."
    )
    releases.freeze(session, media, release, revision=release.revision)
    for key in ("press_first", "press_second"):
        releases.sign(session, who[key], release)
    releases.publish(session, media, release, revision=release.revision)
    correction = releases.prepare(session, media, made, "Проверяем возражение редакции.")
    releases.tell(session, media, correction, revision=correction.revision)


def remove(session: Session, _organisation_ids: Sequence[UUID]) -> None:
    """Take the invented outlets, their articles and the rounds that coded them away."""
    names = [name for listed in OUTLETS.values() for name in listed]
    outlets = session.scalars(select(Outlet.id).where(Outlet.name.in_(names))).all()
    from_sample = [
        each
        for each in session.scalars(select(Round))
        if set(each.frame.get("names", {}).values()) and set(each.frame["names"].values()) <= set(names)
    ]
    editions = select(Release.id).where(Release.round_id.in_([each.id for each in from_sample]))
    ids = [*session.scalars(editions), *(each.id for each in from_sample)]
    session.execute(delete(Passage).where(Passage.object_id.in_(ids)))
    session.execute(delete(Notice).where(Notice.outlet_id.in_(outlets)))
    session.execute(update(Release).where(Release.id.in_(ids)).values(corrects_id=None))
    for each in from_sample:
        session.execute(delete(Round).where(Round.id == each.id))
    session.execute(delete(Article).where(Article.outlet_id.in_(outlets)))
    session.execute(delete(Feed).where(Feed.outlet_id.in_(outlets)))
    session.execute(delete(Capture).where(Capture.url.startswith(SITE)))
    session.execute(delete(Outlet).where(Outlet.id.in_(outlets)))
