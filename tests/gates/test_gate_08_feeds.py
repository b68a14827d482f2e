"""Gate 8: a hostile feed never ends, stalls or bloats the worker, and nothing of what it carries gets through.

Every body of `corpus.py` is parsed as production does, two at a time; then a child misbehaves on purpose, so that each
limit is seen to hold by itself. The mutants `08_*.toml` lift one limit each and must turn this red. No database.
"""

import csv
import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import pytest
from gates.corpus import Body, bodies, item
from gates.lab import Server

from core import confined, syndication
from core.cage import ARCHITECTURES
from core.confined import Killed
from core.nursery import Nursery
from core.syndication import Entry, Feed, FeedProblem

SHARED = Path(__file__).parents[3] / "shared" / "data" / "feeds"
WALL_SECONDS = 20 + 5
"""The child's limit, and what starting and stopping it may cost on a busy machine."""

MOST_MEMORY = 256 * 2**20
MARKUP = re.compile(r"<[a-z/!?]|__pwn|javascript:|vbscript:|[\x00-\x08\u202a-\u202e]", re.IGNORECASE)


@dataclass(frozen=True)
class Outcome:
    """What became of one body."""

    name: str
    seconds: float
    feed: Feed | None
    reason: str = ""


def outcome(name: str, body: Body, readers: Nursery | None = None) -> Outcome:
    """Parse one body as the worker would."""
    content, begun, reason, feed = body.make(), time.monotonic(), "", None
    try:
        feed = syndication.parse_feed(
            content, {"content-type": body.content_type}, "https://paper.example/feed", readers
        )
    except FeedProblem as problem:
        reason = problem.reason
    except Exception as error:
        # A worker would have died of it: an end that no body may have.
        reason = f"raised {type(error).__name__}"
    return Outcome(name, time.monotonic() - begun, feed, reason)


@pytest.fixture(scope="module")
def canary() -> Server:
    return Server(lambda _head: [b"HTTP/1.1 200 OK\r\n\r\n__pwn"])


@pytest.fixture(scope="module")
def corpus(canary: Server, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Body]:
    folder = tmp_path_factory.mktemp("secret")
    (folder / "secret").write_text("__pwn from a file")
    return bodies(str(folder), canary.port)


@pytest.fixture(scope="module")
def outcomes(corpus: dict[str, Body]) -> list[Outcome]:
    with syndication.feed_readers() as readers, ThreadPoolExecutor(max_workers=2) as pool:
        return list(pool.map(lambda name: outcome(name, corpus[name], readers), corpus))


Trick = Callable[..., bytes]


@pytest.fixture(scope="module", params=["fresh", "forked"])
def trick(request: pytest.FixtureRequest) -> Iterator[Trick]:
    """A child misbehaves: in an interpreter of its own, or forked from a mother that lives on."""
    with Nursery("gates.child") as nursery:
        ways: dict[str, Callable[..., bytes]] = {
            "fresh": partial(confined.run, "gates.child"),
            "forked": nursery.run,
        }
        yield lambda name, **limits: ways[request.param](name.encode(), **limits)


@pytest.mark.parametrize(
    ("name", "limits", "reason"),
    [
        ("spin", {"cpu": 1, "wall": 20.0}, "cpu"),
        ("sleep", {"wall": 1.0}, "wall"),
        ("sleep_apart", {"wall": 1.0}, "wall"),
        ("grow", {}, "memory"),
        ("flood", {"output_limit": 2**20}, "output"),
        ("raises", {}, "crash"),
        ("segfault", {}, "crash"),
    ],
)
def test_each_limit_holds_by_itself(trick: Trick, name: str, limits: dict[str, float], reason: str) -> None:
    begun = time.monotonic()
    with pytest.raises(Killed) as caught:
        trick(name, **limits)
    assert caught.value.reason == reason
    assert time.monotonic() - begun < limits.get("wall", 6.0) + 5


