"""Serving: whose word on the visitor's address is taken, and a port that somebody else has."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

VISIT = """
import sys, threading
from pathlib import Path
from urllib.request import Request, urlopen
from flask import request
from core.commands.serving import _listen
from core.testing import make_app
from core.web.guard import public

app = make_app(Path(sys.argv[1]), trusted_proxies=int(sys.argv[2]))
app.add_url_rule("/who", "who", public(lambda: f"{request.remote_addr} {request.scheme}"))
with app.app_context():
    server = _listen("127.0.0.1", 0)
threading.Thread(target=server.run, daemon=True).start()
claimed = {"X-Forwarded-For": "203.0.113.7, 198.51.100.2", "X-Forwarded-Proto": "https"}
address = f"http://127.0.0.1:{server.effective_port}/who"
print(urlopen(Request(address, headers=claimed), timeout=20).read().decode())
"""
"""A visit over a real socket; in a process of its own, since the server leaves its sockets to the end of it."""


def child(code: str, *arguments: object, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, env=os.environ | environ
    )


@pytest.mark.parametrize(
    ("proxies", "seen"), [(0, "127.0.0.1 http"), (1, "198.51.100.2 https"), (2, "203.0.113.7 http")]
)
def test_only_our_own_proxies_are_believed(tmp_path: Path, proxies: int, seen: str) -> None:
    done = child(VISIT, tmp_path / "instance", proxies)
    assert done.stdout.strip() == seen, done.stderr


def test_busy_port_is_said_in_words(migrated: Path) -> None:
    with socket.socket() as rival:
        rival.bind(("127.0.0.1", 0))
        rival.listen()
        port = rival.getsockname()[1]
        serve = "from core.cli import main; main()"
        done = child(
            serve, "serve", "--port", port, CAMOVE_INSTANCE=str(migrated), CAMOVE_SEARCH_ENGINE="fts5"
        )
    assert done.returncode == 1
    assert f"Port {port} of 127.0.0.1 cannot be used" in done.stderr
    assert f"make run PORT={port + 1}" in done.stderr
