"""Strong ETags and the conditions that hang on them (RFC 9110, section 13)."""

import hashlib

from flask import Response, request

from core.rest.problems import Problem


def tag(body: bytes) -> str:
    """The tag of an answer: two that differ in one byte, such as in language, have two."""
    return hashlib.sha256(body).hexdigest()[:32]


def tagged(response: Response) -> Response:
    """The answer with its tag; 304 without a body for whoever has it already."""
    response.set_etag(tag(response.get_data()))
    return response.make_conditional(request)  # type: ignore[return-value]


def require_match(body: bytes) -> None:
    """Return only if the request names this very state. Raises Problem (428, 412)."""
    wanted = request.if_match
    if "If-Match" not in request.headers or wanted.star_tag:
        # A star would overwrite whatever stands there: that is what the condition is for.
        raise Problem(428, "condition_missing")
    if not wanted.is_strong(tag(body)):
        raise Problem(412, "stale")
