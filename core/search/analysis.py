"""The one analysis behind all engines: a document and a query become the same pre-stemmed tokens.

The language of the document decides how its Cyrillic words are stemmed; a query does not say its language,
so each of its words stands for its Russian or its Kyrgyz stem. Latin words are stemmed as English in both.
The same word always gives the document's stem again, so an exact form needs no field of its own.
"""

from dataclasses import dataclass
from itertools import islice

from core.search.documents import SearchDocument
from core.search.text import query_terms, stem, words

# Part of every index name: raise it whenever tokens change, and the old index is simply not found.
VERSION = 1
MIN_PREFIX = 3
MAX_TITLE_WORDS = 200
MAX_BODY_WORDS = 10_000
_CYRILLIC = ("ru", "ky")


@dataclass(frozen=True)
class Analysis:
    """The tokens of a document: stems of title and body in order, and the title's whole folded words."""

    title: tuple[str, ...]
    body: tuple[str, ...]
    starts: tuple[str, ...]


@dataclass(frozen=True)
class Clause:
    """One condition: any of `variants` as neighbours in title or body, or a title word from `prefix` on."""

    variants: tuple[tuple[str, ...], ...]
    prefix: str = ""


@dataclass(frozen=True)
class Question:
    """A parsed query: all clauses must hold. Without clauses it asks for nothing."""

    clauses: tuple[Clause, ...]

    @property
    def tokens(self) -> frozenset[str]:
        """Every stem that may be marked in a snippet."""
        return frozenset(token for clause in self.clauses for variant in clause.variants for token in variant)

    @property
    def prefix(self) -> str:
        """The beginning of a title word that may be marked, or nothing."""
        return next((clause.prefix for clause in self.clauses if clause.prefix), "")


def token(word: str, language: str) -> str:
    """The stem under which a folded word of a text in `language` is indexed."""
    if word.isascii():
        return stem(word, "en")
    return stem(word, language if language in _CYRILLIC else "ru")


def analyse(document: SearchDocument) -> Analysis:
    """The tokens of a document, up to MAX_TITLE_WORDS and MAX_BODY_WORDS."""
    title = words(document.title)[:MAX_TITLE_WORDS]
    body = list(islice(words(document.body), MAX_BODY_WORDS))
    return Analysis(
        tuple(token(word, document.language) for word in title),
        tuple(token(word, document.language) for word in body),
        tuple(dict.fromkeys(title)),
    )


def ask(query: str) -> Question:
    """A query as clauses; its last bare word of at least MIN_PREFIX letters may still be unfinished."""
    terms = query_terms(query)
    bare = [place for place, term in enumerate(terms) if not term.quoted]
    last = bare[-1] if bare else -1
    return Question(tuple(_clause(term.words, unfinished=place == last) for place, term in enumerate(terms)))


def _clause(found: tuple[str, ...], *, unfinished: bool) -> Clause:
    variants = dict.fromkeys(tuple(token(word, language) for word in found) for language in _CYRILLIC)
    prefix = found[0] if unfinished and len(found[0]) >= MIN_PREFIX else ""
    return Clause(tuple(variants), prefix)
