"""Logs: ten fields with injections give ten lines, and nothing of a person, an address or a query stands there."""

import io
import json
import logging
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from core.platform import EXTENSION, Platform
from core.testing import Town, make_app
from core.web import logs

CANARY = "Кан-Арейка"
INJECTIONS = (
    "\n",
    "\r",
    '\r\n{"event": "forged"}',
    "\x1b[31m",
    "\u202e",
    "\u2066",
    "\x85",
    "\u2028",
    "\x00",
    "\x9b2J",
)


@pytest.fixture
def lines() -> Any:
    """What was logged while the test ran, as it stands in the stream; the logging of before comes back."""
    root, camove = logging.getLogger(), logging.getLogger("camove")
    before, levels = root.handlers[:], (root.level, camove.level)
    stream = io.StringIO()
    logs.configure(stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(levels[0])
    camove.setLevel(levels[1])


def events(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().split("\n") if line]


@pytest.mark.parametrize("injection", INJECTIONS, ids=ascii)
def test_an_event_stays_one_line_whatever_a_field_holds(lines: io.StringIO, injection: str) -> None:
    fields = {f"field{number}": f"a{injection}b" for number in range(10)}
    logging.getLogger("camove.test").info("said %s", injection, extra=fields | {f"key{injection}": 1})
    logging.getLogger("elsewhere").warning(f"a{injection}b")
    written = lines.getvalue()
    assert len(events(lines)) == written.count("\n") == len(written.splitlines()) == 2
    assert not unseen(written)
    assert "\\" in events(lines)[0]["field9"]


def unseen(written: str) -> set[str]:
    """The characters of a text that a terminal obeys, but for the end of a line."""
    return {c for c in written.replace("\n", "") if logs.shown(c) != c}


def test_a_request_is_one_line_without_its_address(lines: io.StringIO, app: Flask) -> None:
    client = app.test_client()
    client.get(f"/ru/search?q={CANARY}", headers={"User-Agent": CANARY, "X-Request-ID": "fremd-1234"})
    client.get(f"/ru/{CANARY}")
    client.post("/ru/account/sign-in", data={"email": f"{CANARY}@example.org"})
    found = [each for each in events(lines) if each["event"] == "request"]
    assert [each["endpoint"] for each in found] == ["pages.results", "none", "account.sign_in"]
    assert [each["status"] for each in found] == [200, 404, 400]
    assert set(found[0]) == {
        "event",
        "method",
        "endpoint",
        "status",
        "ms",
        "request_id",
        "logger",
        "level",
        "timestamp",
    }
    assert CANARY not in lines.getvalue()
    assert "127.0.0.1" not in lines.getvalue()
    assert "fremd" not in lines.getvalue()


@pytest.mark.parametrize(
    ("given", "kept"),
    [("a-well.formed_ID1", True), ("short", False), ("a b c d e f g", False), ("x" * 65, False)],
)
def test_only_a_trusted_proxy_names_a_request(
    lines: io.StringIO, tmp_path: Path, given: str, kept: bool
) -> None:
    app = make_app(tmp_path / "instance", [], trusted_proxies=1)
    app.test_client().get("/health/live", headers={"X-Request-ID": given})
    assert (events(lines)[-1]["request_id"] == given) is kept
    app.extensions[EXTENSION].database.close()


def test_a_failure_is_told_by_place_and_kind_only(lines: io.StringIO, app: Flask) -> None:
    def burst() -> str:
        secret = CANARY
        raise KeyError(secret)

    app.view_functions["pages.conduct"] = burst
    burst.camove_permission = ""  # type: ignore[attr-defined]
    answer = app.test_client().get("/en/conduct")
    failure = next(each for each in events(lines) if each["level"] == "error")
    assert failure["request_id"] in answer.text
    assert failure["error"][0].startswith("KeyError: ")
    assert "test_logs.py" in failure["error"][0]
    assert CANARY not in lines.getvalue()


def test_what_a_library_says_loses_its_texts(lines: io.StringIO) -> None:
    logging.getLogger("waitress").warning("Exception while serving %s, queue %d", f"/ru/{CANARY}", 7)
    assert events(lines)[0]["event"] == "Exception while serving …, queue 7"


def test_an_error_of_the_database_does_not_quote_what_was_typed(site: Platform, town: Town) -> None:
    with pytest.raises(SQLAlchemyError) as caught, site.database.transaction() as session:
        session.execute(text("INSERT INTO nowhere VALUES (:words)"), {"words": CANARY})
    assert CANARY not in str(caught.value)
    assert "hide_parameters" in str(caught.value)
