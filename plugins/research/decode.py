"""In which encoding a table was written: a mark, strict UTF-8, or the code page whose Russian reads most like Russian.

The guess is only a proposal: the person sees five rows and decides. A file that is UTF-8 in parts is refused with the
line where it stops, since a code page that swallows it silently would damage every name after that line. Nothing here
does I/O.
"""

import codecs
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

CODE_PAGES = ("cp1251", "koi8-r", "cp866", "mac-cyrillic", "cp1252")
"""The candidates once strict UTF-8 has failed, the likeliest first: ties are decided by this order."""

ENCODINGS = ("utf-8", "utf-16", *CODE_PAGES)
MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
FREQUENT = frozenset("оеаинтсрвлкмдпу")
"""The letters that make three quarters of a Russian text."""

KYRGYZ = frozenset("ңөүҢӨҮ")
DRAWN = frozenset(chr(code) for code in range(0x2500, 0x25A0))
SAMPLE = 1 << 20
"""Bytes that decide the guess."""

GARBLED = "РСÐÑ"
"""What UTF-8 read as a code page is full of: the first bytes of its Cyrillic letters."""

MOST_GARBLED = 0.3


class DecodeProblem(ValueError):
    """The bytes are not text in that encoding; `line` (from 1) is where they stop being it."""

    def __init__(self, code: str, line: int = 0) -> None:
        """Keep the code for the page to translate: not_text, mixed_encoding, garbled."""
        super().__init__(f"{code} in line {line}")
        self.code, self.line = code, line


@dataclass(frozen=True)
class Guess:
    """A proposed encoding, and whether a person must confirm it: only marks and strict UTF-8 are certain."""

    encoding: str
    certain: bool


def guess(head: bytes) -> Guess:
    """The encoding that the first bytes of a file (up to `SAMPLE`) speak for. Raises DecodeProblem for binary data."""
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return Guess(encoding, certain=True)
    if b"\0" in head:
        raise DecodeProblem("not_text", head[: head.index(b"\0")].count(b"\n") + 1)
    if _is_utf8(head):
        return Guess("utf-8", certain=True)
    return Guess(max(CODE_PAGES, key=lambda page: _likeness(head, page)), certain=False)


def _is_utf8(head: bytes) -> bool:
    # The sample may end inside a letter: an incremental decoder waits for the rest of it.
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(head)
    except UnicodeDecodeError:
        return False
    return True


def _likeness(head: bytes, page: str) -> float:
    """How Russian the bytes look in a code page: frequent letters, less what no survey holds."""
    text = head.decode(page, "replace")
    score = 0.0
    for before, letter in zip(" " + text, text, strict=False):
        if letter in FREQUENT:
            score += 1
        elif letter in DRAWN or letter == "\ufffd" or "\x80" <= letter <= "\x9f":
            score -= 3
        elif letter.isupper() and before.islower():
            score -= 2
        elif ord(letter) > 127 and not letter.isalpha():
            score -= 0.5
    return score


def text_of(pieces: Iterable[bytes], encoding: str) -> Iterator[str]:
    """Decode a stream strictly, piece by piece. Raises DecodeProblem with the line of the first byte that does not fit.

    A code page that maps every byte never fails; `garbled` is what finds UTF-8 that was read as one.
    """
    decoder = codecs.getincrementaldecoder("utf-8-sig" if encoding == "utf-8" else encoding)("strict")
    line = 1
    for piece, last in _with_last(pieces):
        try:
            text = decoder.decode(piece, last)
        except UnicodeDecodeError as error:
            whole = error.object[: error.start]
            code = "mixed_encoding" if encoding == "utf-8" else "not_text"
            raise DecodeProblem(code, line + whole.count(b"\n")) from error
        line += text.count("\n")
        yield text


def _with_last(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    for piece in pieces:
        yield piece, False
    yield b"", True


def garbled(text: str) -> bool:
    """Whether a text is mojibake: valid, but read in the wrong encoding once before.

    Every second letter of UTF-8 Cyrillic read as cp1251 is a capital Р or С before another letter; in Russian a word
    has neither inside. A share of `MOST_GARBLED` of all letters is beyond any text.
    """
    letters = [letter for letter in text if letter.isalpha() and ord(letter) > 127]
    if len(letters) < 8:
        return False
    strange = sum(letter in GARBLED for letter in letters)
    return strange / len(letters) > MOST_GARBLED
