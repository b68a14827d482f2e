"""A throwaway S3 store: moto's server, in a process of its own on the loopback; and stores that behave badly."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from minio import Minio
from serving import free_port

PATIENCE = 60
"""Seconds until the server must answer; a busy machine takes its time."""

KEYS = {"s3_access_key": "access-of-tests", "s3_secret_key": "secret-of-tests"}


@contextmanager
def running() -> Iterator[str]:
    """Start a server; gives its address."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port, server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the store did not start")


def bucket(address: str) -> dict[str, Any]:
    """The settings of a new, empty bucket there."""
    name = f"camove-{uuid4().hex}"
    client = Minio(address.removeprefix("http://"), *KEYS.values(), secure=False, region="us-east-1")
    client.make_bucket(name)
    return {"s3_endpoint": address, "s3_bucket": name} | KEYS


@contextmanager
def bad(answer: bytes, pause: float) -> Iterator[dict[str, Any]]:
    """The settings of a store that takes connections, says `answer` over and over, and pauses in between."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve(taken: socket.socket, first: bytes, more: bytes) -> None:
        with taken:
            try:
                taken.recv(65536)
                taken.sendall(first)
                while not over.wait(pause):
                    taken.sendall(more)
            except OSError:
                return

    def accept() -> None:
        while True:
            try:
                taken, _ = listener.accept()
            except OSError:
                return
            head, _, body = answer.partition(b"|")
            threading.Thread(target=serve, args=(taken, head, body), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield {"s3_endpoint": f"http://127.0.0.1:{listener.getsockname()[1]}", "s3_bucket": "any"} | KEYS
    finally:
        over.set()
        listener.close()
