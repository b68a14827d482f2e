"""Engine 1, without any dependency. The same problem and weights give the same plan, byte for byte."""

from collections.abc import Mapping

from plugins.job_fairs.planner import exchange, flow, slots
from plugins.job_fairs.planner.board import Board
from plugins.job_fairs.planner.bounds import desks, feasible, reach
from plugins.job_fairs.planner.chains import seat
from plugins.job_fairs.planner.measure import measure
from plugins.job_fairs.planner.model import FAIR, Interview, Plan, Problem, Weights


def plan(problem: Problem, weights: Weights = FAIR) -> Plan:
    """The best plan found: exact without windows, else the best of three ways by the weights."""
    return weighed(problem, {"": weights})[""]


def weighed(problem: Problem, weighings: Mapping[str, Weights]) -> dict[str, Plan]:
    """For each weighing the plan that `plan` would make; all of them together take hardly longer than one."""
    ways = [(each, measure(problem, each)) for each in _ways(problem)]
    return {name: max(ways, key=lambda way: way[1].value(weights))[0] for name, weights in weighings.items()}


def _ways(problem: Problem) -> list[Plan]:
    if problem.open:
        return [_coloured(problem)]
    return [_by_slots(problem), _by_ranks(problem, keep=False), _by_ranks(problem, keep=True)]


def fill_only(problem: Problem, published: tuple[Interview, ...]) -> Plan:
    """What is published stays where it is; only gaps are filled."""
    board = Board(problem, published)
    board.fixed |= {(each.person, each.employer) for each in published}
    slots.fill(board, range(problem.slots))
    exchange.seat_rest(board)
    return board.plan()


def plan_greedily(problem: Problem) -> Plan:
    """First come, first common slot: how fairs are planned by hand, and the measure to beat."""
    board = Board(problem)
    for person in range(len(problem.wishes)):
        for employer in board.unmet(person):
            slot = board.free(person, employer)
            if slot is not None:
                board.put(person, employer, slot)
    return board.plan()


def _coloured(problem: Problem) -> Plan:
    """Flow says which wishes, Koenig's chains say when; then dearer wishes, which cost nobody one."""
    chosen = flow.fair(feasible(problem), desks(problem), reach(problem))
    board = Board(problem)
    for person, employers in enumerate(chosen.taken):
        for employer in sorted(employers):
            if not seat(board, person, employer):
                raise AssertionError("Koenig's chain did not end")
    exchange.prefer(board)
    return board.plan()


def _by_slots(problem: Problem) -> Plan:
    """Most interviews first, then nobody left out, then dearer wishes at no cost."""
    board = Board(problem)
    slots.fill(board, range(problem.slots))
    _finish(board)
    return board.plan()


def _by_ranks(problem: Problem, *, keep: bool) -> Plan:
    """First choices first, then slot by slot; with `keep` the first choices stand while the rest is filled in."""
    board = Board(problem)
    for person in sorted(range(len(problem.wishes)), key=lambda each: (len(problem.available[each]), each)):
        for employer in board.unmet(person)[:1]:
            seat(board, person, employer)
    locked = set(board.fixed)
    if keep:
        board.fixed |= {(person, own[0]) for person, own in enumerate(problem.wishes) if own}
    slots.fill(board, range(problem.slots))
    board.fixed = locked
    _finish(board)
    return board.plan()


def _finish(board: Board) -> None:
    exchange.seat_rest(board)
    exchange.serve(board)
    exchange.prefer(board)
    exchange.seat_rest(board)
