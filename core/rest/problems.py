"""Every failure of REST as `application/problem+json` (RFC 9457): a status, a code for programs, words for people."""

import json
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus

from flask import Flask, Response, g
from werkzeug.exceptions import HTTPException

from core.i18n import gettext

Pointer = tuple[str, str]
"""Where in the body, or which parameter, and what is wrong with it."""


class Problem(Exception):
    """What ends a request; `errors` point to fields."""

    def __init__(
        self,
        status: int,
        code: str,
        errors: Iterable[Pointer] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Keep what is answered."""
        super().__init__(code)
        self.status, self.code, self.errors, self.headers = status, code, tuple(errors), dict(headers or {})


def words(code: str) -> str:
    """What to do about it, in the language of the request."""
    known: dict[str, Callable[[], str]] = {
        "no_token": lambda: gettext("Send a valid token in the header Authorization: Bearer camove_…"),
        "scope_missing": lambda: gettext("This token was not made for that. Make one that includes it."),
        "not_json": lambda: gettext("The body is not JSON, or nested too deep."),
        "wrong_type": lambda: gettext("Send the body as application/json."),
        "not_acceptable": lambda: gettext("The answer is JSON: accept application/json."),
        "fields": lambda: gettext("Some fields are wrong; errors says which and why."),
        "condition_missing": lambda: gettext(
            "Read the record first and send its ETag in the header If-Match, so that nobody's change is lost."
        ),
        "stale": lambda: gettext("Somebody changed this meanwhile. Read it again, then send your change."),
        "key_missing": lambda: gettext(
            "Send an Idempotency-Key, such as a new UUID, so that a repeat makes no second record."
        ),
        "key_reused": lambda: gettext("This Idempotency-Key came with another request before."),
        "not_found": lambda: gettext("There is nothing here for this token."),
        "method_not_allowed": lambda: gettext("This cannot be done here; the header Allow says what can."),
        "request_entity_too_large": lambda: gettext("The body is too large."),
        "content_too_large": lambda: gettext("The body is too large."),
        "too_many_requests": lambda: gettext(
            "Too many requests: wait as long as the header Retry-After says."
        ),
        "not_ready": lambda: gettext("The record is not in a state in which this can be done."),
    }
    return str(known[code]()) if code in known else ""


def answer(
    status: int,
    code: str = "",
    detail: str = "",
    errors: Iterable[Pointer] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer; `type` is about:blank, since status and code say all that a program needs."""
    title = HTTPStatus(status).phrase
    told: dict[str, object] = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "code": code or _code(title),
        "detail": words(code or _code(title)) or detail or title,
        "request_id": g.get("request_id", ""),
    }
    if wrong := [{"pointer": where, "detail": what} for where, what in errors]:
        told["errors"] = wrong
    response = Response(
        json.dumps(told, ensure_ascii=False) + "\n", status, mimetype="application/problem+json"
    )
    response.headers.extend(dict(headers or {}))
    return response


def _code(title: str) -> str:
    return title.lower().replace(" ", "_")


def of_http(error: HTTPException) -> Response:
    """Refusals of Flask itself: an unknown address, another method, a body that is too large, a flood."""
    status, methods = error.code or 500, getattr(error, "valid_methods", None)
    headers = {"Allow": ", ".join(sorted(set(methods) - {"OPTIONS"}))} if methods else {}
    if status in (429, 503):
        headers["Retry-After"] = "60"
    return answer(status, headers=headers)


def install(app: Flask) -> None:
    """Answer what REST itself raises."""
    app.register_error_handler(
        Problem, lambda each: answer(each.status, each.code, errors=each.errors, headers=each.headers)
    )
