"""Entries of a feed become articles and revisions; the answer that carried them is kept as evidence."""

import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from core.toolkit import Entry, Fetched, new_id, queue_index
from plugins.media_watch import lexicon
from plugins.media_watch.addresses import canonical
from plugins.media_watch.models import Article, Capture, Feed, Revision
from plugins.media_watch.services import originals
from plugins.media_watch.services.originals import Row

WHOLE = 1500
"""Characters from which a feed's own text is taken for the whole article; of a shorter one the page is read."""


@dataclass(frozen=True)
class Taken:
    """How many entries of a document were new, and how many said something new about a known article."""

    new: int = 0
    revised: int = 0


def keep(session: Session, fetched: Fetched, at: datetime) -> Capture:
    """Keep an answer as it came; the bytes may be checked against their SHA-256 for ever."""
    made = Capture(
        id=new_id(),
        url=fetched.url[:2048],
        fetched_at=at,
        status=fetched.status,
        headers=dict(fetched.headers),
        sha256=sha256(fetched.body).hexdigest(),
        packed=zlib.compress(fetched.body, 6),
    )
    session.add(made)
    return made


def bytes_of(evidence: Capture) -> bytes:
    """The raw bytes of an evidence."""
    return zlib.decompress(evidence.packed)


def take(session: Session, feed: Feed, evidence: Capture, entries: Sequence[Entry], at: datetime) -> Taken:
    """Take all entries of one document: none is lost, a repeated guid included; an edited one is a revision.

    A document is written in a handful of statements, however many entries it has.
    """
    named = _named(entries)
    known = _known(session, feed.outlet_id, named)
    new, firsts, revised = list[Row](), list[Row](), list[Article]()
    for key, entry in named.items():
        article = known.get(key) or known.get(_digest(canonical(entry.link)) if entry.link else "")
        if article is None:
            new.append(_row(feed, key, entry, at))
            firsts.append(_revision(new[-1]["id"], 1, evidence, entry, at))
        elif article.feed_hash != _content_hash(entry) and _is_other(article, entry):
            _revise(session, article, evidence, entry, at)
            revised.append(article)
    if new:
        session.execute(insert(Article), new)
        session.execute(insert(Revision), firsts)
    originals.link(session, feed.outlet_id, [each for each in new if each["in_topic"]])
    ids = [each["id"] for each in new] + [each.id for each in revised]
    queue_index(session, [f"media_watch:article:{each}" for each in ids])
    return Taken(len(new), len(revised))


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _named(entries: Sequence[Entry]) -> dict[str, Entry]:
    """Entries by key: the guid, else the address; of those that share a guid, with address and title."""
    often = Counter(each.id or canonical(each.link) for each in entries)
    found: dict[str, Entry] = {}
    for each in entries:
        name = each.id or canonical(each.link)
        if not name or often[name] > 1:
            name = "\n".join([name, canonical(each.link), each.title])
        found.setdefault(_digest(name), each)
    return found


def _known(session: Session, outlet_id: UUID, named: Mapping[str, Entry]) -> dict[str, Article]:
    """Articles of the outlet that have one of the keys or addresses, by both; one query for a whole document."""
    # An address that stands twice in the document names no article of its own.
    often = Counter(canonical(each.link) for each in named.values())
    urls = [_digest(url) for url, times in often.items() if url and times == 1]
    mine = select(Article).where(Article.outlet_id == outlet_id)
    by_url = {each.url_key: each for each in session.scalars(mine.where(Article.url_key.in_(urls)))}
    by_key = {each.key: each for each in session.scalars(mine.where(Article.key.in_(list(named))))}
    return by_url | by_key


def _text(entry: Entry) -> str:
    return entry.text or entry.summary


def _content_hash(entry: Entry) -> str:
    return _digest("\n".join([entry.title, entry.author[:200], _text(entry)]))


def _is_other(article: Article, entry: Entry) -> bool:
    return (article.title, article.byline, article.text) != (entry.title, entry.author[:200], _text(entry))


def _moment(entry: Entry, at: datetime) -> datetime:
    """When it came out; a date that is missing, or more than a day ahead, is the moment when we saw it."""
    told = entry.published or entry.updated
    return told if told and told <= at + timedelta(days=1) else at


def _row(feed: Feed, key: str, entry: Entry, at: datetime) -> Row:
    url, text = canonical(entry.link), _text(entry)
    return {
        "id": new_id(), "outlet_id": feed.outlet_id, "key": key, "url": url[:2048], "link": entry.link[:2048],
        "url_key": _digest(url) if url else key, "title": entry.title, "byline": entry.author[:200], "text": text,
        "language": lexicon.language_of(f"{entry.title}\n{text}"), "published_at": _moment(entry, at),
        "seen_at": at, "feed_hash": _content_hash(entry), "revision": 1,
        **_marks(entry.title, text, url),
    }  # fmt: skip


def _marks(title: str, text: str, url: str) -> Row:
    """What the words lists say of a text, and whether its full text is wanted: of the topic, and only a lead here."""
    in_topic, in_risk = lexicon.marks(f"{title}\n{text}")
    short = in_topic and bool(url) and len(text) < WHOLE
    return {"in_topic": in_topic, "in_risk": in_risk, "page": "wanted" if short else "", "page_tries": 0}


def _revision(article_id: UUID, number: int, evidence: Capture, entry: Entry, at: datetime) -> Row:
    return {
        "id": new_id(), "article_id": article_id, "number": number, "at": at, "title": entry.title,
        "byline": entry.author[:200], "text": _text(entry), "sha256": _content_hash(entry), "evidence_id": evidence.id,
    }  # fmt: skip


def _revise(session: Session, article: Article, evidence: Capture, entry: Entry, at: datetime) -> None:
    article.revision += 1
    session.execute(insert(Revision), [_revision(article.id, article.revision, evidence, entry, at)])
    article.title, article.byline, article.text = entry.title, entry.author[:200], _text(entry)
    article.feed_hash = _content_hash(entry)
    for name, value in _marks(article.title, article.text, article.url).items():
        setattr(article, name, value)


def complete(session: Session, article: Article, evidence: Capture, text: str, at: datetime) -> bool:
    """Put the full text of its own page in the place of the feed's lead, as a revision; False if it is no longer."""
    article.page = "taken"
    if len(text) <= len(article.text):
        return False
    whole = Entry(
        id="", link=article.url, title=article.title, author=article.byline, summary="", text=text,
        published=article.published_at, updated=None,
    )  # fmt: skip
    article.revision += 1
    session.execute(insert(Revision), [_revision(article.id, article.revision, evidence, whole, at)])
    article.text = text
    article.in_topic, article.in_risk = lexicon.marks(f"{article.title}\n{text}")
    queue_index(session, [f"media_watch:article:{article.id}"])
    return True
