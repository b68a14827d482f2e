"""What media_watch costs: taking feeds beside a bare feedparser loop, one article in many, alpha's interval, a rating.

Feeds are made here (the corpus of real ones belongs to its publishers). The bare loop parses in this process with the
same flags; ours decodes, parses in a killable child, finds duplicates and stores each document with its proof.
"""

import io
import random
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import feedparser
from measuring import milliseconds, row

from core import testing
from core.platform import EXTENSION
from core.toolkit import Fetched, parse_feed
from plugins.media_watch import agreement, decoding, rating
from plugins.media_watch.models import Feed, Outlet
from plugins.media_watch.rating import Stratum
from plugins.media_watch.services import archive

FEEDS, ITEMS = 20, 60
AT = datetime(2026, 8, 1, tzinfo=UTC)
CHANCE = random.Random(1)
WORDS = [f"слово{number}" for number in range(4000)]


def document(number: int) -> bytes:
    items = "".join(
        f"<item><guid>{number}-{i}</guid><title>Новость {i}</title><link>http://a.example/{number}/{i}</link>"
        f"<description>{'Мигранты ' if i % 5 == 0 else ''}{' '.join(CHANCE.choices(WORDS, k=90))}</description></item>"
        for i in range(ITEMS)
    )
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>{items}</channel></rss>'.encode()
    )


def bare(documents: list[bytes]) -> int:
    return sum(
        len(feedparser.parse(io.BytesIO(each), sanitize_html=False, resolve_relative_uris=False)["entries"])
        for each in documents
    )


def main() -> None:
    documents = [document(number) for number in range(FEEDS)]
    app = testing.make_app(Path(tempfile.mkdtemp()) / "instance")
    database = app.extensions[EXTENSION].database
    with database.transaction() as session:
        feed = Feed(outlet=Outlet(name="Слог", country="RU"), url="http://a.example/rss")
        session.add(feed)
    headers = {"content-type": "application/xml; charset=utf-8"}

    def ours(body: bytes) -> int:
        parsed = parse_feed(decoding.decode(body).xml, headers, feed.url)
        with database.transaction() as session:
            mine = session.merge(feed)
            proof = archive.keep(session, Fetched(200, {}, body, feed.url), AT)
            session.flush()
            return archive.take(session, mine, proof, parsed.entries, AT).new

    start = time.perf_counter()
    number = bare(documents)
    loop = (time.perf_counter() - start) * 1000
    start = time.perf_counter()
    taken = sum(ours(each) for each in documents)
    whole = (time.perf_counter() - start) * 1000
    print(f"feeds: {FEEDS}, items: {number} bare, {taken} taken")
    print(row("bare feedparser loop, all feeds", loop, loop))
    print(row("decode, parse apart, deduplicate, store", whole, loop))
    units = [(CHANCE.choice((0, 0, 0, 1, 2, 3)), CHANCE.choice((0, 0, 0, 1, 2, 3))) for _ in range(10_000)]
    alpha = milliseconds(lambda: agreement.alpha(units), 10)
    print(row("alpha, 10,000 units", alpha, alpha))
    print(row("alpha with its jackknife interval", milliseconds(lambda: agreement.measure(units), 10), alpha))
    counted = {str(k): [Stratum(200, (40, CHANCE.randint(0, 9), 3, 1))] for k in range(200)}
    half = dict(list(counted.items())[:100])
    hundred = milliseconds(lambda: rating.rating(half), 5)
    print(row("rating of 100 outlets", hundred, hundred))
    print(row("rating of 200 outlets", milliseconds(lambda: rating.rating(counted), 5), hundred))
    database.close()


if __name__ == "__main__":
    main()
