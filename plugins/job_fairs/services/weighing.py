"""What the organiser may weigh, and what each weighing costs: the table that is read before a plan is published."""

from collections.abc import Sequence
from typing import Any

from plugins.job_fairs import planner
from plugins.job_fairs.planner import Plan, Problem, Weights
from plugins.job_fairs.planner.measure import stays

CHOICES = {
    "balanced": Weights(1, 1, 0.01),
    "count": Weights(1, 0, 0),
    "people": Weights(1, 10, 0.01),
    "ranks": Weights(1, 1, 0.5),
}
OWN = "own"
"""The organiser's own three numbers."""


def stored(choice: str, weights: Weights) -> dict[str, float]:
    """How a version of the plan keeps what counted."""
    told = {"weigh_count": weights.count, "weigh_people": weights.people, "weigh_rank": weights.rank}
    return {choice: 1.0, **told}


def table(problem: Problem, sexes: Sequence[str], own: Weights | None = None) -> list[dict[str, Any]]:
    """For each weighing, planned quickly: interviews, people served and first choices, also by sex and stay.

    The shares are of what is possible: of the bound, of people with a feasible wish, of feasible first wishes.
    """
    weighings = CHOICES | ({OWN: own} if own else {})
    groups = {"sex": sexes, "stay": stays(problem)}
    made = planner.weighed(problem, weighings)
    return [{"choice": name, **_row(problem, each, groups)} for name, each in made.items()]


def _row(problem: Problem, made: Plan, groups: dict[str, Sequence[str]]) -> dict[str, Any]:
    whole = planner.measure(problem, made)
    return {
        "interviews": whole.interviews,
        "served": whole.served,
        "hopeful": whole.hopeful,
        "first_met": whole.first_met,
        "firsts": whole.firsts,
        "groups": [
            {
                "kind": kind, "group": each.group, "people": each.people, "served": each.measure.served,
                "hopeful": each.measure.hopeful, "each": round(each.each, 2),
            }
            for kind, own in groups.items() for each in planner.by_group(problem, made, own)
        ],
    }  # fmt: skip
