"""Compression of texts where no proxy of ours stands before camove to do it; a slow connection gains most.

BREACH needs a secret that stays the same over many answers: our form tokens change with every page, and
cookies are not sent along with the requests of other sites (SameSite).
"""

import gzip

from flask import Flask, Response, request

from core.platform import platform

SMALLEST = 1024
"""Bytes: below this the headers weigh more than what is won."""

TEXTS = ("text/", "application/json", "application/javascript", "application/manifest+json", "image/svg+xml")


def install(app: Flask) -> None:
    """Look at each answer last."""
    app.after_request(compress)


def compress(response: Response) -> Response:
    """The same answer in fewer bytes, for a browser that takes it."""
    if platform.settings.trusted_proxies or not (response.mimetype or "").startswith(TEXTS):
        return response
    response.vary.add("Accept-Encoding")
    if not _worth_it(response):
        return response
    response.direct_passthrough = False
    body = response.get_data()
    if len(body) < SMALLEST:
        return response
    response.set_data(gzip.compress(body, 5, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    etag, _ = response.get_etag()
    if etag:
        response.set_etag(etag, weak=True)
    return response


def _worth_it(response: Response) -> bool:
    whole = response.status_code == 200 and (not response.is_streamed or response.direct_passthrough)
    return (
        whole
        and request.method == "GET"
        and request.accept_encodings["gzip"] > 0
        and "Content-Encoding" not in response.headers
        and "attachment" not in response.headers.get("Content-Disposition", "")
    )
