"""What may be said of rated outlets: groups and rank intervals instead of places, flags, and proven pairs.

Source: section 2.6 of the method. A group's border is not a claim about two neighbours; only `claims` are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from plugins.media_watch.rating import Rated, Rating, above

LEAST_RANKED, LEAST_SHOWN = 30, 15
"""Effective articles needed for a place in a group, and for a value at all."""

PAIR, PAIR_OF_PERSONS = 0.95, 0.99
FLAG = 0.975


@dataclass(frozen=True)
class Standing:
    """One outlet's part of the order. Without enough articles there is no interval of ranks and no group."""

    key: str
    status: str
    """ranked, few (a value without a place) or hidden."""
    group: int = 0
    first: int = 0
    last: int = 0
    """The ranks between which the outlet lies, 1 being the highest index."""
    flag: str = ""
    """above, below or nothing: clearly higher or lower than the reference."""


def probability(one: Rated, other: Rated) -> float:
    """P(one > other)."""
    return above(one.mu, one.sd**2, other.mu, other.sd**2)


def order(rated: Mapping[str, Rated]) -> list[str]:
    """The keys of those with enough articles, by falling index; equal ones by key."""
    enough = [key for key, each in rated.items() if each.n_eff >= LEAST_RANKED]
    return sorted(enough, key=lambda key: (-rated[key].mu, key))


def groups(rated: Mapping[str, Rated]) -> list[list[str]]:
    """The leader takes all that follow and are not clearly below it, then the next leader; inside sorted by key."""
    found: list[list[str]] = []
    leader = ""
    for key in order(rated):
        if not found or probability(rated[leader], rated[key]) >= PAIR:
            found.append([])
            leader = key
        found[-1].append(key)
    return [sorted(each) for each in found]


def rank_interval(key: str, rated: Mapping[str, Rated]) -> tuple[int, int]:
    """[1 + how many are clearly above, K - how many are clearly below]."""
    others = [each for each in order(rated) if each != key]
    higher = sum(probability(rated[each], rated[key]) >= PAIR for each in others)
    lower = sum(probability(rated[key], rated[each]) >= PAIR for each in others)
    return 1 + higher, len(others) + 1 - lower


def standings(rated: Mapping[str, Rated]) -> dict[str, Standing]:
    """The standing of every outlet."""
    place = {key: number for number, members in enumerate(groups(rated), 1) for key in members}
    found = {}
    for key, each in sorted(rated.items()):
        if key in place:
            found[key] = Standing(key, "ranked", place[key], *rank_interval(key, rated), flag(each))
        else:
            found[key] = Standing(key, "few" if each.n_eff >= LEAST_SHOWN else "hidden")
    return found


def flag(rated: Rated) -> str:
    """Whether the index lies clearly above or below the reference."""
    if rated.above_reference >= FLAG:
        return "above"
    return "below" if 1 - rated.above_reference >= FLAG else ""


def claims(
    variants: Sequence[Rating], weightings: Sequence[Rating], *, level: float = PAIR
) -> list[tuple[str, str]]:
    """The pairs (higher, lower) that may be written in a text.

    Proven in every variant of the codes (adjudicated, lenient, strict), and turned round by none of the weightings.
    """
    first = variants[0].outlets
    return [
        (one, other)
        for one in order(first)
        for other in order(first)
        if one != other
        and all(
            one in each.outlets
            and other in each.outlets
            and probability(each.outlets[one], each.outlets[other]) >= level
            for each in variants
        )
        and all(each.outlets[one].mu > each.outlets[other].mu for each in weightings)
    ]
