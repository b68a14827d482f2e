"""Lists of feeds as OPML, in and out. A document with a DOCTYPE is refused: bombs are made of them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree import ElementTree as Tree  # a DOCTYPE is refused before

DOCTYPE = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
MOST = 1000


class BadOpml(ValueError):
    """The file is no list of feeds; `code` is doctype, broken, empty or too_many."""

    def __init__(self, code: str) -> None:
        """Keep the code."""
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Listed:
    """One feed of a list: its outlet's name, its address, and the folder that it stands in."""

    title: str
    url: str
    site: str = ""
    folder: str = ""


def read(body: bytes) -> list[Listed]:
    """The feeds in their order, each address once. Raises BadOpml."""
    if DOCTYPE.search(body.replace(b"\0", b"")):
        raise BadOpml("doctype")
    try:
        root = Tree.fromstring(body)  # noqa: S314
    except (Tree.ParseError, ValueError, LookupError) as error:
        raise BadOpml("broken") from error
    found = {each.url: each for each in _outlines(root, "", 0)}
    if not found:
        raise BadOpml("empty")
    if len(found) > MOST:
        raise BadOpml("too_many")
    return list(found.values())


def _outlines(node: Tree.Element, folder: str, depth: int) -> Iterable[Listed]:
    if depth > 20:
        return
    for each in node:
        name = (each.get("text") or each.get("title") or "").strip()[:200]
        if url := (each.get("xmlUrl") or "").strip():
            yield Listed(name or url, url, (each.get("htmlUrl") or "").strip(), folder)
        yield from _outlines(each, name if each.tag == "outline" else folder, depth + 1)


def write(title: str, feeds: Iterable[Listed]) -> bytes:
    """An OPML 2.0 document, feeds grouped by folder."""
    root = Tree.Element("opml", version="2.0")
    Tree.SubElement(Tree.SubElement(root, "head"), "title").text = title
    body = Tree.SubElement(root, "body")
    folders: dict[str, Tree.Element] = {}
    for each in feeds:
        if each.folder not in folders:
            folders[each.folder] = Tree.SubElement(body, "outline", text=each.folder) if each.folder else body
        Tree.SubElement(
            folders[each.folder], "outline", type="rss", text=each.title, xmlUrl=each.url, htmlUrl=each.site
        )
    return bytes(Tree.tostring(root, encoding="utf-8", xml_declaration=True))
