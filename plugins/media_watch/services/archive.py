"""Entries of a feed become articles and revisions; the answer that carried them is kept as evidence."""

import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.toolkit import Entry, Fetched, new_id, queue_index
from plugins.media_watch import lexicon, likeness
from plugins.media_watch.addresses import canonical
from plugins.media_watch.models import Article, Band, Capture, Feed, Revision

CANDIDATES = 40
LEAST_WORDS = 25
"""Shorter texts are too alike by chance to be called reprints."""

MOST_BYTES = 2**24


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
    """Take all entries of one document: none is lost, a repeated guid included; an edited one is a revision."""
    named = _named(entries)
    known = _known(session, feed.outlet_id, named)
    new, revised = list[Article](), list[Article]()
    for key, entry in named.items():
        article = known.get(key) or known.get(_digest(canonical(entry.link)) if entry.link else "")
        if article is None:
            new.append(_add(session, feed, evidence, key, entry, at))
        elif article.feed_hash != _content_hash(entry) and _is_other(article, entry):
            _revise(article, evidence, entry, at)
            revised.append(article)
    session.flush()
    for article in new:
        if article.in_topic:
            _find_original(session, article)
    queue_index(session, [f"media_watch:article:{each.id}" for each in (*new, *revised)])
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


def _add(session: Session, feed: Feed, evidence: Capture, key: str, entry: Entry, at: datetime) -> Article:
    url, text = canonical(entry.link), _text(entry)
    whole = f"{entry.title}\n{text}"
    in_topic = lexicon.in_topic(whole)
    made = Article(
        id=new_id(),
        outlet_id=feed.outlet_id,
        key=key,
        url=url[:2048],
        url_key=_digest(url) if url else key,
        title=entry.title,
        byline=entry.author[:200],
        text=text,
        language=lexicon.language_of(whole),
        published_at=_moment(entry, at),
        seen_at=at,
        in_topic=in_topic,
        in_risk=in_topic and lexicon.in_risk(whole),
        feed_hash=_content_hash(entry),
    )
    session.add(made)
    made.revisions.append(_revision(1, evidence, entry, at))
    return made


def _revision(number: int, evidence: Capture, entry: Entry, at: datetime) -> Revision:
    return Revision(
        number=number, at=at, title=entry.title, byline=entry.author[:200], text=_text(entry),
        sha256=_content_hash(entry), evidence_id=evidence.id,
    )  # fmt: skip


def _revise(article: Article, evidence: Capture, entry: Entry, at: datetime) -> None:
    article.revision += 1
    article.revisions.append(_revision(article.revision, evidence, entry, at))
    article.title, article.byline, article.text = entry.title, entry.author[:200], _text(entry)
    article.feed_hash = _content_hash(entry)
    whole = f"{article.title}\n{article.text}"
    article.in_topic = lexicon.in_topic(whole)
    article.in_risk = article.in_topic and lexicon.in_risk(whole)


def _find_original(session: Session, article: Article) -> None:
    """Link a reprint to what was published first, or propose a text that is only alike. Within one list only."""
    if len(likeness.WORDS.findall(article.text)) < LEAST_WORDS:
        return
    mine = likeness.shingles(article.text)
    bands = likeness.bands(mine)
    others = select(Band.article_id).where(Band.key.in_(bands), Band.article_id != article.id)
    rows = select(Article).where(Article.id.in_(others)).order_by(Article.id.desc()).limit(CANDIDATES)
    country = article.outlet.country if article.outlet else ""
    best, share = None, likeness.LIKE
    for each in session.scalars(rows):
        found = likeness.jaccard(mine, likeness.shingles(each.text)) if each.outlet.country == country else 0
        if found >= share:
            best, share = each, found
    session.add_all([Band(key=key, article_id=article.id) for key in bands])
    if best is not None:
        _link(session, article, best, same=share >= likeness.SAME)


def _link(session: Session, article: Article, other: Article, *, same: bool) -> None:
    if not same:
        article.like_id = other.original_id or other.id
        return
    first = session.get_one(Article, other.original_id) if other.original_id else other
    if article.published_at < first.published_at:
        # The one found later came out earlier: it is the original of all the others.
        session.execute(update(Article).where(Article.original_id == first.id).values(original_id=article.id))
        first.original_id = article.id
    else:
        article.original_id = first.id
