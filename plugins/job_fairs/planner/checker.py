"""An independent judge of plans: it shares no code with the engines, only the words of the model."""

from collections import Counter

from plugins.job_fairs.planner.model import Interview, Plan, Problem


def faults(problem: Problem, plan: Plan) -> list[str]:
    """What is wrong with a plan, in English, for logs and tests; empty when it may be published."""
    found: list[str] = []
    locked = set(problem.locked)
    for each in plan.interviews:
        found += _alone(problem, each, each in locked)
    found += [
        f"employer {employer} has {number} interviews in slot {slot} at {problem.capacity[employer][slot]} desks"
        for (employer, slot), number in Counter((i.employer, i.slot) for i in plan.interviews).items()
        if number > problem.capacity[employer][slot]
    ]
    for person in sorted({each.person for each in plan.interviews}):
        found += _together(problem, [each for each in plan.interviews if each.person == person])
    found += [f"{each} is locked and missing" for each in sorted(locked - set(plan.interviews))]
    return found


def _alone(problem: Problem, each: Interview, locked: bool) -> list[str]:
    if each.employer not in problem.wishes[each.person]:
        return [f"{each} was not wished"]
    if not 0 <= each.slot < len(problem.capacity[each.employer]):
        return [f"{each} is outside the fair"]
    return [] if locked or each.slot in problem.available[each.person] else [f"{each} is outside the window"]


def _together(problem: Problem, own: list[Interview]) -> list[str]:
    found = []
    locked = set(problem.locked)
    for index, one in enumerate(own):
        for other in own[index + 1 :]:
            if one.employer == other.employer:
                found.append(f"{one} and {other} are the same wish")
            apart = abs(one.slot - other.slot)
            if apart == 0:
                found.append(f"{one} and {other} are at the same time")
            elif apart <= problem.gap(one.employer, other.employer) and not {one, other} <= locked:
                found.append(f"{one} and {other} leave no rest")
    if problem.limits and len(own) > max(problem.limits[own[0].person], sum(each in locked for each in own)):
        found.append(f"person {own[0].person} has {len(own)} interviews, more than allowed")
    return found
