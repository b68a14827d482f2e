"""Reads one feed from standard input and writes its entries as JSON: run as a confined child by `core.syndication`.

The first line of the input is JSON (`url`, `headers`), the rest is the body as it came. What comes out is plain text:
markup is removed, not cleaned, so no page may ever show it as HTML. feedparser is used as a parser only; it fetches
nothing here and its sanitizer is off, since it is slow and lets `javascript:` links pass.
"""

import io
import json
import re
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser

MOST_ENTRIES = 500
LINE, SUMMARY, TEXT, ADDRESS = 1_000, 10_000, 100_000, 2_048
"""Characters that are kept of a title or name, a summary, a full text, an address."""

MARKUP_FACTOR = 8
"""Markup is longer than its text; what lies beyond the factor is not even looked at."""

INTERNAL_SUBSET = re.compile(rb"<!DOCTYPE[^>]{0,4096}\[", re.IGNORECASE)
PROLOGUE = 64 * 1024
REFERENCE = re.compile(rb"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")
SILENT = frozenset({"script", "style", "template", "noscript", "iframe", "object", "svg", "math"})
BLOCKS = frozenset({"p", "br", "div", "li", "tr", "h1", "h2", "h3", "h4", "blockquote"})
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
TAG = re.compile(r"<[a-zA-Z/!?]")


def main() -> None:
    """Standard input to standard output."""
    told = json.loads(sys.stdin.buffer.readline())
    answer = parsed(sys.stdin.buffer.read(), told["headers"], told["url"])
    sys.stdout.write(json.dumps(answer, ensure_ascii=False))


def parsed(body: bytes, headers: Mapping[str, str], url: str) -> dict[str, Any]:
    """The feed as plain values; `problem` says what was wrong with it, which need not mean that it is empty."""
    if INTERNAL_SUBSET.search(body[:PROLOGUE].replace(b"\0", b"")):
        # Entities of its own: no newspaper needs them, and bombs are made of them.
        return {"problem": "entities", "entries": []}
    kept = {name: headers[name] for name in ("content-type", "content-language") if name in headers}
    read = feedparser.parse(
        io.BytesIO(REFERENCE.sub(_characters_only, body)),
        response_headers=kept,
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    feed = read.get("feed", {})
    return {
        "problem": type(read["bozo_exception"]).__name__ if read.get("bozo") else "",
        "version": _text(read.get("version"), LINE),
        "encoding": _text(read.get("encoding"), LINE),
        "title": _text(feed.get("title"), LINE),
        "link": _link(feed.get("link"), url),
        "language": _text(feed.get("language"), LINE),
        "ttl": _text(feed.get("ttl"), LINE),
        "update_period": _text(feed.get("sy_updateperiod"), LINE),
        "update_frequency": _text(feed.get("sy_updatefrequency"), LINE),
        "entries": [_entry(each, url) for each in read["entries"][:MOST_ENTRIES]],
        "left_out": max(0, len(read["entries"]) - MOST_ENTRIES),
    }


def _characters_only(reference: re.Match[bytes]) -> bytes:
    """Drop halves of surrogate pairs and numbers beyond Unicode: broken emoji on which feedparser gives up."""
    digits, base = (reference[1], 16) if reference[1] else (reference[2], 10)
    number = int(digits, base) if len(digits) < 16 else -1
    return reference[0] if 0 <= number < 0xD800 or 0xDFFF < number <= 0x10FFFF else b""


def _entry(entry: Mapping[str, Any], url: str) -> dict[str, str]:
    contents = [each.get("value") for each in entry.get("content") or ()]
    return {
        "id": _text(entry.get("id"), ADDRESS),
        "link": _link(entry.get("link"), url),
        "title": _text(entry.get("title"), LINE),
        "author": _text(entry.get("author"), LINE),
        "summary": _text(entry.get("summary"), SUMMARY),
        "text": _text(contents[0] if contents else "", TEXT),
        "published": _moment(entry.get("published_parsed")),
        "updated": _moment(entry.get("updated_parsed")),
    }


def _link(value: object, base: str) -> str:
    """An absolute http(s) address, or nothing: other schemes are dropped."""
    given = CONTROL.sub("", str(value or "")).strip()
    if not given:
        return ""
    try:
        joined = urljoin(base, given)
        parts = urlsplit(joined)
    except ValueError:
        return ""
    usable = parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc
    return joined if usable and len(joined) <= ADDRESS else ""


def _moment(value: Any) -> str:
    """ISO 8601 in UTC; a date that the calendar does not know is none."""
    try:
        year, month, day, hour, minute, second = value[:6] if value else (0,) * 6
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC).isoformat() if year else ""
    except (TypeError, ValueError, OverflowError):
        return ""


def _text(value: object, most: int) -> str:
    """Plain text of at most `most` characters. Markup that was escaped twice is peeled twice."""
    text = str(value or "")[: most * MARKUP_FACTOR]
    for _ in range(3):
        if not TAG.search(text) and "&" not in text:
            break
        text = _Stripper.strip(text)
    if TAG.search(text):
        text = text.replace("<", " ")
    lines = (" ".join(line.split()) for line in CONTROL.sub(" ", text).split("\n"))
    return "\n".join(line for line in lines if line)[:most].encode("utf-8", "ignore").decode()


class _Stripper(HTMLParser):
    """Keeps the text, drops the tags, and the content of those that hold no text for readers."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._silent = 0

    @classmethod
    def strip(cls, markup: str) -> str:
        stripper = cls()
        stripper.feed(markup)
        stripper.close()
        return "".join(stripper._parts)

    def handle_starttag(self, tag: str, _attributes: object) -> None:
        self._silent += tag in SILENT
        if tag in BLOCKS:
            self._parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in SILENT))

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._parts.append(data)


if __name__ == "__main__":
    main()
