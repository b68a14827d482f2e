"""Hides which outlet wrote a text: its name, address and authors, in the dateline and signature too.

The map of what was hidden is for the coordinator alone. It is better to hide a word too many than the outlet's name.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

OUTLET, AUTHOR, LINK = "[издание]", "[автор]", "[ссылка]"
LINKS = re.compile(
    r"(?:https?://|www\.)\S+|\b[\w.+-]+@[\w-]+\.[\w.]+|(?<!\w)@\w{3,}|\b(?:t\.me|vk\.com)/\S+", re.IGNORECASE
)
QUOTES = "«»„“”\"'"
LEAST = 3
"""Shorter names than that are hidden only as whole words."""


@dataclass(frozen=True)
class Masked:
    """A text without its origin, and what was hidden: (place in the original, the words, the mask)."""

    text: str
    hidden: tuple[tuple[int, str, str], ...]


def mask(text: str, outlet: Iterable[str], authors: Iterable[str] = ()) -> Masked:
    """Hide links, the outlet's names and addresses, and the authors, whatever their case or ending."""
    patterns = [(LINKS, LINK)]
    patterns += [(_pattern(each), OUTLET) for each in _longest(outlet)]
    patterns += [(_pattern(each), AUTHOR) for each in _longest(_names(authors))]
    spots: list[tuple[int, int, str]] = []
    for pattern, word in patterns:
        for found in pattern.finditer(text):
            if not any(start < found.end() and found.start() < end for start, end, _ in spots):
                spots.append((found.start(), found.end(), word))
    return _applied(text, sorted(spots))


def _applied(text: str, spots: list[tuple[int, int, str]]) -> Masked:
    parts, last = [], 0
    for start, end, word in spots:
        parts += [text[last:start], word]
        last = end
    return Masked("".join([*parts, text[last:]]), tuple((s, text[s:e], word) for s, e, word in spots))


def _longest(names: Iterable[str]) -> list[str]:
    cleaned = {each.strip().strip(QUOTES).strip() for each in names}
    return sorted((each for each in cleaned if len(each) > 1), key=lambda each: (-len(each), each))


def _names(authors: Iterable[str]) -> Iterable[str]:
    """The whole name, and the surname by itself: the last word, or the first of "Surname Name"."""
    for each in authors:
        yield each
        yield from (word for word in re.findall(r"\w{4,}", each))


def _pattern(name: str) -> re.Pattern[str]:
    """The name with any ending of its words and any quotes or spaces between them."""
    words = re.findall(r"\w+", name)
    return re.compile(
        r"(?<!\w)" + r"[\W_]{1,3}".join(_word(each) for each in words) + r"(?!\w)", re.IGNORECASE
    )


def _word(word: str) -> str:
    if not re.fullmatch(r"[а-яёөүң]+", word, re.IGNORECASE) or len(word) <= LEAST:
        return re.escape(word)
    # Russian and Kyrgyz endings: up to two letters may fall off, up to four may come.
    stem = word[: max(LEAST, len(word) - 2)] if len(word) > 5 else word[: len(word) - 1]
    return re.escape(stem) + r"\w{0,5}"
