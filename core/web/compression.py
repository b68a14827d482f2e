"""Compression of texts where no proxy of ours stands before camove to do it; a slow connection gains most.

BREACH compares the lengths of many answers that hold both a secret and what the attacker chose. Another site can
make a browser open our pages with their cookies (SameSite=Lax lets links through), and form tokens begin alike on
every page: so what another site leads to is not compressed for anybody who is signed in.
"""

import gzip

from flask import Flask, Response, g, request

from core.platform import platform
from core.rest import addresses

OWN = frozenset({"same-origin", "none"})
"""What a browser says of a request that our own page made, or the person themselves (Fetch Metadata)."""

SMALLEST = 1024
"""Bytes: below this the headers weigh more than what is won."""

TEXTS = ("text/", "application/json", "application/javascript", "application/manifest+json", "image/svg+xml")


def install(app: Flask) -> None:
    """Look at each answer last."""
    app.after_request(compress)


def compress(response: Response) -> Response:
    """The same answer in fewer bytes, for a browser that takes it."""
    # Programs name an answer by its strong tag when they change it: it must stay as it was, byte for byte.
    if (
        addresses.is_ours()
        or platform.settings.trusted_proxies
        or not (response.mimetype or "").startswith(TEXTS)
    ):
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
        and (not g.get("sign_in_id") or request.headers.get("Sec-Fetch-Site") in OWN)
        and request.accept_encodings["gzip"] > 0
        and "Content-Encoding" not in response.headers
        and "attachment" not in response.headers.get("Content-Disposition", "")
    )
