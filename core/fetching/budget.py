"""How often one site is asked: a bucket of tokens for each registrable domain, in this process."""

import threading
import time
from collections.abc import Callable

from core.fetching.target import Target

BURST = 30.0
"""Requests at once, redirects counted; a site with many feeds is read in one go."""

PER_SECOND = 0.5
MOST_DOMAINS = 10_000


def domain_of(target: Target) -> str:
    """The last two labels, or the IP address.

    Without the public suffix list `co.uk` counts as one site: too careful for many, never too lavish for one.
    """
    return target.host if target.is_literal else ".".join(target.host.split(".")[-2:])


class Budget:
    """Buckets that fill with time. Safe for threads; another process has buckets of its own."""

    def __init__(
        self,
        burst: float = BURST,
        per_second: float = PER_SECOND,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Buckets of `burst` requests, filled by `per_second`."""
        self._burst, self._per_second, self._clock = burst, per_second, clock
        self._levels: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, target: Target) -> bool:
        """Whether one more request may go out; counts it if so."""
        domain, now = domain_of(target), self._clock()
        with self._lock:
            level = self._level(domain, now)
            if level < 1:
                return False
            self._levels[domain] = (level - 1, now)
            if len(self._levels) > MOST_DOMAINS:
                self._forget_full(now)
        return True

    def _level(self, domain: str, now: float) -> float:
        level, since = self._levels.get(domain, (self._burst, now))
        return min(self._burst, level + (now - since) * self._per_second)

    def _forget_full(self, now: float) -> None:
        """A full bucket is as good as none."""
        self._levels = {
            domain: state for domain, state in self._levels.items() if self._level(domain, now) < self._burst
        }
