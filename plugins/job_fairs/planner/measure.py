"""How good a plan is, and for whom: the numbers that an organiser sees before publishing."""

from collections.abc import Sequence
from dataclasses import dataclass

from plugins.job_fairs.planner.bounds import feasible
from plugins.job_fairs.planner.model import Plan, Problem, Weights


@dataclass(frozen=True)
class Measure:
    """Counts with their denominators. `hopeful`: people with a feasible wish; `firsts`: whose first is feasible."""

    interviews: int
    wishes: int
    served: int
    hopeful: int
    first_met: int
    firsts: int
    ranks: int

    def value(self, weights: Weights) -> float:
        """The objective."""
        return weights.count * self.interviews + weights.people * self.served - weights.rank * self.ranks


@dataclass(frozen=True)
class GroupMeasure:
    """The same for one group of people."""

    group: str
    people: int
    measure: Measure

    @property
    def each(self) -> float:
        """Interviews per person."""
        return self.measure.interviews / self.people if self.people else 0.0


def measure(problem: Problem, plan: Plan, people: Sequence[int] | None = None) -> Measure:
    """Measure a plan, for all or for these people."""
    wanted = set(range(len(problem.wishes))) if people is None else set(people)
    possible = feasible(problem)
    met = [each for each in plan.interviews if each.person in wanted]
    pairs = {(each.person, each.employer) for each in met}
    firsts = [s for s in wanted if possible[s] and possible[s][0] == problem.wishes[s][0]]
    return Measure(
        interviews=len(met),
        wishes=sum(len(problem.wishes[s]) for s in wanted),
        served=len({each.person for each in met}),
        hopeful=sum(bool(possible[s]) for s in wanted),
        first_met=sum((s, problem.wishes[s][0]) in pairs for s in firsts),
        firsts=len(firsts),
        ranks=sum(problem.wishes[each.person].index(each.employer) for each in met),
    )


def by_group(problem: Problem, plan: Plan, groups: Sequence[str]) -> list[GroupMeasure]:
    """Measure a plan for each group, given the group of each person (a sex, a length of stay)."""
    return [
        GroupMeasure(name, len(people), measure(problem, plan, people))
        for name in sorted(set(groups))
        if (people := [person for person, group in enumerate(groups) if group == name])
    ]


def stays(problem: Problem) -> list[str]:
    """The length of stay of each person: "short" for the fifth who are there for the fewest slots, else "long"."""
    lengths = sorted(len(own) for own in problem.available)
    if not lengths or lengths[0] == lengths[-1]:
        return ["long"] * len(lengths)
    edge = lengths[max(0, len(lengths) // 5 - 1)]
    return ["short" if len(own) <= edge else "long" for own in problem.available]
