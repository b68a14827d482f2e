"""Feeds that were written to hurt, and some that were not: all made here, in code."""

import base64
import gzip
from collections.abc import Callable
from dataclasses import dataclass

KILLED = "memory cpu wall"
RSS = b'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>%s</channel></rss>'
XML = {"content-type": "application/rss+xml"}
RUSSIAN = "Первая новость"


@dataclass(frozen=True)
class Body:
    """One body; `ends` are the reasons that are allowed, empty if it must be read, with this title."""

    make: Callable[[], bytes]
    ends: str = ""
    title: str | None = None
    """The first entry's title; None: whatever comes is fine."""
    entries: int | None = None
    content_type: str = "application/rss+xml"


def item(title: bytes = b"x", *more: bytes) -> bytes:
    """A feed with one item."""
    return RSS % (b"<item><title>" + title + b"</title>" + b"".join(more) + b"</item>")


def link(address: str) -> Body:
    """An item whose link must not come through."""
    return Body(lambda: item(b"x", f"<link>{address}</link>".encode()), title="x")


def markup(text: str, title: str | None = None) -> Body:
    """A title with escaped markup that must not come through."""
    return Body(lambda: item(text.replace("&", "&amp;").replace("<", "&lt;").encode()), title=title)


def russian(encoding: str, declared: str = "", content_type: str = "application/rss+xml") -> Body:
    """An honest Russian feed in an encoding."""
    head = f'<?xml version="1.0" encoding="{declared or encoding}"?>'
    text = f'{head}<rss version="2.0"><channel><item><title>{RUSSIAN}</title></item></channel></rss>'
    return Body(lambda: text.encode(encoding), title=RUSSIAN, entries=1, content_type=content_type)


def declared(subset: str, use: str = "&x;") -> Body:
    """A document with entities of its own."""
    text = f'<?xml version="1.0"?><!DOCTYPE rss [{subset}]>{item(use.encode()).decode().partition("?>")[2]}'
    return Body(text.encode, ends="entities")


def laughs(levels: int, each: int) -> str:
    lines = ['<!ENTITY l0 "lol">']
    lines += [f'<!ENTITY l{i} "{f"&l{i - 1};" * each}">' for i in range(1, levels)]
    return "".join(lines) + f'<!ENTITY x "&l{levels - 1};">'


def dated(date: str) -> Body:
    """A date that no calendar has, or hardly."""
    return Body(lambda: item(b"x", f"<pubDate>{date}</pubDate>".encode()), title="x", entries=1)


def bodies(folder: str, port: int) -> dict[str, Body]:
    """The corpus; `folder` holds a file and `port` a server that nobody may touch."""
    return HEAVY | BROKEN | MARKUP | LINKS | DATES | HONEST | _outside(folder, port)


def _outside(folder: str, port: int) -> dict[str, Body]:
    web, file = f"http://127.0.0.1:{port}/", f"file://{folder}/secret"
    return {
        "xxe-file": declared(f'<!ENTITY x SYSTEM "{file}">'),
        "xxe-web": declared(f'<!ENTITY x SYSTEM "{web}">'),
        "xxe-public": declared(f'<!ENTITY x PUBLIC "a" "{web}">'),
        "xxe-parameter": declared(f'<!ENTITY % p SYSTEM "{web}"> %p;'),
        "xxe-utf16": Body(
            lambda: f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "{file}">]><r>&x;</r>'.encode(
                "utf-16"
            ),
            ends="entities",
        ),
        "dtd-web": Body(lambda: f'<!DOCTYPE rss SYSTEM "{web}">'.encode() + item(b"&x;").partition(b"?>")[2]),
        "dtd-file": Body(lambda: f'<!DOCTYPE rss SYSTEM "{file}">'.encode() + item().partition(b"?>")[2]),
        "stylesheet": Body(lambda: f'<?xml-stylesheet href="{web}"?>'.encode() + item().partition(b"?>")[2]),
        "xinclude": Body(
            lambda: item(
                b"x", f'<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="{file}"/>'.encode()
            )
        ),
        "just-an-address": Body(web.encode, entries=0),
        "just-a-path": Body(f"{folder}/secret".encode, entries=0),
        "location": Body(f'<html><meta http-equiv="refresh" content="0;{web}"></html>'.encode, entries=0),
    }


