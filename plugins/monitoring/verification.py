"""The gate: what still stands between an allegation and the word "verified". Answers are codes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

INDEPENDENT_SOURCES = 2
LOOK_ALIKE = str.maketrans("авекмнорстух", "abekmhopctyx")
"""Cyrillic letters onto the Latin ones of the same shape."""

DECIDING_KINDS = frozenset({"document", "official"})


@dataclass(frozen=True)
class SourceFact:
    """What the gate needs to know of a source. An empty independence group is one nobody judged."""

    kind: str
    primary: bool
    independence_group: str
    official_decision_in_force: bool = False

    @property
    def decides(self) -> bool:
        """One decision in force is enough alone, if it stands on paper or comes from its authority."""
        return self.official_decision_in_force and self.kind in DECIDING_KINDS


def obstacles(sources: Iterable[SourceFact]) -> list[str]:
    """What the sources of one allegation lack; empty when it may be verified.

    Two sources of different independence groups, one of them primary, or one official decision in force.
    """
    known = list(sources)
    if any(source.decides for source in known):
        return []
    groups = {group_key(source.independence_group) for source in known} - {""}
    lacking = {
        "independent_sources": len(groups) < INDEPENDENT_SOURCES,
        "primary_source": not any(source.primary for source in known),
    }
    return [code for code, missing in lacking.items() if missing]


def group_key(mark: str) -> str:
    """What two marks must share to be one group: a Latin "A", a Cyrillic "А" and an "a" look alike, so they are."""
    return "".join(mark.split()).casefold().translate(LOOK_ALIKE)


def first_obstacles(
    reporter_id: object, reporter_organisation: object, first_id: object, first_organisation: object
) -> list[str]:
    """Why this person may not be the first verifier. None stands for "nobody" or "not known"."""
    if first_id is None:
        return ["first_verifier_missing"]
    lacking = {
        "first_is_reporter": first_id == reporter_id,
        "first_organisation_unknown": first_organisation is None,
        "first_of_reporting_organisation": first_organisation is not None
        and first_organisation == reporter_organisation,
    }
    return [code for code, missing in lacking.items() if missing]


def second_obstacles(reporter_id: object, first_id: object, second_id: object) -> list[str]:
    """Why this person may not confirm what the first verifier proposed."""
    if second_id is None:
        return ["second_verifier_missing"]
    lacking = {"second_is_first": second_id == first_id, "second_is_reporter": second_id == reporter_id}
    return [code for code, missing in lacking.items() if missing]


def person_obstacles(
    reporter_id: object,
    reporter_organisation: object,
    first_id: object,
    first_organisation: object,
    second_id: object,
) -> list[str]:
    """Both verifiers at once: the first not of the submitting organisation, the second a third person."""
    return [
        *first_obstacles(reporter_id, reporter_organisation, first_id, first_organisation),
        *second_obstacles(reporter_id, first_id, second_id),
    ]


def overall(states: Sequence[str]) -> str:
    """A report's outcome from its allegations' verdicts: one verified is enough, refuted means all."""
    if "verified" in states:
        return "verified"
    return "refuted" if states and set(states) == {"refuted"} else "unverified"
