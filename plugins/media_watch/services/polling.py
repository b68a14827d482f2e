"""Asking feeds: each by itself, in threads, one request for a host at a time, no transaction open while we wait."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.toolkit import (
    Actor,
    Database,
    FeedProblem,
    Fetched,
    Fetcher,
    FetchProblem,
    Nursery,
    Validators,
    audit,
    feed_readers,
    mark,
    notify,
    now,
    parse_feed,
    people_with,
    platform,
)
from core.toolkit import (
    Feed as Parsed,
)
from plugins.media_watch import decoding, polling, rights
from plugins.media_watch.addresses import host_of, same_site
from plugins.media_watch.models import Feed, Hold
from plugins.media_watch.polling import Hints, Turn
from plugins.media_watch.services import archive
from plugins.media_watch.services.archive import Taken

GAP = timedelta(seconds=5)
"""The least time between two requests to one host."""

THREADS = 6
GONE = mark("A feed is gone for good (410) and is no longer asked: %(outlet)s")
NOT_A_FEED = "not_a_feed"
NOTHING = Taken()


@dataclass(frozen=True)
class Asked:
    """What came of asking one feed: an answer or the reason why there is none, and what stood in it."""

    feed_id: UUID
    at: datetime
    answer: Fetched | None = None
    parsed: Parsed | None = None
    encoding: str = ""
    error: str = ""


@dataclass(frozen=True)
class Polled:
    """How one feed fared: `outcome` is changed, unchanged, gone, or the reason of a failure."""

    feed_id: UUID
    outcome: str
    taken: Taken = NOTHING


Told = Callable[[Polled, int, int], None]
"""Hears each feed as it is done, with how many are done and how many there are."""


def poll(
    database: Database, fetcher: Fetcher, at: datetime | None = None, told: Told | None = None
) -> list[Polled]:
    """Ask all feeds whose turn it is at `at`. A slow or hostile one holds up one thread, and nobody else."""
    moment = at or now()
    with database.transaction() as session:
        chosen = _chosen(session, moment)
    found: list[Polled] = []
    with feed_readers() as readers, ThreadPoolExecutor(THREADS, thread_name_prefix="camove-feed") as threads:
        for asked in threads.map(lambda snapshot: _ask(fetcher, readers, moment, *snapshot), chosen):
            with database.transaction() as session:
                found.append(_record(session, asked))
            if told:
                told(found[-1], len(found), len(chosen))
    return found


Snapshot = tuple[UUID, str, Validators, str]
"""A feed's id, address, validators and the hash of its last body."""


def _chosen(session: Session, at: datetime) -> list[Snapshot]:
    """Whose turn it is; their hosts are marked as asked in the same transaction, so that no two pollers meet there."""
    holds = {each.host: each for each in session.scalars(select(Hold).with_for_update())}
    last = {host: each.asked_at for host, each in holds.items() if each.asked_at}
    due = select(Feed).where(Feed.state == "active", Feed.next_check <= at)
    feeds = {each.id: each for each in session.scalars(due)}
    waiting = [
        Turn(each.id, host_of(each.url), each.next_check)
        for each in feeds.values()
        if not ((hold := holds.get(host_of(each.url))) and hold.until and hold.until > at)
    ]
    turns = polling.turns(waiting, at, last, GAP)
    for turn in turns:
        hold = holds.get(turn.host) or Hold(host=turn.host)
        hold.asked_at, hold.until = at, None
        session.add(hold)
    return [_snapshot(feeds[turn.key]) for turn in turns]  # type: ignore[index]


def _snapshot(feed: Feed) -> Snapshot:
    return feed.id, feed.url, Validators(feed.etag, feed.last_modified), feed.body_hash


def _ask(
    fetcher: Fetcher,
    readers: Nursery,
    at: datetime,
    feed_id: UUID,
    url: str,
    validators: Validators,
    known: str,
) -> Asked:
    """Fetch and parse; whatever happens becomes an answer, since one feed must not stop the others."""
    try:
        answer = fetcher.get(url, validators=validators)
    except FetchProblem as problem:
        return Asked(feed_id, at, error=problem.reason)
    if answer.status != 200 or sha256(answer.body).hexdigest() == known:
        return Asked(feed_id, at, answer)
    decoded = decoding.decode(answer.body, answer.headers.get("content-type", ""))
    headers = {"content-type": "application/xml; charset=utf-8"}
    try:
        parsed = parse_feed(decoded.xml, headers, answer.url, readers)
    except FeedProblem as problem:
        return Asked(feed_id, at, answer, error=problem.reason, encoding=decoded.encoding)
    error = "" if parsed.version or parsed.entries else NOT_A_FEED
    return Asked(feed_id, at, answer, parsed, decoded.encoding, error)


