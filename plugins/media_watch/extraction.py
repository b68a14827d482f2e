"""Reads one article's page and writes its text as JSON: run as a confined child by `services.pages`.

The first line of the input is JSON (`url`, `type`: the Content-Type as it came), the rest is the body. What comes out
is plain text: no page may ever show it as HTML.
"""

import json
import sys

import trafilatura

from plugins.media_watch import decoding

MOST = 100_000
"""Characters of a text that are kept."""


def main() -> None:
    """Standard input to standard output."""
    told = json.loads(sys.stdin.buffer.readline())
    page = decoding.decode(sys.stdin.buffer.read(), told["type"]).text
    sys.stdout.write(json.dumps({"text": text_of(page, told["url"])}, ensure_ascii=False))


def text_of(page: str, url: str) -> str:
    """The article's own text, without menus, comments and what stands beside it; empty if none is found."""
    found = trafilatura.extract(
        page, url=url, include_comments=False, include_tables=False, favor_precision=True
    )
    return (found or "").strip()[:MOST]


if __name__ == "__main__":
    main()
