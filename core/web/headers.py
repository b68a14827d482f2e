"""Headers that every answer carries, error pages and plugins' pages included."""

from typing import TypeVar

from flask import Flask, Response, abort, request
from werkzeug.wrappers import Response as BaseResponse

from core.platform import platform

Answer = TypeVar("Answer", bound=BaseResponse)

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; object-src 'none'"
)

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

CAMERA = FIXED["Permissions-Policy"].replace("camera=()", "camera=(self)")
"""For the few pages that read codes with the camera of the phone; nothing else is allowed by it."""

STRANGE = frozenset({"cross-site", "same-site"})
"""What a browser says of a form that another site sent here (Fetch Metadata); other subdomains are others too."""

HSTS = "max-age=31536000"
"""A year of HTTPS only, once the site is reached so; of this host alone, since others may share the domain."""


def install(app: Flask) -> None:
    """Refuse what no page can use, and put the headers on each answer."""
    app.before_request(refuse_nul)
    app.before_request(refuse_strangers)
    app.after_request(protect)


def refuse_nul() -> None:
    """No text that people write holds a NUL; PostgreSQL cannot keep one, so it is refused at the door.

    An address with a NUL leads nowhere, whatever page it looks like.
    """
    if "\0" in request.path:
        abort(404)
    texts = [*request.args.values(), *(v for each in request.form.listvalues() for v in each)]
    if any("\0" in text for text in texts):
        abort(400)


def refuse_strangers() -> None:
    """A form of another site is refused before its token is looked at; browsers without the header have the token."""
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "") in STRANGE:
        abort(403)


def allow_camera(response: Answer) -> Answer:
    """Let this page, and no other, ask the visitor for the camera."""
    response.headers["Permissions-Policy"] = CAMERA
    return response


def protect(response: Response) -> Response:
    """Allow nothing that our pages do not need; what a person sees is not kept by caches."""
    response.headers.setdefault("Content-Security-Policy", CSP)
    for name, value in FIXED.items():
        response.headers.setdefault(name, value)
    if platform.settings.secure:
        response.headers.setdefault("Strict-Transport-Security", HSTS)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    elif "v" in request.args:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
