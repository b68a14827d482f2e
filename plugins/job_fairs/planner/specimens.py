"""Invented fairs for tests and measurements, the same on every machine: 64-bit integers only (splitmix64)."""

import hashlib
import json
from dataclasses import dataclass

from plugins.job_fairs.planner.model import Problem

SIZES = {"small": (200, 30, 16), "medium": (1000, 60, 24), "large": (3000, 100, 32)}
WORD = (1 << 64) - 1
WISHES = 5


class Draws:
    """Splitmix64 (Steele, Lea and Flood 2014)."""

    def __init__(self, state: int) -> None:
        """Begin at `state`."""
        self.state = state & WORD

    def below(self, limit: int) -> int:
        """A number from 0 to under `limit`."""
        self.state = (self.state + 0x9E3779B97F4A7C15) & WORD
        mixed = self.state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & WORD
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & WORD
        return (mixed ^ (mixed >> 31)) % limit


@dataclass(frozen=True)
class Specimen:
    """An invented fair and the digest by which others know that it is the same."""

    problem: Problem
    digest: str


def specimen(size: str, kind: str, seed: int = 1) -> Specimen:
    """`kind`: open (no windows), win (windows, lunch, early leavers) or gap (win, and one free slot between)."""
    people, employers, slots = SIZES[size]
    draws = Draws(seed * 1000003 + 7 * people + 11 * employers + 13 * slots)
    windows = kind != "open"
    capacity = [_desks(draws, slots, windows) for _ in range(employers)]
    weights = [int(10**6 / (place + 1) ** 0.7) for place in range(employers)]
    available, wishes = [], []
    for _ in range(people):
        available.append(_window(draws, slots) if windows else range(slots))
        wishes.append(_wishes(draws, weights))
    rest = int(kind == "gap")
    problem = Problem(
        tuple(map(tuple, capacity)), tuple(map(frozenset, available)), tuple(map(tuple, wishes)), rest
    )
    return Specimen(problem, _digest(problem))


def _desks(draws: Draws, slots: int, windows: bool) -> list[int]:
    row = [1 + draws.below(4)] * slots
    if windows:
        lunch = slots // 3 + draws.below(slots // 3)
        row[lunch : lunch + slots // 8] = [0] * (min(slots, lunch + slots // 8) - lunch)
        if draws.below(5) == 0:
            row[3 * slots // 4 :] = [0] * (slots - 3 * slots // 4)
    return row


def _window(draws: Draws, slots: int) -> range:
    length = slots // 4 + draws.below(slots // 4 + 1)
    start = draws.below(slots - length + 1)
    return range(start, start + length)


def _wishes(draws: Draws, weights: list[int]) -> list[int]:
    left, made = list(range(len(weights))), []
    for _ in range(WISHES):
        drawn = draws.below(sum(weights[each] for each in left))
        for each in left:
            drawn -= weights[each]
            if drawn < 0:
                break
        left.remove(each)
        made.append(each)
    return made


def _digest(problem: Problem) -> str:
    masks = [sum(1 << slot for slot in own) for own in problem.available]
    wishes = [[s, e, rank] for s, own in enumerate(problem.wishes) for rank, e in enumerate(own)]
    content = json.dumps([problem.capacity, masks, wishes, problem.rest])
    return hashlib.sha256(content.encode()).hexdigest()[:16]
