"""Simple random samples per stratum that anybody can draw again: sort by SHA-256 of seed and name, take the first.

No generator of a language or version is involved, so the sample is the same on every machine and in every year.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

RISK, REST, CHECK, DRIFT = "risk", "rest", "check", "drift"
SIZES: Mapping[str, int] = {RISK: 60, REST: 60, CHECK: 100}
"""How many articles at most of a stratum, for each outlet; of the check sample, in all."""


def draw(names: Iterable[str], seed: str, size: int) -> list[str]:
    """`size` of the names, or all if there are fewer, in the order of their hashes."""
    return sorted(set(names), key=lambda name: (sha256(f"{seed}|{name}".encode()).digest(), name))[:size]


@dataclass(frozen=True)
class Frame:
    """What a sample is drawn from: article names by outlet and stratum, and those outside the topic."""

    strata: Mapping[tuple[str, str], Sequence[str]]
    """(outlet, "risk" or "rest") -> names."""
    outside: Sequence[str] = ()

    def sizes(self) -> dict[str, dict[str, int]]:
        """Frame sizes by outlet and stratum: they are published."""
        found: dict[str, dict[str, int]] = {}
        for (outlet, stratum), names in sorted(self.strata.items()):
            found.setdefault(outlet, {RISK: 0, REST: 0})[stratum] = len(set(names))
        return found


def sample(frame: Frame, seed: str, sizes: Mapping[str, int] = SIZES) -> list[tuple[str, str]]:
    """(name, stratum) of all that are to be coded. Each stratum has a seed of its own, made of the published one."""
    found = []
    for (outlet, stratum), names in sorted(frame.strata.items()):
        drawn = draw(names, f"{seed}|{outlet}|{stratum}", sizes[stratum])
        found += [(name, stratum) for name in drawn]
    return found + [(name, CHECK) for name in draw(frame.outside, f"{seed}|{CHECK}", sizes[CHECK])]


def shuffled(names: Iterable[str], seed: str, coder: str) -> list[str]:
    """The order in which one coder meets the articles: random, and another one for each coder."""
    return draw(names, f"{seed}|order|{coder}", 1 << 30)
