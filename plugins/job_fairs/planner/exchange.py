"""Exchanges that cost no interview: nobody left out who could be served, and dearer wishes for cheaper ones."""

from plugins.job_fairs.planner.board import Board
from plugins.job_fairs.planner.chains import seat


def seat_rest(board: Board) -> None:
    """Seat every wish that still can be, people with the fewest interviews first, until nothing changes."""
    while any(_seat_round(board)):
        pass


def _seat_round(board: Board) -> list[bool]:
    order = sorted(range(len(board.busy)), key=lambda person: (len(board.busy[person]), person))
    return [seat(board, person, employer) for person in order for employer in board.unmet(person)]


def serve(board: Board) -> None:
    """Whoever has no interview takes one of somebody with several; the count stays."""
    for person, own in enumerate(board.busy):
        if not own and board.problem.limit(person):
            _serve(board, person)


def _serve(board: Board, person: int) -> bool:
    for employer in board.unmet(person):
        if seat(board, person, employer):
            return True
        for slot in board.problem.common(person, employer):
            for other in board.holders[employer][slot]:
                if len(board.busy[other]) > 1 and (other, employer) not in board.fixed:
                    board.take(other, employer)
                    board.put(person, employer, slot)
                    _refill(board, other)
                    return True
    return False


def _refill(board: Board, person: int) -> bool:
    return any(seat(board, person, employer) for employer in board.unmet(person))


def prefer(board: Board, rounds: int = 3) -> None:
    """Raise people's wishes up their lists: swaps of one's own, then against others, never at the cost of the count."""
    wanting: list[list[int]] = [[] for _ in board.problem.capacity]
    for person, wishes in enumerate(board.problem.wishes):
        for employer in wishes:
            wanting[employer].append(person)
    for _ in range(rounds):
        changed = [_raise(board, person, wanting) for person in range(len(board.busy))]
        if not any(changed):
            return


def _raise(board: Board, person: int, wanting: list[list[int]]) -> bool:
    """Give a person a dearer wish for the least dear of theirs."""
    wishes = board.problem.wishes[person]
    ranks = {employer: rank for rank, employer in enumerate(wishes)}
    for employer in board.unmet(person):
        held = [e for e in board.met[person] if ranks[e] > ranks[employer] and (person, e) not in board.fixed]
        for old in sorted(held, key=lambda each: -ranks[each]):
            if _swap(board, person, old, employer) or (
                ranks[employer] == 0 and _oust(board, person, old, employer, wanting[old])
            ):
                return True
    return False


def _swap(board: Board, person: int, old: int, new: int) -> bool:
    slot = board.take(person, old)
    if seat(board, person, new):
        return True
    board.put(person, old, slot)
    return False


def _oust(board: Board, person: int, old: int, new: int, wanting: list[int]) -> bool:
    """Take the first choice from somebody for whom it is not one.

    The count stays: the other finds another desk, or has several interviews and a third person takes the desk that
    `person` leaves.
    """
    slot = board.take(person, old)
    for common in board.problem.common(person, new):
        if not board.fits(person, new, common):
            continue
        for other in list(board.holders[new][common]):
            if (other, new) in board.fixed or board.problem.wishes[other][0] == new:
                continue
            board.take(other, new)
            board.put(person, new, common)
            if _elsewhere(board, other, new) or (board.busy[other] and _hand_on(board, old, slot, wanting)):
                return True
            board.take(person, new)
            board.put(other, new, common)
    board.put(person, old, slot)
    return False


def _elsewhere(board: Board, person: int, lost: int) -> bool:
    return any(seat(board, person, employer) for employer in board.unmet(person) if employer != lost)


def _hand_on(board: Board, employer: int, slot: int, wanting: list[int]) -> bool:
    """Give a desk that has become free to somebody who wishes it."""
    for person in wanting:
        if employer not in board.met[person] and board.fits(person, employer, slot):
            board.put(person, employer, slot)
            return True
    return False
