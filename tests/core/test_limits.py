"""Limits: a flood is slowed, an office behind one address is not, and no address is kept."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask_limiter import Limiter
from machine import absent

from core.platform import EXTENSION
from core.testing import Browser, Town, make_app
from core.web.limits import ON, PER_MINUTE, network


@pytest.fixture
def limited(app: Flask) -> Flask:
    app.config[ON] = True
    return app


def knock(client: object, times: int, path: str = "/health", **options: object) -> list[int]:
    """The statuses of so many requests."""
    return [client.open(path, **options).status_code for _ in range(times)]  # type: ignore[attr-defined]


def test_tests_are_not_limited_unless_they_ask(app: Flask) -> None:
    assert set(knock(app.test_client(), PER_MINUTE["search"] + 5, "/ru/search")) == {200}


def test_a_flood_gets_a_page_that_says_when_to_come_back(limited: Flask) -> None:
    client = limited.test_client()
    seen = knock(client, PER_MINUTE["search"] + 5, "/ru/search")
    assert seen.count(200) == PER_MINUTE["search"]
    last = client.get("/ru/search")
    assert last.status_code == 429
    assert last.headers["Retry-After"] == "60"
    assert "Слишком много попыток" in last.text
    assert "default-src 'none'" in last.headers["Content-Security-Policy"]
    assert client.get("/ru/").status_code == 200, "reading has a measure of its own"


def test_forms_are_counted_before_their_token_is_looked_at(limited: Flask) -> None:
    seen = knock(limited.test_client(), PER_MINUTE["door"] + 3, "/ru/account/sign-in", method="POST")
    assert seen == [400] * PER_MINUTE["door"] + [429] * 3


def test_colleagues_behind_one_address_do_not_share_a_measure(limited: Flask, town: Town) -> None:
    home = town.organisation("Мост")
    for name in ("one", "two"):
        town.person(f"{name}@example.org", home, "core.member")
    one, two = (town.browser(limited, f"{name}@example.org").client for name in ("one", "two"))
    assert knock(one, PER_MINUTE["search"] + 1, "/ru/search")[-1] == 429
    assert knock(two, 1, "/ru/search") == [200]
    assert knock(limited.test_client(), 1, "/ru/search") == [200]


def test_an_office_of_forty_signs_in_at_nine_o_clock(limited: Flask) -> None:
    """A password, a code and a typo for each second person, spread over two minutes: within the measure."""
    assert PER_MINUTE["door"] >= 40 * 2.5 / 2
    assert 400 not in knock(Browser(limited).client, 100, "/ru/account/sign-in")


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("", ""),
    ],
)
def test_who_is_one_visitor(address: str, counted: str) -> None:
    assert network(address) == counted


def test_no_address_is_kept(limited: Flask) -> None:
    client = limited.test_client()
    client.get("/ru/search", environ_base={"REMOTE_ADDR": "203.0.113.7"})
    (limiter,) = limited.extensions["limiter"]
    assert isinstance(limiter, Limiter)
    kept = str(vars(limiter._storage))
    assert "search:" in kept
    assert "203.0.113" not in kept


@contextmanager
def redis(port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A Redis of our own, without a file."""
    if shutil.which("redis-server") is None:
        absent("redis-server")
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield process
    finally:
        process.kill()
        process.wait()


def test_two_processes_count_together_in_redis_and_alone_without_it(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"redis://127.0.0.1:{port}/0"
    with redis(port):
        apps = [make_app(tmp_path / "instance", [], limits_storage=url) for _ in range(2)]
        for app in apps:
            app.config[ON] = True
        half = PER_MINUTE["search"] // 2
        seen = [knock(app.test_client(), half + 1, "/ru/search") for app in apps]
        assert seen == [[200] * (half + 1), [200] * (half - 1) + [429] * 2]
    began = time.monotonic()
    seen = [knock(app.test_client(), 5, "/ru/search") for app in apps]
    assert seen == [[200] * 5] * 2, "without its Redis each counts for itself"
    assert time.monotonic() - began < 5
    assert knock(apps[0].test_client(), PER_MINUTE["search"], "/ru/search")[-1] == 429
    for app in apps:
        app.extensions[EXTENSION].database.close()
