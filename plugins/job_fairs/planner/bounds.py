"""No plan can have more interviews than this."""

from dataclasses import dataclass

from plugins.job_fairs.planner import flow
from plugins.job_fairs.planner.model import Problem


@dataclass(frozen=True)
class Bound:
    """A number of interviews that no plan exceeds, and where it comes from: "flow" or "lp"."""

    value: float
    source: str


def flow_bound(problem: Problem) -> Bound:
    """Degrees cut to windows and rests, then maximum flow. Exact without windows, else up to a tenth above."""
    assignment = flow.fair(feasible(problem), desks(problem), reach(problem))
    return Bound(assignment.size, "flow")


def feasible(problem: Problem) -> list[list[int]]:
    """The wishes for which both are there at some time; what is locked counts as such."""
    locked = {(each.person, each.employer) for each in problem.locked}
    return [
        [e for e in own if (s, e) in locked or problem.common(s, e)] for s, own in enumerate(problem.wishes)
    ]


def desks(problem: Problem) -> list[int]:
    """Desk slots of each employer, all slots together."""
    return [sum(row) for row in problem.capacity]


def reach(problem: Problem) -> list[int]:
    """The most interviews that each person's window, rest and limit allow."""
    locked: dict[int, int] = {}
    for each in problem.locked:
        locked[each.person] = locked.get(each.person, 0) + 1
    made = []
    for person, own in enumerate(problem.available):
        room = _apart(sorted(own), problem.rest)
        made.append(max(min(room + locked.get(person, 0), problem.limit(person)), locked.get(person, 0)))
    return made


def _apart(slots: list[int], rest: int) -> int:
    count, last = 0, -rest - 1
    for slot in slots:
        if slot - last > rest:
            count, last = count + 1, slot
    return count