HEAVY = {
    "open-tags-13mb": Body(lambda: b'<rss version="2.0"><channel>' + b"<item>" * 2_200_000, KILLED),
    "open-brackets": Body(lambda: b"<rss>" + b"<x" * 200_000, KILLED),
    "attributes-many": Body(
        lambda: b"<rss " + b" ".join(b"a%d='1'" % i for i in range(10_000)) + b">", KILLED
    ),
    "attribute-huge": Body(lambda: b"<rss a='" + b"x" * 5_000_000 + b"'>", entries=0),
    "title-1mb-malformed": Body(lambda: item(b"<a " * 350_000), KILLED),
    "title-1mb-escaped": Body(lambda: item(b"&lt;" * 250_000), KILLED),
    "title-1mb-cdata": Body(lambda: item(b"<![CDATA[" + b"<" * 1_000_000 + b"]]>"), KILLED),
    "title-of-ampersands": Body(lambda: item(b"&" * 300_000), KILLED),
    "nested-5000": Body(lambda: b"<a>" * 5000, KILLED),
    "nested-divs": Body(lambda: item(b"x", b"<description>" + b"<div>" * 30_000), KILLED),
    "items-20000": Body(lambda: RSS % (b"<item><title>x</title></item>" * 20_000), KILLED, entries=500),
    "comments-open": Body(lambda: RSS % (b"<!--" * 500_000), KILLED),
    "cdata-open": Body(lambda: RSS % (b"<![CDATA[" * 300_000), KILLED),
    "instructions-open": Body(lambda: RSS % (b"<?" * 500_000), KILLED),
    "doctype-endless": Body(lambda: b"<!DOCTYPE rss " + b"<" * 3_000_000, KILLED),
    "character-references": Body(lambda: item(b"&#x41;" * 300_000), KILLED, title="A" * 1000),
    "namespaces-many": Body(
        lambda: b"<rss " + b" ".join(b"xmlns:n%d='http://a/%d'" % (i, i) for i in range(50_000)) + b"/>",
        KILLED,
    ),
    "zeros-20mb": Body(lambda: bytes(20 * 2**20), KILLED, entries=0),
    "text-5mb": Body(
        lambda: item(b"x", b"<description>" + b"word " * 1_000_000 + b"</description>"), title="x"
    ),
    "laughs": declared(laughs(9, 10)),
    "laughs-quadratic": declared(f'<!ENTITY x "{"a" * 50_000}">', "&x;" * 5_000),
    "laughs-itself": declared('<!ENTITY x "&x;">'),
}

