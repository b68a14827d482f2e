"""One request to one address that was checked: dialled as it is, with the original name for Host, SNI and certificate.

Every byte passes the meter, which knows the one deadline and how much may come; so neither endless headers, nor endless
trailers, nor a byte a second get further than a large body would.
"""

import http.client
import io
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from functools import partial
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.response import HTTPResponse

from core.fetching.problems import FetchFailed
from core.fetching.target import Target

CONNECT_SECONDS = 5.0
HEADER_BYTES = 64 * 1024

Dial = Callable[[str, int, float], socket.socket]
"""Address, port, seconds -> a connected socket; raises OSError."""


class Overrun(Exception):
    """More came than may come, or later; `reason` is a code of `problems`."""

    def __init__(self, reason: str) -> None:
        """Keep the code."""
        super().__init__(reason)
        self.reason = reason


def dial(address: str, port: int, seconds: float) -> socket.socket:
    """Connect to exactly this IP address; names are not accepted."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        socket.inet_pton(family, address)
        sock.settimeout(seconds)
        sock.connect((address, port))
    except BaseException:
        sock.close()
        raise
    return sock


class Allowance:
    """What one answer may still take: seconds until the deadline, and bytes; headers first, the body is added later."""

    def __init__(self, deadline: float) -> None:
        """`deadline` is a time of the monotonic clock."""
        self.deadline = deadline
        self.bytes_left = HEADER_BYTES

    def seconds(self) -> float:
        """Until the deadline; raises Overrun when there is nothing left."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise Overrun("deadline")
        return left

    def take(self, count: int) -> None:
        """Count bytes that came; raises Overrun."""
        self.bytes_left -= count
        if self.bytes_left < 0:
            raise Overrun("too_large")


class _Meter(io.RawIOBase):
    """The raw bytes of a connection, counted and timed."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, allowance: Allowance) -> None:
        self._raw, self._sock, self._allowance = raw, sock, allowance

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(self._allowance.seconds())
        count = int(self._raw.readinto(buffer) or 0)
        self._allowance.take(count)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Answer(http.client.HTTPResponse):
    """An answer read through the meter."""

    def __init__(self, sock: socket.socket, *args: Any, allowance: Allowance, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp = io.BufferedReader(_Meter(self.fp.detach(), sock, allowance))


class _Pinned(HTTPConnection):
    """A connection whose socket we have dialled; it asks no resolver and knows no proxy."""

    def __init__(self, *args: Any, dialled: socket.socket, allowance: Allowance, **options: Any) -> None:
        super().__init__(*args, timeout=allowance.seconds(), **options)
        self._dialled = dialled
        self.response_class = partial(_Answer, allowance=allowance)  # type: ignore[assignment]

    def _new_conn(self) -> socket.socket:
        self._dialled.settimeout(self.timeout)
        return self._dialled


class _PinnedTls(_Pinned, HTTPSConnection):
    """The same with TLS: urllib3 verifies the certificate against the name of the target."""


def connect(dialler: Dial, addresses: list[str], port: int, allowance: Allowance) -> socket.socket:
    """The first address that answers, within the time to connect."""
    until = time.monotonic() + min(CONNECT_SECONDS, allowance.seconds())
    for address in addresses:
        left = until - time.monotonic()
        if left <= 0:
            break
        with suppress(OSError):
            return dialler(address, port, left)
    raise FetchFailed("connect")


@contextmanager
def asked(
    target: Target,
    sock: socket.socket,
    headers: Mapping[str, str],
    allowance: Allowance,
    context: ssl.SSLContext,
) -> Iterator[HTTPResponse]:
    """Send a GET over the socket and read the headers of the answer; afterwards the socket is closed."""
    options: dict[str, Any] = {"dialled": sock, "allowance": allowance}
    with closing(sock):
        made: HTTPConnection
        if target.scheme == "https":
            made = _PinnedTls(target.host, target.port, ssl_context=context, **options)
        else:
            made = _Pinned(target.host, target.port, **options)
        with closing(made):
            made.request("GET", target.path, headers=headers, preload_content=False, decode_content=False)
            with closing(made.getresponse()) as answer:
                yield answer
