"""The piece of a text that shows why it was found, with the found words marked."""

import re
from collections.abc import Sequence
from itertools import islice

from markupsafe import Markup, escape

from core.search.analysis import MAX_BODY_WORDS, Question, token
from core.search.text import spans

LENGTH = 160
_SPACE = re.compile(r"\s+")
_ELLIPSIS = "…"

Span = tuple[int, int]


def snippet(title: str, body: str, language: str, question: Question) -> Markup:
    """About LENGTH characters of the body where most words of `question` stand, as safe HTML.

    When the body holds none of them, the title does; its unfinished last word is marked there too.
    """
    found = _matches(body, language, question, prefix="")
    if found:
        return _marked(body, found)
    found = _matches(title, language, question, prefix=question.prefix)
    return _marked(title, found) if found else _marked(body or title, [])


def _matches(text: str, language: str, question: Question, prefix: str) -> list[Span]:
    wanted = question.tokens
    found = [
        (start, end)
        for start, end, word in islice(spans(text), MAX_BODY_WORDS)
        if token(word, language) in wanted or (prefix and word.startswith(prefix))
    ]
    return list(dict.fromkeys(found))


def _marked(text: str, found: Sequence[Span]) -> Markup:
    start, end = _window(text, found)
    pieces = [escape(_ELLIPSIS)] if start else []
    place = start
    for first, last in found:
        if start <= first and last <= end:
            pieces += [_plain(text[place:first]), Markup("<mark>%s</mark>") % text[first:last]]
            place = last
    pieces.append(_plain(text[place:end]))
    pieces += [escape(_ELLIPSIS)] if end < len(text) else []
    return Markup("").join(pieces)


def _window(text: str, found: Sequence[Span]) -> Span:
    """The piece to show, cut at spaces: the first of those that hold the most found words."""
    best, held = (found[0] if found else (0, 0)), 0
    last = 0
    for first, (start, _) in enumerate(found):
        while last < len(found) and found[last][1] - start <= LENGTH:
            last += 1
        if last - first > held:
            best, held = (start, found[last - 1][1]), last - first
    return _widened(text, *best)


def _widened(text: str, start: int, end: int) -> Span:
    room = max(0, LENGTH - (end - start))
    left = 0 if start <= room // 3 else text.find(" ", start - room // 3, start) + 1 or start
    right = left + max(LENGTH, end - left)
    if right >= len(text):
        return left, len(text)
    right = max(end, text.rfind(" ", left, right))
    return left, right if right > left else left + LENGTH


def _plain(text: str) -> Markup:
    return escape(_SPACE.sub(" ", text))
