"""The doors to the outside: who may speak to the network, start a process, or open what strangers sent."""

import ast
from pathlib import Path

import pytest
from architecture.source import ROOT, Module, modules

EVERYTHING = modules(ROOT, "core") | modules(ROOT, "plugins")

S3 = {
    "core.attachments.bucket": "dials one store, which the administrator named; nothing a visitor says leads there"
}

DOORS: dict[tuple[str, ...], dict[str, str]] = {
    (
        "socket", "http.client", "http.cookiejar", "urllib.request", "urllib3", "requests", "httpx", "aiohttp",
        "ftplib", "poplib", "imaplib", "telnetlib", "xmlrpc", "asyncio", "socketserver", "http.server",
    ): {
        "core.fetch": "the one client",
        "core.fetching": "its parts",
        "core.nursery": "a pair of sockets between two processes of ours, for handing over pipes",
    } | S3,
    ("minio",): S3,
    ("ssl",): {
        "core.fetch": "the one client",
        "core.fetching": "its parts",
        "core.notifications": "mail goes over verified TLS",
    },
    ("smtplib",): {
        "core.notifications": "the one sender of mail",
        "core.doctor.service": "asks whether the mail server answers, and sends nothing",
    },
    ("subprocess", "multiprocessing", "pty", "runpy"): {
        "core.confined": "the one way to run a child",
        "core.cage": "the child's own side of it",
        "core.nursery": "mothers of confined children, which are ready at once",
        "core.backup.postgres": "asks PostgreSQL's own programs, with fixed names",
    },
    ("feedparser",): {"core.feeds": "runs as a confined child"},
    ("trafilatura",): {"plugins.media_watch.extraction": "runs as a confined child"},
    ("PIL",): {
        "core.imaging": "runs as a confined child",
        "plugins.monitoring.sample": "draws pictures, opens none",
    },
    ("ctypes",): {"core.cage": "asks the kernel for its limits"},
}  # fmt: skip
"""What is forbidden -> which modules (with all below them) may use it all the same, and why."""

BY_NAME = {
    "core.search.whoosh_engine": "imports late parts of Whoosh, with fixed names",
    "core.nursery": "imports the one module that a mother is started with",
}
"""Which modules may import by a string, and why."""

BARE = {"http", "urllib"}
"""Packages whose dangerous half would come along unseen when they are imported whole."""

STRINGS = {"importlib.import_module", "import_module", "__import__"}
"""A module that is fetched by a string escapes every rule above."""

CALLS = {"os.system", "os.popen", "os.fork", "os.posix_spawn", "os.execv", "os.execvp", "os.spawnv"}


FORKS = {"core.nursery": "bears confined children, each of which closes the cage before it reads"}


def offences(module: Module) -> list[str]:
    """The names that a module uses and may not."""
    found = []
    for names, allowed in DOORS.items():
        if any(f"{module.name}.".startswith(f"{each}.") for each in allowed):
            continue
        found += [i for i in module.all_imports() if any(f"{i}.".startswith(f"{name}.") for name in names)]
    found += sorted(module.all_imports() & BARE)
    forbidden = CALLS if module.name in BY_NAME else CALLS | STRINGS
    forbidden = forbidden - {"os.fork"} if module.name in FORKS else forbidden
    return found + sorted(_mentioned(module) & forbidden)


def _mentioned(module: Module) -> set[str]:
    """Dotted names as they stand in calls."""
    calls = [node.func for node in ast.walk(module.tree) if isinstance(node, ast.Call)]
    return {ast.unparse(each) for each in calls if isinstance(each, ast.Attribute | ast.Name)}


def written(folder: Path, name: str, text: str) -> Module:
    path = folder / "sample.py"
    path.write_text(text, "utf-8")
    return Module(name, path)


@pytest.mark.parametrize(
    ("name", "text", "offends"),
    [
        ("core.x", "import socket", True),
        ("core.x", "from urllib import request", True),
        ("core.x", "import urllib\nurllib.request.urlopen('x')", True),
        ("core.x", "from urllib.parse import urlsplit", False),
        ("core.x", "from http import HTTPStatus", False),
        ("core.x", "def f():\n    import urllib3", True),
        ("core.fetching.wire", "import urllib3", False),
        ("core.fetchings", "import urllib3", True),
        ("core.attachments.bucket", "import urllib3", False),
        ("core.attachments.shelves", "import minio", True),
        ("core.fetch", "import subprocess", True),
        ("plugins.media_watch.poller", "import feedparser", True),
        ("plugins.media_watch.poller", "import requests", True),
        ("core.x", "import os\nos.system('x')", True),
        ("core.x", "import importlib\nimportlib.import_module('socket')", True),
        ("core.x", "from PIL import Image", True),
        ("core.notifications", "import smtplib", False),
    ],
)
def test_an_offence_is_found(tmp_path: Path, name: str, text: str, offends: bool) -> None:
    assert bool(offences(written(tmp_path, name, text))) is offends


def test_nobody_opens_a_door_of_his_own() -> None:
    assert {name: found for name, module in EVERYTHING.items() if (found := offences(module))} == {}


def test_every_exception_is_still_needed() -> None:
    """An allowance that nobody uses is a hole that waits."""
    unused = [
        (names[0], allowed)
        for names, permitted in DOORS.items()
        for allowed in permitted
        if not any(
            f"{i}.".startswith(f"{name}.")
            for module in EVERYTHING.values()
            if f"{module.name}.".startswith(f"{allowed}.")
            for i in module.all_imports()
            for name in names
        )
    ]
    assert unused == []
