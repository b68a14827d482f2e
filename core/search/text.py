"""Words: how they are folded, found in a text, cut to stems, read from a query and put in order."""

import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

from core.search import kyrgyz

MAX_WORD = 40
MAX_TERMS = 12
_MAX_QUERY = 1000
_MAX_RAW_WORD = 200

# Stress marks, soft hyphens and zero-width joints stand inside words of copied text.
_INNER = "\u00ad\u0300-\u036f\u200b-\u200d\u2060\ufeff"
_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{_INNER}])*")
_FOLDED_WORD = re.compile(r"[^\W_]+")
# Phones without a Kyrgyz keyboard have no ө ү ң, and hardly anybody types ё.
_FOLD = str.maketrans("өүң", "оун")
_QUOTES = str.maketrans("«»“”„‟", '""""""')
_QUERY_PART = re.compile(r'"([^"]*)"|([^"]+)')

# The 36 letters of Kyrgyz (Russian is a part), the neighbours' other letters beside their nearest kin.
ALPHABET = "аәбвгғдеёжзиійкқлмнңоөпрстуүұфхҳһцчҷшщъыьэюя"
# Private-use code points sort after Latin and in our order under plain binary comparison.
_ORDER = {ord(letter): 0xE000 + place for place, letter in enumerate(ALPHABET)}

_stemmers = {"ru": Stemmer.Stemmer("russian"), "en": Stemmer.Stemmer("english")}
_stemmers_lock = threading.Lock()


@dataclass(frozen=True)
class Term:
    """One condition of a query: a bare word, or the words of a quoted phrase. The words are folded."""

    words: tuple[str, ...]
    quoted: bool


def fold(text: str) -> str:
    """`text` as it is compared: one case, no marks or invisible joints, ё ө ү ң as е о у н; й stays й."""
    return _bare(text).replace("ё", "е").translate(_FOLD)


def _bare(text: str) -> str:
    # Casefold may open new compositions and compatibility forms may hide capitals: hence both sides.
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).casefold()
    return "".join(_letter(character) for character in plain)


@lru_cache(maxsize=4096)
def _letter(character: str) -> str:
    if character in "йё":
        return character
    parts = unicodedata.normalize("NFKD", character)
    return "".join(part for part in parts if unicodedata.category(part) not in {"Mn", "Cf"})


def spans(text: str) -> Iterator[tuple[int, int, str]]:
    """The words of `text` as (start, end, folded word); an odd character may hold several words."""
    for match in _WORD.finditer(text):
        for word in _folded_words(match.group()[:_MAX_RAW_WORD]):
            yield match.start(), match.end(), word


@lru_cache(maxsize=16384)
def _folded_words(raw: str) -> tuple[str, ...]:
    return tuple(word[:MAX_WORD] for word in _FOLDED_WORD.findall(fold(raw)))


def words(text: str) -> list[str]:
    """The folded words of `text` in order, each at most MAX_WORD characters."""
    return [word for _, _, word in spans(text)]


@lru_cache(maxsize=16384)
def stem(word: str, language: str) -> str:
    """The stem of a folded word in "ru", "ky" or "en"; in any other language the word itself."""
    if language == "ky":
        return kyrgyz.stem(word)
    if language not in _stemmers:
        return word
    with _stemmers_lock:  # PyStemmer keeps a buffer per stemmer: two threads must not share it.
        return str(_stemmers[language].stemWord(word))


def query_terms(query: str) -> tuple[Term, ...]:
    """What a person asks for: bare words and "quoted phrases", at most MAX_TERMS words altogether."""
    terms: list[Term] = []
    left = MAX_TERMS
    for phrase, bare in _QUERY_PART.findall(query[:_MAX_QUERY].translate(_QUOTES)):
        found = words(phrase or bare)[:left]
        left -= len(found)
        if phrase and found:
            terms.append(Term(tuple(found), quoted=True))
        elif not phrase:
            terms.extend(Term((word,), quoted=False) for word in found)
    return tuple(terms)


def sort_key(text: str) -> str:
    """A key that puts names in the order of the Kyrgyz alphabet, which is also right for Russian.

    Keys are compared code point by code point: as Python and SQLite do, in PostgreSQL under COLLATE "C".
    """
    return _bare(text).translate(_ORDER)
