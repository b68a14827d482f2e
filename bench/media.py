"""What media_watch costs: taking feeds beside a bare feedparser loop, one article among many, alpha, a rating.

Feeds are made here (the corpus of real ones belongs to its publishers). The bare loop parses in this process with the
same flags; ours decodes, parses in a killable child, finds duplicates and stores each document with its proof.
CAMOVE_BENCH_ARTICLES=1000000 fills that many (some minutes, some gigabytes); the default is 100,000.
"""

import io
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import feedparser
from measuring import milliseconds, row
from sqlalchemy import insert, select

from core import confined, testing
from core.database import Database
from core.platform import EXTENSION
from core.toolkit import Entry, Fetched, Nursery, feed_readers, new_id, parse_feed
from plugins.media_watch import agreement, decoding, rating
from plugins.media_watch.models import Article, Band, Feed, Outlet
from plugins.media_watch.rating import Stratum
from plugins.media_watch.services import archive

FEEDS, ITEMS = 20, 60
FEW, MANY = 10_000, int(os.environ.get("CAMOVE_BENCH_ARTICLES", "100000"))
AT = datetime(2026, 8, 1, tzinfo=UTC)
CHANCE = random.Random(1)
WORDS = [f"слово{number}" for number in range(4000)]
HEADERS = {"content-type": "application/xml; charset=utf-8"}


def words(number: int) -> str:
    return " ".join(CHANCE.choices(WORDS, k=number))


def document(number: int, items: int = ITEMS, length: int = 90) -> bytes:
    rows = "".join(
        f"<item><guid>{number}-{i}</guid><title>Новость {i}</title><link>http://a.example/{number}/{i}</link>"
        f"<description>{'Мигранты ' if i % 5 == 0 else ''}{words(length)}</description></item>"
        for i in range(items)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>{rows}</channel></rss>'.encode()


def bare(documents: list[bytes]) -> int:
    return sum(
        len(feedparser.parse(io.BytesIO(each), sanitize_html=False, resolve_relative_uris=False)["entries"])
        for each in documents
    )


class Ours:
    """A site with one outlet, and what becomes of a document."""

    def __init__(self) -> None:
        app = testing.make_app(Path(tempfile.mkdtemp()) / "instance")
        self.database: Database = app.extensions[EXTENSION].database
        with self.database.transaction() as session:
            self.feed = Feed(outlet=Outlet(name="Слог", country="RU"), url="http://a.example/rss")
            session.add(self.feed)

    def parse(self, body: bytes, readers: Nursery | None = None) -> Any:
        return parse_feed(decoding.decode(body).xml, HEADERS, self.feed.url, readers)

    def store(self, body: bytes, entries: Any) -> int:
        with self.database.transaction() as session:
            mine = session.merge(self.feed)
            proof = archive.keep(session, Fetched(200, {}, body, self.feed.url), AT)
            session.flush()
            return archive.take(session, mine, proof, entries, AT).new

    def fill(self, number: int) -> None:
        """Articles of another outlet, a fifth of them sketched, as fast as the database takes them."""
        with self.database.transaction() as session:
            outlet = session.scalars(select(Outlet).where(Outlet.name == "Полка")).first()
            outlet = outlet or Outlet(name="Полка", country="RU")
            session.add(outlet)
        for start in range(0, number, 10_000):
            rows = list(_rows(outlet.id, min(10_000, number - start)))
            with self.database.transaction() as session:
                session.execute(insert(Article), rows)
                keys = [
                    {"key": CHANCE.getrandbits(62), "article_id": each["id"]}
                    for each in rows[::5]
                    for _ in range(16)
                ]
                session.execute(insert(Band), keys)


def _rows(outlet_id: Any, number: int) -> Iterator[dict[str, Any]]:
    for _ in range(number):
        key = f"{CHANCE.getrandbits(256):064x}"
        yield {
            "id": new_id(), "outlet_id": outlet_id, "key": key, "url_key": key[::-1], "url": "", "link": "",
            "title": "Новость", "text": words(40), "language": "ru", "published_at": AT, "feed_hash": key,
            "seen_at": AT, "revision": 1, "in_topic": True, "in_risk": False, "page": "", "page_tries": 0,
        }  # fmt: skip


def ingest(ours: Ours) -> None:
    documents = [document(number) for number in range(FEEDS)]
    with feed_readers() as readers:
        ours.store(documents[0], ours.parse(document(99), readers).entries)
        start = time.perf_counter()
        number = bare(documents)
        loop = (time.perf_counter() - start) * 1000
        start = time.perf_counter()
        parsed = [ours.parse(each, readers) for each in documents]
        parsing = (time.perf_counter() - start) * 1000
        taken = sum(ours.store(body, each.entries) for body, each in zip(documents, parsed, strict=True))
        whole = (time.perf_counter() - start) * 1000
    start = time.perf_counter()
    for each in documents[:4]:
        ours.parse(each)
    apart = (time.perf_counter() - start) * 1000 * FEEDS / 4
    print(f"feeds: {FEEDS}, items: {number} bare, {taken} taken")
    print(row("bare feedparser loop, all feeds", loop, loop))
    print(row("decode, parse in forked children", parsing, loop))
    print(row("the same with a fresh interpreter each", apart, loop))
    print(row("decode, parse, deduplicate, store", whole, loop))


def one_article(ours: Ours) -> float:
    """Milliseconds for one new article with its check for duplicates and its proof, fifty words of the topic."""
    number = iter(range(10**9))

    def add() -> None:
        name = f"{CHANCE.random()}-{next(number)}"
        text = f"Мигранты {words(50)}"
        entry = Entry(name, f"http://a.example/{name}", "Новость", "", text, "", AT - timedelta(days=1), None)
        ours.store(b"x", [entry])

    return milliseconds(add, 60)


def figures() -> None:
    units = [(CHANCE.choice((0, 0, 0, 1, 2, 3)), CHANCE.choice((0, 0, 0, 1, 2, 3))) for _ in range(10_000)]
    alpha = milliseconds(lambda: agreement.alpha(units), 10)
    print(row("alpha, 10,000 units", alpha, alpha))
    print(row("alpha with its jackknife interval", milliseconds(lambda: agreement.measure(units), 10), alpha))
    counted = {str(k): [Stratum(200, (40, CHANCE.randint(0, 9), 3, 1))] for k in range(200)}
    half = dict(list(counted.items())[:100])
    hundred = milliseconds(lambda: rating.rating(half), 5)
    print(row("rating of 100 outlets", hundred, hundred))
    print(row("rating of 200 outlets", milliseconds(lambda: rating.rating(counted), 5), hundred))


def memory() -> None:
    """A feed of nearly 5 MB: what the child that reads it takes at its peak."""
    body = document(0, items=500, length=770)
    told = b'{"url": "", "headers": {"content-type": "text/xml"}}\n'
    confined.run("core.feeds", told + body)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"a feed of {len(body) / 2**20:.1f} MiB: {peak:.0f} MiB at the peak of the child")


def main() -> None:
    memory()
    ours = Ours()
    ingest(ours)
    figures()
    ours.fill(FEW)
    few = one_article(ours)
    print(row(f"one article more among {FEW:,}", few, few))
    ours.fill(MANY - FEW)
    print(row(f"one article more among {MANY:,}", one_article(ours), few))
    ours.database.close()
    sys.stdout.flush()


if __name__ == "__main__":
    main()
