"""Bytes of a feed or page to clean UTF-8 before any parser sees them: most of what is wrong with feeds is here.

Order (measured on 65 files, section 3.3 of the background): a byte order mark; valid UTF-8 whatever the labels say;
UTF-8 with under 2 % broken characters; the declared charset; Russian by its letter pairs; windows-1252.
"""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, lookup
from dataclasses import dataclass

MOST_BROKEN = 0.02
SAMPLE = 64 * 1024
"""Bytes of which letter pairs are counted."""

MARKS = ((BOM_UTF8, "utf-8"), (BOM_UTF16_LE, "utf-16-le"), (BOM_UTF16_BE, "utf-16-be"))
RUSSIAN = ("cp1251", "koi8-r", "cp866")
LEAST_SCORE = 0.2
COMMON_PAIRS = (
    "ст но то на ен ов ни ра во ко по ро пр ос ре го ер ли не ал ор та ан от ет ол ел ом ть ва ла ка де ле ри да ит "
    "ес им те ам ло ся ие ве за ти ил ят ль ны ск об до ме ки ин тр эт ой мо ди ий ас ви из ых их"
)
COMMON = frozenset(COMMON_PAIRS.split())
"""Frequent pairs of Russian letters."""

DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([A-Za-z0-9._-]{1,40})""", re.IGNORECASE)
PARAMETER = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._-]{1,40})""", re.IGNORECASE)
DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,400}\?>")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
LETTERS = re.compile("[а-яё]{2,}")


@dataclass(frozen=True)
class Decoded:
    """The text, the charset that it turned out to be in, and whether characters were lost."""

    text: str
    encoding: str
    lossy: bool = False

    @property
    def xml(self) -> bytes:
        """UTF-8 that says so: what a feed parser is given."""
        return b'<?xml version="1.0" encoding="utf-8"?>' + DECLARATION.sub("", self.text).lstrip().encode()


def decode(body: bytes, content_type: str = "") -> Decoded:
    """Read `body`; `content_type` is the header as it came. Control characters that XML forbids are dropped."""
    found = _decoded(body, content_type)
    return Decoded(CONTROL.sub("", found.text), found.encoding, found.lossy)


def _decoded(body: bytes, content_type: str) -> Decoded:
    for mark, name in MARKS:
        if body.startswith(mark):
            return Decoded(body[len(mark) :].decode(name, "replace"), name)
    try:
        return Decoded(body.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return _not_utf8(body, content_type)


def _not_utf8(body: bytes, content_type: str) -> Decoded:
    lossy = body.decode("utf-8", "replace")
    beyond_ascii = sum(character > "\x7f" for character in lossy)
    if lossy.count("\ufffd") < MOST_BROKEN * beyond_ascii:
        return Decoded(lossy, "utf-8", lossy=True)
    for name in _declared(body, content_type):
        try:
            return Decoded(body.decode(name), name)
        except UnicodeDecodeError:
            continue
    best = max(RUSSIAN, key=lambda name: russian(body[:SAMPLE].decode(name, "replace")))
    if russian(body[:SAMPLE].decode(best, "replace")) >= LEAST_SCORE:
        return Decoded(body.decode(best, "replace"), best)
    return Decoded(body.decode("cp1252", "replace"), "cp1252", lossy=True)


def _declared(body: bytes, content_type: str) -> list[str]:
    """Charsets that the document and the header name, usable ones only; Russian that reads as none is left out."""
    names = [found[1].decode() for pattern in (DECLARED, META) if (found := pattern.search(body[:1024]))]
    names += [found[1] for found in [PARAMETER.search(content_type)] if found]
    usable = []
    for name in names:
        try:
            known = lookup(name).name
        except LookupError:
            continue
        if known not in {"utf-8", "utf-16", "utf-32"} and _plausible(body, known):
            usable.append(known)
    return usable


def _plausible(body: bytes, name: str) -> bool:
    """Not another Russian charset under a wrong label: those read twice as well as the label's."""
    try:
        labelled = russian(body[:SAMPLE].decode(name, "replace"))
    except (LookupError, TypeError, ValueError):  # a codec that makes no text, such as "hex"
        return False
    others = max(russian(body[:SAMPLE].decode(each, "replace")) for each in RUSSIAN)
    return others < LEAST_SCORE or labelled * 2 >= others


def russian(text: str) -> float:
    """How much a text reads as Russian: the share of frequent pairs among those in words of small letters."""
    pairs = [word[i : i + 2] for word in LETTERS.findall(text) for i in range(len(word) - 1)]
    beyond_ascii = sum(character > "\x7f" for character in text)
    # Letters that belong to no word of small letters are a sign of the wrong charset.
    weight = len(pairs) / beyond_ascii if beyond_ascii else 0.0
    return weight * sum(pair in COMMON for pair in pairs) / len(pairs) if pairs else 0.0
