"""The one client for outgoing HTTP: no answer of the site can be used to look into the network where it runs.

Each hop is read strictly, its name resolved once, all its addresses checked, and one of exactly those dialled. No proxy
of the environment, no cookies, no credentials. One deadline stands over name, connection, redirects and body.
"""

import re
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException

from urllib3.exceptions import HTTPError
from urllib3.response import HTTPResponse

from core import __version__
from core.fetching import body, naming, target, wire
from core.fetching.budget import Budget
from core.fetching.problems import FetchFailed, Refused
from core.fetching.public import is_public
from core.fetching.target import Target
from core.fetching.wire import Allowance
from core.settings import Settings

TOTAL_SECONDS = 30.0
RAW_LIMIT = 5 * 2**20
LIMIT = 20 * 2**20
MOST_HOPS = 3
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
VALIDATOR = re.compile(r"[\x20-\x7e\x80-\xff]{0,1024}")
SHARED_BUDGET = Budget()


@dataclass(frozen=True)
class Fetched:
    """An answer, whatever its status: 304 and 410 are answers too. Header names are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    """Where the answer came from, after redirects."""
    moved_to: str = ""
    """Where an unbroken row of permanent redirects (301, 308) leads, if there was one."""


@dataclass(frozen=True)
class Validators:
    """What the last answer said of its own version; given back as it came (RFC 9110, 13.1)."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True)
class Fetcher:
    """Gets pages for this site. What follows `settings` exists for tests, which have a network of their own."""

    settings: Settings
    resolver: naming.Resolver = naming.system
    dialler: wire.Dial = wire.dial
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    budget: Budget = SHARED_BUDGET

    def get(
        self,
        url: str,
        *,
        validators: Validators | None = None,
        raw_limit: int = RAW_LIMIT,
        limit: int = LIMIT,
        seconds: float = TOTAL_SECONDS,
    ) -> Fetched:
        """Fetch one address: bytes on the wire, bytes unpacked, and seconds in all. Never inside a transaction.

        Raises Refused when our rules forbid to ask, FetchFailed when the other side fails; both carry a reason code.
        """
        deadline = time.monotonic() + seconds
        headers = self._headers(validators or Validators())
        try:
            return self._follow(target.read(url), headers, deadline, (raw_limit, limit))
        except wire.Overrun as error:
            raise FetchFailed(error.reason) from error
        except (OSError, HTTPException, HTTPError, ValueError) as error:
            raise FetchFailed(_what_failed(error)) from error

    def _follow(
        self, hop: Target, headers: Mapping[str, str], deadline: float, limits: tuple[int, int]
    ) -> Fetched:
        moved_to, permanent = "", True
        for _ in range(MOST_HOPS + 1):
            allowance = Allowance(deadline)
            with self._answer(hop, headers, allowance) as answer:
                location = answer.headers.get("location")
                if answer.status not in REDIRECTS or not location:
                    content = body.read(answer, allowance, *limits)
                    return Fetched(answer.status, _plain(answer), content, hop.url, moved_to)
                permanent = permanent and answer.status in PERMANENT
                hop = hop.follow(location)
                moved_to = hop.url if permanent else moved_to
        raise Refused("hops")

    @contextmanager
    def _answer(
        self, hop: Target, headers: Mapping[str, str], allowance: Allowance
    ) -> Iterator[HTTPResponse]:
        """Everything that is checked is checked here, for the first hop and for each later one."""
        addresses = self._addresses(hop, allowance)
        if not self.budget.take(hop):
            raise Refused("budget")
        sock = wire.connect(self.dialler, addresses, hop.port, allowance)
        with wire.asked(hop, sock, headers, allowance, self.context) as answer:
            yield answer

    def _addresses(self, hop: Target, allowance: Allowance) -> list[str]:
        """The addresses of the host, resolved once; all of them must be public, or none is dialled."""
        seconds = allowance.seconds()
        found = [hop.host] if hop.is_literal else naming.resolve(self.resolver, hop.host, hop.port, seconds)
        if not all(is_public(each) for each in found):
            raise Refused("address")
        return found

    def _headers(self, validators: Validators) -> dict[str, str]:
        headers = {
            "User-Agent": f"camove/{__version__} (+{self.settings.base_url})",
            "Accept": "application/atom+xml, application/rss+xml, application/xml, text/html, */*;q=0.5",
            "Accept-Encoding": "gzip",
            "Connection": "close",
        }
        given = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
        # A validator is the other side's text: one that would break the request is left out.
        return headers | {name: text for name, text in given.items() if text and VALIDATOR.fullmatch(text)}


def _plain(answer: HTTPResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in answer.headers.items()}


def _what_failed(error: Exception) -> str:
    """The code for what a library raised; urllib3 wraps what happened below it."""
    chain: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in chain:
        chain.append(cause)
        cause = cause.__cause__ or cause.__context__
    for each in chain:
        if isinstance(each, wire.Overrun):
            return each.reason
    if any(isinstance(each, TimeoutError) for each in chain):
        return "deadline"
    return "tls" if any(isinstance(each, ssl.SSLError) for each in chain) else "broken"
