"""When a journalist may be named: stricter than for an outlet, in groups only, and never for ever.

Source: section 2.6 of the method, "Persons". Only signed own texts count; headlines and pictures are the outlet's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from plugins.media_watch.judging import Answer, GroupCode
from plugins.media_watch.rating import Rated, Stratum, rating
from plugins.media_watch.standing import PAIR_OF_PERSONS

LEAST_ARTICLES, LEAST_CASES, LEAST_DATES = 20, 3, 3
EXPIRES_DAYS = 365
STAFF = "staff"
OUTLETS_PLACES = frozenset({"headline", "picture"})


@dataclass(frozen=True)
class Signed:
    """One relevant article by an author: its level without headline and pictures, and when it came out."""

    level: int
    on: date


def own(answer: Answer) -> Answer:
    """The answer without what is the editor's: codes that stand in the headline or a picture, and L6."""
    kept = tuple(each for each in answer.codes if not _outlets(each))
    return Answer(answer.relevant, kept, answer.confidence, answer.note, answer.version)


def _outlets(code: GroupCode) -> bool:
    return code.place in OUTLETS_PLACES or code.category == "L6"


def may_be_rated(kind: str, signed: Sequence[Signed]) -> bool:
    """At least 20 relevant signed articles, and 3 medium or severe ones on 3 dates: a pattern, not a slip."""
    cases = [each for each in signed if each.level >= 2]
    dates = {each.on for each in cases}
    return (
        kind == STAFF
        and len(signed) >= LEAST_ARTICLES
        and len(cases) >= LEAST_CASES
        and len(dates) >= LEAST_DATES
    )


def groups(authors: Mapping[str, Sequence[Signed]]) -> dict[str, tuple[str, Rated]]:
    """Say "above" or "not_above" for each author, with the figures behind it, which are not published.

    All authors are shrunk towards the pool of all authors, not towards their outlets. "above" wants P >= 0.99.
    """
    counted = {key: [_stratum(signed)] for key, signed in authors.items() if signed}
    if not counted:
        return {}
    found = rating(counted).outlets
    return {
        key: ("above" if each.above_reference >= PAIR_OF_PERSONS else "not_above", each)
        for key, each in found.items()
    }


def _stratum(signed: Sequence[Signed]) -> Stratum:
    levels = [each.level for each in signed]
    return Stratum(len(signed), (levels.count(0), levels.count(1), levels.count(2), levels.count(3)))


def expired(last_case: date, today: date) -> bool:
    """Whether an entry ends: twelve months without a new case."""
    return (today - last_case).days > EXPIRES_DAYS
