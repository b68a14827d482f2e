"""When a journalist may be named: stricter than for an outlet, in groups only, and never for ever.

Source: section 2.6 of the method, "Persons". Only signed own texts count; headlines and pictures are the outlet's.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from plugins.media_watch.judging import Answer, GroupCode
from plugins.media_watch.rating import OTHER_SCORES, Stratum, rating
from plugins.media_watch.standing import PAIR_OF_PERSONS

LEAST_ARTICLES, LEAST_CASES, LEAST_DATES = 20, 3, 3
EXPIRES = timedelta(days=365)
STAFF = "staff"
"""The one kind of signature that is rated: agencies, guests and pseudonyms never are."""

OUTLETS_PLACES = frozenset({"headline", "picture"})
VARIANTS = 3


@dataclass(frozen=True)
class Signed:
    """One relevant article by an author, without headline and pictures.

    `levels`: decided, under the lower of the two codes, under the higher. `weight`: how many articles of the frame of
    its stratum it stands for, since strata are sampled unequally.
    """

    levels: tuple[int, int, int]
    on: date
    stratum: str = "rest"
    weight: float = 1.0


def own(answer: Answer) -> Answer:
    """The answer without what is the editor's: codes that stand in the headline or a picture, and L6."""
    kept = tuple(each for each in answer.codes if not _outlets(each))
    return Answer(answer.relevant, kept, answer.confidence, answer.note, answer.version)


def _outlets(code: GroupCode) -> bool:
    return code.place in OUTLETS_PLACES or code.category == "L6"


def cases(signed: Sequence[Signed]) -> list[Signed]:
    """The articles that were decided to be medium or severe."""
    return [each for each in signed if each.levels[0] >= 2]


def may_be_rated(kind: str, signed: Sequence[Signed]) -> bool:
    """At least 20 relevant signed articles, and 3 medium or severe ones on 3 dates: a pattern, not a slip."""
    found = cases(signed)
    dates = {each.on for each in found}
    return (
        kind == STAFF
        and len(signed) >= LEAST_ARTICLES
        and len(found) >= LEAST_CASES
        and len(dates) >= LEAST_DATES
    )


def above(authors: Mapping[str, Sequence[Signed]]) -> set[str]:
    """Who of the staff authors lies above the average of all authors: there is no other group, and no order.

    All are shrunk towards the pool of all authors, not towards their outlets. P >= 0.99 must hold as decided, under
    the lower codes and under the higher; and no weighting may put them below the average.
    """
    able = {key for key, signed in authors.items() if may_be_rated(STAFF, signed)}
    for variant in range(VARIANTS if able else 0):
        counted = {key: strata(signed, variant) for key, signed in authors.items() if signed}
        found = rating(counted).outlets
        able = {key for key in able if found[key].above_reference >= PAIR_OF_PERSONS}
        for scores in OTHER_SCORES:
            other = rating(counted, scores)
            able = {key for key in able if other.outlets[key].mu > other.pool.reference}
    return able


def strata(signed: Sequence[Signed], variant: int = 0) -> list[Stratum]:
    """An author's articles as strata: each weighs what its articles stand for in the frame."""
    rows: dict[str, list[Signed]] = defaultdict(list)
    for each in signed:
        rows[each.stratum].append(each)
    return [_stratum(rows[name], variant) for name in sorted(rows)]


def _stratum(signed: Sequence[Signed], variant: int) -> Stratum:
    levels = [each.levels[variant] for each in signed]
    counts = (levels.count(0), levels.count(1), levels.count(2), levels.count(3))
    return Stratum(sum(each.weight for each in signed), counts)


def expires_on(last_case: date) -> date:
    """The last day of an entry: twelve months without a new case."""
    return last_case + EXPIRES
