"""Headers that every answer carries, error pages and plugins' pages included."""

import secrets

from flask import Flask, Response, abort, g, request

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


def install(app: Flask) -> None:
    """Name each request and put the headers on each answer."""
    app.before_request(name_request)
    app.before_request(refuse_nul)
    app.after_request(protect)


def name_request() -> None:
    """A short random id that an error page shows and the log carries."""
    g.request_id = secrets.token_hex(4)


def refuse_nul() -> None:
    """No text that people write holds a NUL; PostgreSQL cannot keep one, so it is refused at the door."""
    texts = [*request.args.values(), *(v for each in request.form.listvalues() for v in each)]
    if any("\0" in text for text in texts):
        abort(400)


def protect(response: Response) -> Response:
    """Allow nothing that our pages do not need; what a person sees is not kept by caches."""
    response.headers.setdefault("Content-Security-Policy", CSP)
    for name, value in FIXED.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    elif "v" in request.args:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
