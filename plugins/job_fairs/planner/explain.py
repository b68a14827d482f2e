"""Why a wish was not met: exactly one reason each, asked in a fixed order, and what else is free."""

from enum import StrEnum

from plugins.job_fairs.planner.board import Board
from plugins.job_fairs.planner.model import Interview, Plan, Problem


class Reason(StrEnum):
    """Why a wish is not met. `OPEN` is none of them: the wish could be met, so an engine missed it."""

    NO_COMMON_SLOT = "no_common_slot"
    PERSON_FULL = "person_full"
    EMPLOYER_FULL = "employer_full"
    REST_RULE = "rest_rule"
    OPEN = "open"


def reasons(problem: Problem, plan: Plan) -> dict[tuple[int, int], Reason]:
    """For each unmet wish (person, employer) the one reason.

    No common slot: the two are never there together. Person full: at the limit, or busy whenever both are there.
    Employer full: no desk in any slot that is left. Rest rule: there is a desk, only a rest or walk forbids it.
    """
    board = Board(problem, plan.interviews)
    return {
        (person, employer): _reason(board, person, employer)
        for person in range(len(problem.wishes))
        for employer in board.unmet(person)
    }


def _reason(board: Board, person: int, employer: int) -> Reason:
    common = board.problem.common(person, employer)
    if not common:
        return Reason.NO_COMMON_SLOT
    own = [slot for slot in common if slot not in board.busy[person]]
    if not own or len(board.busy[person]) >= board.problem.limit(person):
        return Reason.PERSON_FULL
    desks = [slot for slot in own if board.seats[employer][slot] > 0]
    if not desks:
        return Reason.EMPLOYER_FULL
    return Reason.OPEN if any(board.rested(person, employer, slot) for slot in desks) else Reason.REST_RULE


def free_desks(problem: Problem, plan: Plan, person: int) -> list[Interview]:
    """What else is free for a person: for each employer not met the first slot with a desk that fits."""
    board = Board(problem, plan.interviews)
    found = []
    for employer in range(len(problem.capacity)):
        slot = None if employer in board.met[person] else board.free(person, employer)
        if slot is not None:
            found.append(Interview(person, employer, slot))
    return found
