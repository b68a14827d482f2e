"""Where REST stands: beside the languages, since programs say theirs in a header."""

from flask import request

PREFIX = "/api/v1"


def is_ours() -> bool:
    """Whether this request is for REST, whatever becomes of it."""
    return request.path == "/api" or request.path.startswith("/api/")