def test_the_child_has_nothing_of_ours(trick: Trick, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAMOVE_SECRET", "x")
    assert trick("echo") == b"echo"
    assert trick("chatter", output_limit=100) == b"echo"
    assert trick("look_around") == b"LC_ALL PYTHONPATH"
    for name in ("connect", "start", "write_file"):
        assert trick(name) == b"refused", name


@pytest.mark.skipif(
    os.uname().machine not in ARCHITECTURES, reason="no filter of system calls is written for it"
)
def test_the_child_cannot_even_ask_the_kernel(trick: Trick) -> None:
    assert trick("connect_raw") == b"-1 -1 -1 -1 -1"
    assert trick("thread") == b"-1"


def test_no_child_grows_beyond_its_limit() -> None:
    """The kernel's own figure, from a fresh process with one child that takes all it can get."""
    script = (
        "import resource; from core import confined\n"
        "try: confined.run('gates.child', b'grow_slowly')\n"
        "except confined.Killed as killed: print(killed.reason)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    paths = os.environ | {"PYTHONPATH": os.pathsep.join(each for each in sys.path if each)}
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=paths
    )
    *reason, kilobytes = ran.stdout.split()
    print(f"gate 8: a greedy child took {int(kilobytes) / 1024:.0f} of 256 MiB and ended by {reason}")
    assert int(kilobytes) * 1024 <= MOST_MEMORY
    assert reason == ["memory"]


def test_no_feed_ends_stalls_or_bloats_the_worker(corpus: dict[str, Body], outcomes: list[Outcome]) -> None:
    slowest = max(outcomes, key=lambda each: each.seconds)
    ends = Counter(each.reason or "read" for each in outcomes)
    print(
        f"gate 8: {len(outcomes)} of {len(corpus)} bodies ended ({dict(ends)}); slowest {slowest.seconds:.1f} s "
        f"({slowest.name}); no seed"
    )
    assert len(outcomes) >= 60
    assert slowest.seconds <= WALL_SECONDS
    wrong = [(each.name, each.reason) for each in outcomes if each.reason not in allowed(corpus[each.name])]
    assert wrong == []


def allowed(body: Body) -> list[str]:
    """The ends that a body may have; one whose only end is a refusal may not be read."""
    return ["entities"] if body.ends == "entities" else ["", *body.ends.split()]


def test_nothing_hostile_gets_through(outcomes: list[Outcome], canary: Server) -> None:
    found = [(each.name, hit) for each in outcomes if each.feed for hit in hostile(each.feed)]
    print(
        f"gate 8: {len(found)} of {len(outcomes)} bodies got something through, canary hits {canary.connections}"
    )
    assert found == []
    assert canary.connections == 0


def hostile(feed: Feed) -> list[str]:
    """What must not stand in a feed as it comes out."""
    links = [feed.link, *(each.link for each in feed.entries)]
    bad = [each for each in links if each and not each.startswith(("http://", "https://"))]
    return bad + MARKUP.findall(json.dumps(asdict(feed), default=str, ensure_ascii=False))


def test_what_can_be_read_is_read_right(corpus: dict[str, Body], outcomes: list[Outcome]) -> None:
    read = [each for each in outcomes if each.feed]
    titles = [each for each in read if corpus[each.name].title is not None]
    wrong = [each.name for each in titles if first(each).title != corpus[each.name].title]
    counted = [each for each in read if corpus[each.name].entries is not None]
    wrong += [
        each.name for each in counted if each.feed and len(each.feed.entries) != corpus[each.name].entries
    ]
    print(
        f"gate 8: {len(titles) + len(counted) - len(wrong)} of {len(titles) + len(counted)} expectations met"
    )
    assert wrong == []
    assert len(titles) > 30


def first(outcome: Outcome) -> Entry:
    """The first entry, or an empty one."""
    assert outcome.feed
    return next(iter(outcome.feed.entries), Entry("", "", "", "", "", "", None, None))


def test_an_honest_feed_keeps_all_its_parts() -> None:
    body = """<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Газета</title>
    <link>https://paper.example/</link><language>ru</language><ttl>30</ttl><item><guid>urn:1</guid>
    <title>Цена</title><link>/news/1</link><author>a@paper.example (А. Б.)</author>
    <description>&lt;p&gt;Лид&lt;/p&gt;</description><content:encoded>&lt;p&gt;Раз&lt;/p&gt;&lt;p&gt;Два&lt;/p&gt;</content:encoded>
    <pubDate>Mon, 23 Nov 2026 10:00:00 +0600</pubDate></item></channel></rss>"""
    feed = syndication.parse_feed(body.encode(), {}, "https://paper.example/feed")
    assert (feed.title, feed.link, feed.language, feed.ttl) == (
        "Газета",
        "https://paper.example/",
        "ru",
        "30",
    )
    [entry] = feed.entries
    assert (entry.id, entry.link, entry.title) == ("urn:1", "https://paper.example/news/1", "Цена")
    assert (entry.summary, entry.text) == ("Лид", "Раз\nДва")
    assert entry.published
    assert entry.published.isoformat() == "2026-11-23T04:00:00+00:00"


def test_an_entry_without_a_link_has_none() -> None:
    feed = syndication.parse_feed(item(b"x"), {}, "https://paper.example/feed")
    assert [each.link for each in (feed, *feed.entries)] == ["", ""]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared sample feeds are not beside this repository")
def test_the_shared_feeds() -> None:
    rows = list(csv.DictReader((SHARED / "EXPECTED.tsv").read_text("utf-8").splitlines(), delimiter="\t"))
    for row in rows:
        feed = syndication.parse_feed((SHARED / row["file"]).read_bytes(), {})
        assert len(feed.entries) == int(row["items"]), row["file"]
        if feed.entries:
            assert feed.encoding == row["encoding"]
            assert feed.entries[0].title.startswith(row["first_title_begins"])
    print(f"gate 8: {len(rows)} of {len(rows)} shared feeds read")
