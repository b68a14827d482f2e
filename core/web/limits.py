"""Limits on how much one visitor may ask: high enough for an office behind one address, low enough for a flood.

A person signed in has their own measure, so colleagues behind one address never share one. Strangers share
that of their address; mobile networks put hundreds behind one, so reading is generous. What protects accounts
is not here: `core.accounts.throttle` counts the failures of each account in the database.
"""

import hashlib
import logging
import math
import time

from flask import Flask, Response, current_app, request
from flask import session as cookie
from flask_limiter import Limiter

from core.accounts.devices import network
from core.accounts.sessions import TOKEN
from core.accounts.throttle import digest
from core.platform import EXTENSION, platform
from core.rest import addresses, bearer
from core.settings import Settings

PER_MINUTE = {
    "read": 600,
    "search": 120,
    "write": 120,
    "upload": 600,
    "door": 60,
    "token": 300,
    "no token": 60,
}
"""Requests of one visitor. `read`: 200 people behind one mobile address opening 3 pages a minute. `search`:
a person types a query every few seconds. `write`: one form every half second. `upload`: 25 MB in parts of
256 KB take 100. `door`, always by address: an office of 40 signing in within 2 minutes, a typo for each second
person (each takes a password and a code). `token`: 30,000 rows of a list a minute; `no token`, by address: whoever
tries tokens."""

UNLIMITED = frozenset({"static", "root.live"})
"""Files are cached by browsers and proxies; a machine asks whether the process answers."""

SEARCHES = frozenset({"pages.results"})
ON = "CAMOVE_RATE_LIMITS"
"""The key of app.config; off in tests that do not ask for limits."""


def install(app: Flask) -> None:
    """Count each request before anything of it is read."""
    settings: Settings = app.extensions[EXTENSION].settings
    app.config.update({ON: not settings.testing and settings.limits_factor > 0})
    rule = [_rule]
    limiter = Limiter(
        visitor,
        application_limits=rule,  # type: ignore[arg-type]
        request_identifier=lambda: request.endpoint or "none",
        storage_uri=settings.limits_storage,
        storage_options=_patience(settings),  # type: ignore[arg-type]  # redis takes parts of a second
        strategy="fixed-window",
        key_prefix="camove",
        # Without its Redis a process counts for itself: nobody is locked out, and a flood is still slowed.
        in_memory_fallback=rule,  # type: ignore[arg-type]
        in_memory_fallback_enabled=True,
        swallow_errors=True,
    )
    limiter.request_filter(lambda: not current_app.config[ON] or request.endpoint in UNLIMITED)
    logging.getLogger("flask-limiter").setLevel(logging.WARNING)
    limiter.init_app(app)
    app.after_request(tell)


def _patience(settings: Settings) -> dict[str, str | float]:
    """A Redis that hangs must not hold up the pages: seconds to wait for it."""
    return (
        {"socket_timeout": 0.3, "socket_connect_timeout": 0.3} if "redis" in settings.limits_storage else {}
    )


def kind() -> str:
    """To which of the measures this request counts."""
    endpoint = request.endpoint or ""
    if addresses.is_ours():
        return "token" if bearer.presented() else "no token"
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return "search" if endpoint in SEARCHES else "read"
    if cookie.get(TOKEN) is None or endpoint.startswith("account."):
        return "door"
    return "upload" if "upload" in endpoint else "write"


def _rule() -> str:
    return f"{PER_MINUTE[kind()] * platform.settings.limits_factor} per minute"


def visitor() -> str:
    """Who is counted, without keeping an address: the token or the sign-in, or else the network that asks."""
    measure = kind()
    if measure == "token":
        return f"token:{bearer.presented().token_id}"  # type: ignore[union-attr]
    token = None if addresses.is_ours() else cookie.get(TOKEN)
    if token and measure != "door":
        return f"{measure}:{hashlib.sha256(str(token).encode()).hexdigest()[:32]}"
    return f"{measure}:{digest(platform.settings, 'limits', network(request.remote_addr or ''))[:32]}"


def tell(response: Response) -> Response:
    """Programs are told what is left (draft-ietf-httpapi-ratelimit-headers-10), and when to come back."""
    found = current_app.extensions.get("limiter") or ()
    current = next(iter(found)).current_limit if found and addresses.is_ours() else None
    if current is None:
        return response
    name, window = kind(), current.limit.get_expiry()
    wait = min(window, max(0, math.ceil(current.reset_at - time.time())))
    response.headers["RateLimit-Policy"] = f'"{name}";q={current.limit.amount};w={window}'
    response.headers["RateLimit"] = f'"{name}";r={current.remaining};t={wait}'
    if response.status_code == 429:
        response.headers["Retry-After"] = str(max(1, wait))
    return response