BROKEN = {
    "empty": Body(lambda: b"", entries=0),
    "space": Body(lambda: b" \n" * 1000, entries=0),
    "binary": Body(lambda: bytes(range(256)) * 4000, entries=0),
    "nothing-but-ff": Body(lambda: b"\xff" * 100_000, entries=0),
    "picture": Body(lambda: b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" * 1000, entries=0),
    "gzip-as-it-is": Body(lambda: gzip.compress(bytes(30 * 2**20)), entries=0),
    "html": Body(lambda: b"<!DOCTYPE html><html><body><p>404</body></html>", entries=0, content_type="text/html"),
    "json": Body(lambda: b'{"items": []}', entries=0),
    "truncated": Body(lambda: item(b"Whole")[:-12], title="Whole", entries=1),
    "truncated-in-a-letter": Body(lambda: item(RUSSIAN.encode())[: -len("</title></item></channel></rss>") - 1]),
    "nul-bytes": Body(lambda: item(b"a\0b" * 10)),
    "control-characters": Body(lambda: item(bytes(range(1, 32)))),
    "bidi": Body(lambda: item("a\u202eb\u2066c".encode()), title="abc".replace("b", " b ").replace("  ", " ")),
    "surrogates": Body(lambda: item(b"a&#xD800;&#57343;&#x110000;&#99999999999999999999;b"), title="ab"),
    "unknown-encoding": Body(lambda: item().replace(b'"1.0"', b'"1.0" encoding="klingon"', 1)),
    "utf-7": Body(
        lambda: item().replace(b'"1.0"', b'"1.0" encoding="utf-7"', 1), content_type="text/xml; charset=utf-7"
    ),
    "base64-codec": Body(lambda: base64.b64encode(item()), content_type="text/xml; charset=base64"),
    "utf-16-cut": Body(lambda: RSS.decode().encode("utf-16")[:-1]),
    "two-roots": Body(lambda: item() + item()),
    "charset-is-a-wall": Body(item, content_type="text/xml; charset=" + "a" * 50_000),
    "header-breaks": Body(item, content_type="text/xml\r\nX: 1"),
}  # fmt: skip

MARKUP = {
    "script": markup("<script>alert('__pwn')</script>Safe", "Safe"),
    "script-open": markup("Safe<script>alert('__pwn')"),
    "script-twice-escaped": markup("&lt;script&gt;alert('__pwn')&lt;/script&gt;Safe", "Safe"),
    "script-thrice-escaped": markup("&amp;lt;script&amp;gt;__pwn&amp;lt;/script&amp;gt;Safe", "Safe"),
    "script-four-times": markup("&amp;amp;lt;script&amp;amp;gt;Safe"),
    "script-spliced": markup("<scr<script>ipt>alert(1)</scr</script>ipt>Safe"),
    "image": markup("<img src=x onerror=__pwn()>Safe", "Safe"),
    "svg": markup("<svg onload=__pwn()>__pwn</svg>Safe", "Safe"),
    "style": markup("<style>@import '__pwn'</style>Safe", "Safe"),
    "comment": markup("<!-- __pwn -->Safe", "Safe"),
    "iframe": markup("<iframe srcdoc='__pwn'></iframe>Safe", "Safe"),
    "xhtml": Body(
        lambda: (
            b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="xhtml"><div '
            b'xmlns="http://www.w3.org/1999/xhtml"><script>__pwn</script>Safe</div></title></entry></feed>'
        ),
        title="Safe",
    ),
}

LINKS = {
    f"link-{index}": link(address)
    for index, address in enumerate(
        (
            "javascript:__pwn()", " JaVaScRiPt:__pwn()", "java&#10;script:__pwn()", "vbscript:__pwn",
            "&#1;javascript:__pwn", "data:text/html,__pwn", "file:///etc/__pwn", "ftp://a.example/__pwn", "http://user:__pwn@a.example/",
            "http://?__pwn", "http://[__pwn", "http://", "blob:__pwn", "mailto:__pwn@a.example",
        )
    )
}  # fmt: skip

DATES = {
    f"date-{index}": dated(date)
    for index, date in enumerate(
        (
            "99999999999999999999", "Mon, 32 Foo 20000 25:61:61 +9999", "0000-00-00T00:00:00Z", "9999-12-31T23:59:60Z",
            "-1", "1e400", "Thu, 01 Jan 1970 00:00:00 " + "+" * 10_000, "2026-11-23T10:00:00" + "0" * 10_000,
        )
    )
}  # fmt: skip

HONEST = {
    "honest-utf-8": russian("utf-8"),
    "honest-windows-1251": russian("windows-1251"),
    "honest-koi8-r": russian("koi8-r"),
    "honest-cp866": russian("cp866"),
    "honest-utf-16": russian("utf-16"),
    "honest-header-only": Body(
        lambda: f"<rss version='2.0'><channel><item><title>{RUSSIAN}</title></item></channel></rss>".encode(
            "cp1251"
        ),
        title=RUSSIAN,
        content_type="application/rss+xml; charset=windows-1251",
    ),
    "honest-atom": Body(
        f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>{RUSSIAN}</title></entry></feed>'.encode,
        title=RUSSIAN,
        entries=1,
    ),
    "honest-markup": markup("Цена &lt; 5 &amp; <b>больше</b>", "Цена < 5 & больше"),
    "honest-100-items": Body(lambda: RSS % (b"<item><title>x</title></item>" * 100), title="x", entries=100),
}
