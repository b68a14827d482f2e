"""A site on a loopback port, and its end."""

import socket
import threading
from contextlib import suppress
from random import randrange
from typing import Any

from flask import Flask
from waitress.server import create_server
from waitress.wasyncore import dispatcher


def free_port() -> int:
    """A port that nobody uses, below those that the system gives to others while a server of ours is down."""
    while True:
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port := randrange(20_000, 32_000)))
            return port


class Serving:
    """A server that answers in a thread of its own until it is ended."""

    def __init__(self, app: Flask, host: str = "127.0.0.1", port: int = 0, threads: int = 6) -> None:
        self._server: Any = create_server(app, host=host, port=port, threads=threads, ident=None)
        self.port: int = self._server.effective_port
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Stop answering at once, in the middle of whatever was asked.

        The loop closes its sockets itself: closed by another thread, they could be gone while the loop
        asks the system about them, and it would die of that. What wakes the loop is closed last, when nobody
        is left who would write into it.
        """
        trigger = self._server.trigger
        trigger.pull_trigger(self._hang_up)
        self._server.task_dispatcher.shutdown()
        # Without the lock a busy loop could close what wakes it before this thread has written into it.
        with trigger.lock:
            trigger.thunks.append(trigger.close)
            trigger.pull_trigger()
        self._thread.join(timeout=30)
        assert not self._thread.is_alive()

    def _hang_up(self) -> None:
        for channel in list(self._server.active_channels.values()):
            channel.handle_close()
        dispatcher.close(self._server)
