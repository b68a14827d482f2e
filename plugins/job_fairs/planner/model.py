"""What is planned and what a plan is. People, employers and slots are numbered from 0."""

import math
from dataclasses import dataclass
from typing import NamedTuple


class Interview(NamedTuple):
    """One person at one employer in one slot."""

    person: int
    employer: int
    slot: int


@dataclass(frozen=True)
class Weights:
    """What an interview is worth, a person with at least one, and what one step down a person's list costs.

    Raises ValueError for a weight below 0, or when neither interviews nor people count.
    """

    count: float = 1.0
    people: float = 1.0
    rank: float = 0.01

    def __post_init__(self) -> None:
        """Refuse what would make an empty plan the best one; NaN is refused too."""
        told = (self.count, self.people, self.rank)
        if not (all(0 <= each < math.inf for each in told) and self.count + self.people > 0):
            raise ValueError("weights must not be negative, and interviews or people must count")


FAIR = Weights()
"""Interviews and people alike, ranks where they cost nothing else."""


@dataclass(frozen=True)
class Problem:
    """A fair to plan. Raises ValueError when the parts do not fit together.

    `capacity[e][t]`: open desks. `available[s]`: slots in which the person is there. `wishes[s]`: employers, the
    dearest first. `rest`: free slots between two interviews of one person. `walk`: free slots between employers of
    different `zones`. `limits[s]`: most interviews of a person. `locked`: interviews that stand and are never moved;
    they need not be within the person's window, for a person may have agreed to come earlier.
    """

    capacity: tuple[tuple[int, ...], ...]
    available: tuple[frozenset[int], ...]
    wishes: tuple[tuple[int, ...], ...]
    rest: int = 0
    walk: int = 0
    zones: tuple[int, ...] = ()
    limits: tuple[int, ...] = ()
    locked: tuple[Interview, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what could not be planned."""
        people, employers, slots = len(self.wishes), len(self.capacity), self.slots
        told = {
            "rows of capacity differ in length": any(len(row) != slots for row in self.capacity),
            "negative capacity": any(desks < 0 for row in self.capacity for desks in row),
            "windows and wishes of different people": len(self.available) != people,
            "a window outside the fair": any(not 0 <= t < slots for own in self.available for t in own),
            "a wish for nobody": any(not 0 <= e < employers for own in self.wishes for e in own),
            "a wish twice": any(len(set(own)) != len(own) for own in self.wishes),
            "zones of other employers": bool(self.zones) and len(self.zones) != employers,
            "limits of other people": bool(self.limits) and len(self.limits) != people,
            "negative rest": self.rest < 0 or self.walk < 0,
            "a locked interview that nobody wished": any(not self._wished(each) for each in self.locked),
            "two locks of one person at once, or of one wish": self._clash(),
        }
        if problems := [words for words, wrong in told.items() if wrong]:
            raise ValueError("; ".join(problems))

    def _clash(self) -> bool:
        times = {(each.person, each.slot) for each in self.locked}
        pairs = {(each.person, each.employer) for each in self.locked}
        return not len(times) == len(pairs) == len(self.locked)

    def _wished(self, each: Interview) -> bool:
        return (
            0 <= each.person < len(self.wishes)
            and each.employer in self.wishes[each.person]
            and 0 <= each.slot < self.slots
        )

    @property
    def slots(self) -> int:
        """How many slots the fair has."""
        return len(self.capacity[0]) if self.capacity else 0

    def gap(self, one: int, other: int) -> int:
        """Free slots that a person needs between these two employers."""
        far = bool(self.zones) and self.zones[one] != self.zones[other]
        return max(self.rest, self.walk if far else 0)

    def limit(self, person: int) -> int:
        """The most interviews of a person."""
        return self.limits[person] if self.limits else self.slots

    def common(self, person: int, employer: int) -> list[int]:
        """Slots in which both are there."""
        row = self.capacity[employer]
        return [slot for slot in sorted(self.available[person]) if row[slot]]

    @property
    def open(self) -> bool:
        """Whether nobody has windows, rests, walks, limits or locks: then the flow bound is always reached."""
        whole = len(self.wishes) == 0 or all(len(own) == self.slots for own in self.available)
        steady = all(len(set(row)) <= 1 for row in self.capacity)
        walks = self.walk and len(set(self.zones)) > 1
        return whole and steady and not (self.rest or walks or self.limits or self.locked)


@dataclass(frozen=True)
class Plan:
    """Interviews sorted by person, slot and employer: the same plan is the same value."""

    interviews: tuple[Interview, ...]

    @classmethod
    def of(cls, interviews: "list[Interview] | tuple[Interview, ...]") -> "Plan":
        """The plan of these interviews."""
        return cls(tuple(sorted(interviews, key=lambda each: (each.person, each.slot, each.employer))))
