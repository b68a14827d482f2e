"""What is counted of fairs, by sex and by age band: pure counting, before anything is hidden."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from plugins.job_fairs.waves import REACHED, STATUSES

THRESHOLD = 5
"""Numbers from 1 to below this are hidden, and whatever would give them away (`core/suppression.py`)."""

STEPS = ("away", "came", "met")
"""How far somebody came who was registered: not at all, to the fair, to an interview."""

SEXES = ("2", "1", "0")
BANDS = ("14", "18", "29", "45", "60", "")
"""Age bands by their first year: 14-17, 18-28, 29-44, 45-59, 60 and over, and not known."""


@dataclass(frozen=True)
class One:
    """One registered person, as counting sees them: no name, no code."""

    sex: str
    band: str
    step: str
    waves: tuple[str, str, str] = ("unknown", "unknown", "unknown")


def band(birth_year: int | None, year: int) -> str:
    """The age band of a year of birth in the year of the fair; whoever is younger than 14 stands with the youngest."""
    if birth_year is None:
        return ""
    age = year - birth_year
    return next((each for each in reversed(BANDS[:-1]) if age >= int(each)), BANDS[0])


def ages(first: str) -> str:
    """The ages of a band in figures, such as 18-28, under 18 or over 59; "" where the age is not known."""
    if not first or first == BANDS[-2]:
        return first and f"{first}+"
    beyond = int(BANDS[BANDS.index(first) + 1])
    return f"<{beyond}" if first == BANDS[0] else f"{first}-{beyond - 1}"


def sex(code: str) -> str:
    """A sex of ISO 5218 as it is counted: not known and not said are one group."""
    return code if code in SEXES else "0"


def table(
    people: Iterable[One], by: str, columns: Sequence[str], wave: int | None = None
) -> tuple[tuple[str, ...], list[list[int]]]:
    """Counts of people by group and column; a wave counts those who came. Groups without anybody are left out."""
    groups = SEXES if by == "sex" else BANDS
    counted = Counter(
        (getattr(each, by), each.step if wave is None else each.waves[wave])
        for each in people
        if wave is None or each.step != "away"
    )
    there = tuple(group for group in groups if any(counted[group, column] for column in columns))
    return there, [[counted[group, column] for column in columns] for group in there]


@dataclass(frozen=True)
class Rate:
    """How many were hired, of how many reached, of how many asked, of how many who came; None where hidden."""

    hired: int | None
    reached: int | None
    asked: int | None
    came: int | None


def rate(columns: Sequence[int | None], whole: int | None) -> Rate:
    """The rate of a wave from numbers that are shown already, so that it tells nothing new."""
    seen = dict(zip(STATUSES, columns, strict=True))
    reached = added([seen[each] for each in REACHED])
    unasked, vain = seen["unknown"], seen["not_reached"]
    asked = None if whole is None or unasked is None else whole - unasked
    if reached is None and asked is not None and vain is not None:
        reached = asked - vain
    return Rate(seen["hired"], reached, asked, whole)


def added(numbers: Iterable[int | None]) -> int | None:
    """The sum, unknown when a part is."""
    found = list(numbers)
    return None if any(each is None for each in found) else sum(each or 0 for each in found)
