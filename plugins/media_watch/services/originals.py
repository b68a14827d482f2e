"""Which new texts are reprints: linked to what was published first, or proposed to a person. Within one list only."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from plugins.media_watch import likeness
from plugins.media_watch.models import Article, Band, Outlet

Row = dict[str, Any]
CANDIDATES = 40
"""The newest texts that share a part of the sketch; words that all articles of an outlet end with make many."""

LEAST_WORDS = 25
"""Shorter texts are too alike by chance to be called reprints."""


class Seen:
    """A text to compare with: its shingles, when it came out, and of which text it is a reprint."""

    def __init__(self, id_: UUID, text: str, published_at: datetime, original_id: UUID | None) -> None:
        self.id, self.published_at, self.original_id = id_, published_at, original_id
        self.shingles = likeness.shingles(text)


def link(session: Session, outlet_id: UUID, new: Sequence[Row]) -> None:
    """Sketch the new articles of one document, and link each with its like: an older one, or one beside it."""
    long = [each for each in new if len(likeness.WORDS.findall(each["text"])) >= LEAST_WORDS]
    if not long:
        return
    country = session.scalars(select(Outlet.country).where(Outlet.id == outlet_id)).one()
    mine = {each["id"]: Seen(each["id"], each["text"], each["published_at"], None) for each in long}
    bands = {key: likeness.bands(each.shingles) for key, each in mine.items()}
    session.execute(
        insert(Band), [{"key": key, "article_id": at} for at, keys in bands.items() for key in set(keys)]
    )
    near = {key: _near(session, keys, key) for key, keys in bands.items()}
    known = mine | _read(session, country, {each for found in near.values() for each in found} - set(mine))
    for key, found in near.items():
        # Of two in one document the later one looks for the earlier.
        _link_best(session, mine[key], [known[each] for each in found if each in known and each < key])


def _near(session: Session, keys: Sequence[int], but: UUID) -> list[UUID]:
    rows = select(Band.article_id).where(Band.key.in_(keys), Band.article_id != but).distinct()
    return list(session.scalars(rows.order_by(Band.article_id.desc()).limit(CANDIDATES)))


def _read(session: Session, country: str, ids: set[UUID]) -> dict[UUID, Seen]:
    columns = Article.id, Article.text, Article.published_at, Article.original_id
    rows = select(*columns).join(Article.outlet).where(Outlet.country == country, Article.id.in_(list(ids)))
    return {row[0]: Seen(*row) for row in session.execute(rows)} if ids else {}


def _link_best(session: Session, article: Seen, others: Sequence[Seen]) -> None:
    shares = [(likeness.jaccard(article.shingles, each.shingles), each) for each in others]
    share, best = max(shares, key=lambda pair: pair[0], default=(0.0, article))
    if share >= likeness.SAME:
        _same(session, article, best)
    elif share >= likeness.LIKE:
        _set(session, article.id, like_id=best.original_id or best.id)


def _same(session: Session, article: Seen, other: Seen) -> None:
    first_id, first_at = other.id, other.published_at
    if other.original_id is not None:
        row = select(Article.id, Article.published_at).where(Article.id == other.original_id)
        first_id, first_at = session.execute(row).one()
    if article.published_at < first_at:
        # The one found later came out earlier: it is the original of all the others.
        rest = update(Article).where((Article.original_id == first_id) | (Article.id == first_id))
        session.execute(rest.values(original_id=article.id))
        other.original_id = article.id
    else:
        _set(session, article.id, original_id=first_id)
        article.original_id = first_id


def _set(session: Session, article_id: UUID, **values: UUID) -> None:
    session.execute(update(Article).where(Article.id == article_id).values(**values))
