"""Names to addresses, asked once and within time."""

import queue
import socket
import threading
from collections.abc import Callable

from core.fetching.problems import FetchFailed

Resolver = Callable[[str, int], list[str]]
"""Host and port -> the addresses, as the system prefers them; raises OSError."""

MOST_ADDRESSES = 32


def system(host: str, port: int) -> list[str]:
    """Ask the system's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def resolve(resolver: Resolver, host: str, port: int, seconds: float) -> list[str]:
    """The addresses of a name. The system's resolver knows no time limit, so it works aside and may be left.

    Raises FetchFailed `name` or `deadline`.
    """
    answer: queue.SimpleQueue[list[str]] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answer.put(resolver(host, port))
        except (OSError, UnicodeError):
            answer.put([])

    threading.Thread(target=ask, name="camove-resolve", daemon=True).start()
    try:
        found = answer.get(timeout=max(0.0, seconds))
    except queue.Empty:
        raise FetchFailed("deadline") from None
    if not 0 < len(found) <= MOST_ADDRESSES:
        raise FetchFailed("name")
    return found
