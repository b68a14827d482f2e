"""`camove serve` as people start it: a process of its own on a loopback port."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from serving import free_port

PATIENCE = 60
"""Seconds until the server must answer; a busy machine takes its time."""


@dataclass
class Served:
    """A running server."""

    port: int
    process: subprocess.Popen[bytes]

    def get(self, path: str, timeout: float = 5) -> int:
        """The status of a page, asked on a connection of its own. Raises OSError."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()

    @property
    def megabytes(self) -> float:
        """The memory that the process has held at most."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("utf-8")
        line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024


@contextmanager
def served(instance: Path, *options: str, **environ: str) -> Iterator[Served]:
    """The server on a migrated folder, with its log in `serve.log` beside it; killed at the end."""
    port = free_port()
    command = [
        sys.executable,
        "-c",
        "from core.cli import main; main()",
        "serve",
        "--port",
        str(port),
        *options,
    ]
    # What tells the gates how long to run is no setting of the site, and would be refused as unknown.
    ours = {name: value for name, value in os.environ.items() if not name.startswith("CAMOVE_GATE_")}
    given = ours | {"CAMOVE_INSTANCE": str(instance)} | environ
    with instance.with_name("serve.log").open("wb") as log:
        process = subprocess.Popen(command, env=given, stdout=log, stderr=log)
        try:
            yield _answering(Served(port, process))
        finally:
            process.kill()
            process.wait()


def _answering(server: Served) -> Served:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.process.poll() is None:
        try:
            if server.get("/health/live") == 200:
                return server
        except OSError:
            time.sleep(0.05)
    raise AssertionError("camove serve did not answer")