def _record(session: Session, asked: Asked) -> Polled:
    """Write down what came of it: one transaction for one feed."""
    feed = session.get(Feed, asked.feed_id, with_for_update={"of": Feed})
    if feed is None:  # removed while we asked
        return Polled(asked.feed_id, "unchanged")
    elapsed = asked.at - feed.checked_at if feed.checked_at else timedelta(seconds=feed.interval)
    feed.checked_at = asked.at
    feed.status = asked.answer.status if asked.answer else 0
    if asked.answer is not None and asked.answer.status == 410:
        return _gone(session, feed)
    if asked.answer is None or asked.error or asked.answer.status not in {200, 304}:
        return _failed(session, feed, asked)
    _note_move(session, feed, asked.answer)
    taken = _take(session, feed, asked) if asked.parsed else Taken()
    _remember(feed, asked, asked.answer, elapsed, taken)
    if taken.new or taken.revised:
        audit.record(session, Actor(), "media_watch.feed.changed", feed.id)
    return Polled(feed.id, "changed" if taken.new or taken.revised else "unchanged", taken)


def _gone(session: Session, feed: Feed) -> Polled:
    """410: said once and for all. People are told, and may set it going again."""
    feed.state, feed.error = "gone", "gone"
    audit.record(session, Actor(), "media_watch.feed.gone", feed.id)
    people = people_with(session, platform.register, rights.SOURCES_CHANGE, feed.outlet.subject())
    notify(
        session, [each.id for each in people], "media_watch", GONE, {"outlet": feed.outlet.name},
        endpoint="media_watch.outlet", arguments={"outlet_id": str(feed.outlet_id)},
    )  # fmt: skip
    return Polled(feed.id, "gone")


def _failed(session: Session, feed: Feed, asked: Asked) -> Polled:
    answer = asked.answer
    feed.error = asked.error or f"http_{answer.status if answer else 0}"
    feed.failures += polling.weight(answer.status if answer and not asked.error else 0)
    wait = None
    if answer is not None and answer.status in {429, 503}:
        wait = polling.retry_after(answer.headers.get("retry-after", ""), asked.at)
        hold = session.get(Hold, host_of(feed.url))
        if hold is not None and wait:
            hold.until = asked.at + wait
    feed.next_check = asked.at + polling.after_failure(timedelta(seconds=feed.interval), feed.failures, wait)
    return Polled(feed.id, feed.error)


def _note_move(session: Session, feed: Feed, answer: Fetched) -> None:
    """Believe a permanent redirect after three equal answers, within one site; others are shown to the editors."""
    moved, times, believed = polling.moved(feed.moved_to, feed.moved_times, answer.moved_to)
    feed.moved_to, feed.moved_times = moved, times
    taken = session.scalars(select(Feed.id).where(Feed.url == moved)).first() if believed else None
    if believed and same_site(feed.url, moved) and taken is None:
        feed.url, feed.moved_to, feed.moved_times = moved, "", 0
        audit.record(session, Actor(), "media_watch.feed.moved", feed.id, ("url",))


def _take(session: Session, feed: Feed, asked: Asked) -> Taken:
    if asked.answer is None or asked.parsed is None:
        return Taken()
    evidence = archive.keep(session, asked.answer, asked.at)
    session.flush()
    feed.problem, feed.encoding = asked.parsed.problem[:64], asked.encoding
    feed.entries = len(asked.parsed.entries)
    return archive.take(session, feed, evidence, asked.parsed.entries, asked.at)


def _remember(feed: Feed, asked: Asked, answer: Fetched, elapsed: timedelta, taken: Taken) -> None:
    """Validators as they came, on 200 and on 304 and when the body is the same; then the next turn."""
    feed.error, feed.failures, feed.succeeded_at = "", 0.0, asked.at
    feed.etag = answer.headers.get("etag", feed.etag if answer.status == 304 else "")[:1024]
    changed = answer.headers.get("last-modified", feed.last_modified if answer.status == 304 else "")
    feed.last_modified = changed[:1024]
    if answer.status == 200:
        feed.body_hash = sha256(answer.body).hexdigest()
    parsed = asked.parsed
    hints = Hints(
        ttl=parsed.ttl if parsed else "",
        cache_control=answer.headers.get("cache-control", ""),
        period=parsed.update_period if parsed else "",
        frequency=parsed.update_frequency if parsed else "",
    )
    interval = polling.after_success(
        timedelta(seconds=feed.interval), elapsed, taken.new, feed.entries, hints
    )
    feed.interval = int(interval.total_seconds())
    feed.next_check = asked.at + interval
