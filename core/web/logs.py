"""Logs: one event, one line, a number for each request; no person, no address, no query, no words of an error.

Modules speak through the standard library; structlog writes the lines, as JSON unless somebody looks on.
"""

import json
import logging
import re
import secrets
import sys
import time
import traceback
import unicodedata
from collections.abc import Mapping
from types import TracebackType
from typing import Any, TextIO

import structlog
from flask import Flask, Response, g, has_request_context, request

from core.platform import platform

log = logging.getLogger("camove.web")
ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs", "Co"})
"""Unicode's classes of what a terminal or an editor obeys instead of showing it: newline, ESC, bidi marks."""

Event = structlog.typing.EventDict
Failure = tuple[type[BaseException], BaseException, TracebackType | None]


def install(app: Flask) -> None:
    """Name and time each request, and write one line about it at the end."""
    app.before_request(name_request)
    app.after_request(tell)


def name_request() -> None:
    """A short random id that an error page shows and the log carries; a proxy of ours may bring its own."""
    given = request.headers.get("X-Request-ID", "") if platform.settings.trusted_proxies else ""
    g.request_id = given if ID.fullmatch(given) else secrets.token_hex(4)
    g.began = time.perf_counter()


def tell(response: Response) -> Response:
    """The endpoint and never the address: ids and what somebody searched for stand in that."""
    spent = round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000)
    log.info(
        "request",
        extra={
            "method": request.method,
            "endpoint": request.endpoint or "none",
            "status": response.status_code,
            "ms": spent,
        },
    )
    return response


def configure(stream: TextIO | None = None, *, development: bool = False) -> None:
    """Send all logs of this process to `stream` (standard error), in place of what was set before.

    `development` adds an error's own words and its traceback; elsewhere they could quote a person.
    """
    stream = stream or sys.stderr
    handler = logging.StreamHandler(stream)
    handler.addFilter(_without_foreign_words)
    handler.setFormatter(_formatter(terminal=stream.isatty(), development=development))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("camove").setLevel(logging.INFO)


def _formatter(*, terminal: bool, development: bool) -> structlog.stdlib.ProcessorFormatter:
    last = structlog.dev.ConsoleRenderer() if terminal else structlog.processors.JSONRenderer(_line)
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.ExtraAdder(), structlog.stdlib.add_logger_name, _place],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info if development else _traced,
            _escaped,
            last,
        ],
    )


def _line(event: Event, **_options: Any) -> str:
    return json.dumps(event, ensure_ascii=False, default=lambda value: type(value).__name__)


def _without_foreign_words(record: logging.LogRecord) -> bool:
    """Of what libraries say the numbers stay; a text may be a path, a query or a person."""
    if not record.name.startswith("camove"):
        given = record.args
        if isinstance(given, Mapping):
            record.args = {key: _number(value) for key, value in given.items()}
        elif given:
            record.args = tuple(_number(value) for value in given)
    return True


def _number(value: object) -> object:
    return value if isinstance(value, int | float) else "…"


def _place(_logger: Any, _method: str, event: Event) -> Event:
    if has_request_context():
        event["request_id"] = g.get("request_id", "")
    return event


def _traced(_logger: Any, _method: str, event: Event) -> Event:
    """Where it failed and with which kinds of error; neither their words nor the values of variables."""
    failure: Failure | None = event.pop("exc_info", None) or None
    event.pop("stack_info", None)
    error = failure[1] if failure else None
    chain: list[str] = []
    while error is not None and len(chain) < 5:
        frames = traceback.extract_tb(error.__traceback__)[-12:]
        steps = [f"{f.filename.rsplit('/', 1)[-1]}:{f.lineno} {f.name}" for f in frames]
        chain.append(f"{type(error).__name__}: {' > '.join(steps)}")
        error = error.__cause__ or error.__context__
    if chain:
        event["error"] = chain
    return event


def _escaped(_logger: Any, _method: str, event: Event) -> Event:
    """No field can begin a second line, colour a terminal or turn the direction of a text."""
    # In development alone an event carries its traceback as it is, line under line.
    return {shown(key): value if key == "exception" else _shown(value) for key, value in event.items()}


def _shown(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_shown(each) for each in value]
    if isinstance(value, Mapping):
        return {shown(str(key)): _shown(each) for key, each in value.items()}
    return value if isinstance(value, int | float | None) else shown(str(value))


def shown(text: str) -> str:
    """The text with what cannot be seen written as numbers, and not without end."""
    return "".join(f"\\u{ord(c):04x}" if unicodedata.category(c) in UNSEEN else c for c in text[:2000])
