"""Who codes what: two coders of different organisations, one of them from the other country; a third one decides.

Source: section 2.4 of the method, rule 5.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import combinations


@dataclass(frozen=True, order=True)
class Coder:
    """A coder and all organisations that they belong to; `country` is where the first of them is at home."""

    person: str
    organisations: tuple[str, ...]
    country: str


class TooFew(ValueError):
    """There is no pair of coders that keeps the rule."""


def may_pair(one: Coder, other: Coder, country: str) -> bool:
    """Whether two coders may code one article of the list of `country`."""
    return (
        one.person != other.person
        and not set(one.organisations) & set(other.organisations)
        and (one.country != country or other.country != country)
    )


def pairs(
    items: Iterable[str], coders: Sequence[Coder], country: str, seed: str
) -> dict[str, tuple[Coder, Coder]]:
    """A pair for each item, the least loaded first and chance deciding between equals. Raises TooFew."""
    possible = [two for two in combinations(sorted(coders), 2) if may_pair(*two, country)]
    if not possible:
        raise TooFew
    load: dict[Coder, int] = dict.fromkeys(coders, 0)
    found = {}
    for item in items:
        two = min(possible, key=lambda pair: (_weight(pair, load), _chance(seed, item, pair)))
        found[item] = two
        for each in two:
            load[each] += 1
    return found


def _weight(pair: tuple[Coder, Coder], load: Mapping[Coder, int]) -> int:
    return sum(load[each] for each in pair)


def _chance(seed: str, item: str, pair: tuple[Coder, Coder]) -> bytes:
    return sha256("|".join([seed, item, *(each.person for each in pair)]).encode()).digest()


def may_decide(
    people: Iterable[str], organisations: Iterable[str], person: str, theirs: Iterable[str]
) -> bool:
    """Whether somebody may adjudicate: neither a coder of the article nor of a coder's organisation."""
    return person not in set(people) and not set(organisations) & set(theirs)
