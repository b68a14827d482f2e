"""Where REST stands: beside the languages, since programs say theirs in a header."""

from flask import request

PREFIX = "/api/v1"


def owner() -> str:
    """The plugin whose resource is asked; empty for a page."""
    parts = (request.endpoint or "").split(".")
    return parts[1] if parts[0] == "api" and len(parts) > 2 else ""


def is_ours() -> bool:
    """Whether this request is for REST, whatever becomes of it."""
    return request.path == "/api" or request.path.startswith("/api/")
