"""From what a coder ticks to a level: the rules of voice and exclusion, and how two coders become one code.

Source: section 2.3 of the method. The unit is an article and a target group; an article's level is its highest.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from plugins.media_watch.codebook import Codebook

OWN, ENDORSED, NEUTRAL, DISTANT = "A", "E", "N", "D"
PASSED_ON = "L5"


class BadCode(ValueError):
    """The answer is not complete or not possible; `code` says what is wrong."""

    def __init__(self, code: str) -> None:
        """Keep the code for the page to put into words."""
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class GroupCode:
    """What one coder found about one target group."""

    group: str
    category: str = ""
    stance: str = ""
    exclusion: str = ""
    further: tuple[str, ...] = ()
    quote: str = ""
    place: str = ""

    def counted(self) -> tuple[str, ...]:
        """The categories that count for the outlet, the main one first.

        An exclusion or distance counts nothing; a quotation without distance counts as L5, since its words are the
        speaker's, unless it stands in the headline, which is the editor's own.
        """
        if not self.category or self.exclusion or self.stance == DISTANT:
            return ()
        if self.stance == NEUTRAL and self.place != "headline":
            return (PASSED_ON,)
        return (self.category, *self.further)

    def quoted(self) -> str:
        """The category that is the speaker's, not the outlet's."""
        return self.category if self.stance in {NEUTRAL, DISTANT} else ""

    def level(self, book: Codebook) -> int:
        """0..3: that of the highest category that counts."""
        return max((book.level(each) for each in self.counted()), default=0)


@dataclass(frozen=True)
class Answer:
    """One coder's whole answer to one article."""

    relevant: bool
    codes: tuple[GroupCode, ...] = ()
    confidence: int = 2
    note: str = ""
    version: str = ""
    """Of the codebook."""

    def levels(self, book: Codebook) -> dict[str, int]:
        """The level by target group."""
        return {each.group: each.level(book) for each in self.codes} if self.relevant else {}

    def article_level(self, book: Codebook, rated: Iterable[str]) -> int:
        """The highest level over the rated groups."""
        wanted = set(rated)
        return max((level for group, level in self.levels(book).items() if group in wanted), default=0)


def read(raw: Mapping[str, Any], book: Codebook, country: str) -> Answer:
    """The answer kept in `raw`, checked against the codebook and the country's list. Raises BadCode."""
    if raw.get("relevant") not in {"yes", "no"}:
        raise BadCode("relevance_missing")
    if raw["relevant"] == "no":
        return Answer(relevant=False, note=str(raw.get("note", "")), version=book.version)
    codes = [_code(each, book, country) for each in raw.get("codes", ()) if each.get("group")]
    if not codes:
        raise BadCode("group_missing")
    if len({each.group for each in codes}) < len(codes):
        raise BadCode("group_twice")
    confidence = int(raw.get("confidence") or 2)
    return Answer(
        relevant=True, codes=tuple(codes), confidence=min(3, max(1, confidence)),
        note=str(raw.get("note", "")), version=book.version,
    )  # fmt: skip


def _code(raw: Mapping[str, Any], book: Codebook, country: str) -> GroupCode:
    found = GroupCode(
        group=str(raw.get("group", "")),
        category=str(raw.get("category", "")),
        stance=str(raw.get("stance", "")),
        exclusion=str(raw.get("exclusion", "")),
        further=tuple(str(each) for each in raw.get("further", ())),
        quote=str(raw.get("quote", "")),
        place=str(raw.get("place", "")),
    )
    if found.group not in book.groups(country):
        raise BadCode("group_unknown")
    known = set(book.codes("category"))
    if {each for each in (found.category, *found.further) if each} - known:
        raise BadCode("category_unknown")
    if found.category and not found.stance:
        raise BadCode("stance_missing")
    if found.category and not found.exclusion and not found.quote.strip():
        raise BadCode("quote_missing")
    return found


def differ(one: Answer, other: Answer, book: Codebook) -> bool:
    """Whether a third person must decide: not the same relevance, or another level for some group."""
    return one.relevant != other.relevant or any(a != b for _, a, b in units(one, other, book))


def units(one: Answer, other: Answer, book: Codebook) -> list[tuple[str, int, int]]:
    """(group, level of one, level of the other) for each group that either names; one empty unit if neither names any.

    A group that a coder does not name has level 0 for them.
    """
    first, second = one.levels(book), other.levels(book)
    named = sorted(set(first) | set(second)) or [""]
    return [(group, first.get(group, 0), second.get(group, 0)) for group in named]


@dataclass(frozen=True)
class Final:
    """What counts for the rating: the level that was agreed or decided, and the lower and higher of the two codes."""

    relevant: bool
    level: int
    lenient: int
    strict: int
    categories: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    decided: bool = False


def final(
    pair: Sequence[Answer], decision: Answer | None, book: Codebook, rated: Sequence[str]
) -> Final | None:
    """The final code of an article coded by a pair; None while a needed decision is missing.

    A decision counts whenever there is one: it may also correct what both coders said.
    """
    one, other = pair
    if decision is None and differ(one, other, book):
        return None
    counts = decision or one
    lenient, strict = sorted(each.article_level(book, rated) for each in pair)
    kept = [each for each in counts.codes if each.group in rated and each.level(book)]
    return Final(
        relevant=counts.relevant,
        level=counts.article_level(book, rated),
        lenient=lenient,
        strict=strict,
        categories=tuple(sorted({c for each in kept for c in each.counted()})),
        quotes=tuple(each.quote for each in kept if each.quote),
        decided=decision is not None,
    )
