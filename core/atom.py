"""Writes Atom feeds (RFC 4287): equal bytes between changes. Reading those of others is `core.syndication`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

SPACE = "http://www.w3.org/2005/Atom"
NEVER = "1970-01-01T00:00:00+00:00"
"""When a feed without entries was changed last."""


@dataclass(frozen=True)
class Item:
    """One entry. `name` is what its id is made of and never changes; `path` is an address of this site."""

    name: str
    title: str
    path: str
    updated: datetime
    summary: str = ""
    category: str = ""


def feed(
    items: Sequence[Item], *, name: str, title: str, base: str, home: str, own: str, language: str
) -> bytes:
    """The feed of these items. `home` is the page that it belongs to and `own` its own address, both paths."""
    root = Element("feed", {"xmlns": SPACE, "xml:lang": language})
    _text(root, "id", identity(base, f"{name}:{language}"))
    _text(root, "title", title)
    SubElement(root, "link", rel="self", type="application/atom+xml", href=base + own)
    SubElement(root, "link", rel="alternate", type="text/html", href=base + home)
    _text(SubElement(root, "author"), "name", "camove")
    _text(root, "updated", max((each.updated.isoformat() for each in items), default=NEVER))
    for each in items:
        _entry(root, each, base)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def identity(base: str, name: str) -> str:
    """A name that stays whatever becomes of the address (a tag URI, RFC 4151)."""
    return f"tag:{urlsplit(base).hostname or 'camove'},2026:{name}"


def _entry(root: Element, item: Item, base: str) -> None:
    entry = SubElement(root, "entry")
    _text(entry, "id", identity(base, item.name))
    _text(entry, "title", item.title)
    SubElement(entry, "link", rel="alternate", type="text/html", href=base + item.path)
    _text(entry, "updated", item.updated.isoformat())
    _text(entry, "summary", item.summary or item.title)
    if item.category:
        SubElement(entry, "category", term=item.category)


def _text(parent: Element, name: str, value: str) -> None:
    # What XML cannot hold, nobody could read either.
    SubElement(parent, name).text = "".join(each for each in value if each >= " " or each in "\t\n")
