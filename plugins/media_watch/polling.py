"""The poller's clock: when to ask a feed again. Time is always a parameter, so tests have a clock of their own."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LEAST, MOST, USUAL = timedelta(minutes=10), timedelta(hours=24), timedelta(hours=1)
GROWTH = 1.5
WANTED = 4
"""New items that a poll should find: fewer polls lose items, more bother the site."""

WEIGHTS = {"hard": 1.0, "soft": 0.5, "temporary": 0.25}
LONGEST_BACKOFF = timedelta(days=30)
"""However often a feed fails it is asked once a month: many come back."""

HARD, SOFT = frozenset({400, 401, 403, 404, 405, 410, 451}), frozenset({406, 409, 422})
PERIODS = {"hourly": 1, "daily": 24, "weekly": 168, "monthly": 720, "yearly": 8760}
MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
MOVES = 3
"""So many equal answers make a permanent redirect believed."""


@dataclass(frozen=True)
class Hints:
    """What the other side says about itself: `ttl` in minutes, Cache-Control, sy:updatePeriod and its frequency."""

    ttl: str = ""
    cache_control: str = ""
    period: str = ""
    frequency: str = ""

    def least(self) -> timedelta:
        """The longest of the intervals asked for; zero if none. Nonsense is none."""
        asked = [timedelta(minutes=int(self.ttl))] if re.fullmatch(r"\d{1,6}", self.ttl) else []
        if found := MAX_AGE.search(self.cache_control):
            asked.append(timedelta(seconds=int(found[1])))
        if hours := PERIODS.get(self.period.lower()):
            often = int(self.frequency) if re.fullmatch(r"[1-9]\d{0,3}", self.frequency) else 1
            asked.append(timedelta(hours=hours) / often)
        return max(asked, default=timedelta())


def clamped(interval: timedelta) -> timedelta:
    """Between 10 minutes and 24 hours."""
    return min(MOST, max(LEAST, interval))


def after_success(interval: timedelta, elapsed: timedelta, new: int, entries: int, hints: Hints) -> timedelta:
    """The next interval after a poll that found `new` of `entries` items since `elapsed`.

    It aims at four new items a poll, and never waits until half of the feed's window has scrolled by. With nothing new
    it grows by half. The other side's hints are kept as the least, within 10 minutes and 24 hours.
    """
    if new <= 0:
        found = interval * GROWTH
    else:
        found = max(elapsed, timedelta(minutes=1)) * (min(WANTED, max(1, entries / 2)) / new)
        # One lucky poll does not say much: half of the way at most.
        found = min(max(found, interval / 2), interval * 2)
    return clamped(max(found, hints.least()))


def weight(status: int) -> float:
    """How much a failure counts; 0 stands for no answer at all."""
    if status in HARD:
        return WEIGHTS["hard"]
    return WEIGHTS["soft"] if status in SOFT else WEIGHTS["temporary"]


def after_failure(interval: timedelta, failures: float, asked: timedelta | None = None) -> timedelta:
    """How long to wait after weighted `failures` in a row: linear on purpose. `asked` is what Retry-After says."""
    wait = min(LONGEST_BACKOFF, clamped(interval) * max(1.0, failures))
    return max(wait, asked or timedelta())


def retry_after(value: str, now: datetime) -> timedelta | None:
    """Retry-After (RFC 9110, 10.2.3) as seconds or as a date; at most 24 hours, None if there is none."""
    value = value.strip()
    if re.fullmatch(r"\d{1,9}", value):
        return min(MOST, timedelta(seconds=int(value)))
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(MOST, max(timedelta(), moment - now))


@dataclass(frozen=True)
class Turn:
    """One feed that may be due: its key, its host, and since when it waits."""

    key: object
    host: str
    due: datetime


def turns(waiting: Iterable[Turn], now: datetime, last: Mapping[str, datetime], gap: timedelta) -> list[Turn]:
    """Whom to ask now: of each host the one that waits longest, and no host again before `gap` has passed."""
    chosen: dict[str, Turn] = {}
    for each in sorted(waiting, key=lambda turn: (turn.due, str(turn.key))):
        rested = each.host not in last or now - last[each.host] >= gap
        if each.due <= now and rested:
            chosen.setdefault(each.host, each)
    return list(chosen.values())


def moved(known: str, count: int, now_at: str) -> tuple[str, int, bool]:
    """What to keep of a permanent redirect: where to, how often in a row, and whether it may be believed."""
    if not now_at:
        return "", 0, False
    times = count + 1 if now_at == known else 1
    return now_at, times, times >= MOVES
