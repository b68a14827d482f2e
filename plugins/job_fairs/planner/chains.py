"""Alternating chains between two slots: Koenig's argument (1916), kept within windows, rests and desks.

An employer is full in slot a and has a desk in slot b. One of its people moves from a to b; whom that meets in b moves
to a, and so on. Without windows the chain always ends, which is why the flow bound is reached.
"""

from plugins.job_fairs.planner.board import Board

Move = tuple[int, int, int, int]
"""Person, employer, slot before, slot after."""


def seat(board: Board, person: int, employer: int) -> bool:
    """Seat an unmet wish, moving others between slots if it must be; nobody loses an interview."""
    slot = board.free(person, employer)
    if slot is not None:
        board.put(person, employer, slot)
        return True
    if len(board.busy[person]) >= board.problem.limit(person):
        return False
    spare = [slot for slot, left in enumerate(board.seats[employer]) if left > 0]
    common = board.problem.common(person, employer)
    for own in common:
        if not board.fits(person, employer, own):
            continue
        for other in spare:
            if (moves := chain(board, employer, own, other, person)) is not None:
                apply(board, moves)
                board.put(person, employer, own)
                return True
    return False


def chain(board: Board, employer: int, full: int, spare: int, newcomer: int) -> list[Move] | None:
    """Moves after which `employer` has a desk in slot `full`, or None. `newcomer` takes no part."""
    moves: list[Move] = []
    moved, here, wants, gives = {newcomer}, employer, full, spare
    while True:
        found = _mover(board, here, wants, gives, moved)
        if found is None:
            return None
        moved.add(found)
        moves.append((found, here, wants, gives))
        met = board.busy[found].get(gives)
        if met is None:
            return moves if _holds(board, moves) else None
        if (found, met) in board.fixed or wants not in board.problem.available[found]:
            return None
        moves.append((found, met, gives, wants))
        if board.seats[met][wants] > 0:
            return moves if _holds(board, moves) else None
        here = met


def _mover(board: Board, employer: int, source: int, target: int, moved: set[int]) -> int | None:
    """One of the employer's people who can move; rather one who meets nobody there."""
    second = None
    for person in board.holders[employer][source]:
        if (
            person in moved
            or target not in board.problem.available[person]
            or (person, employer) in board.fixed
            or not board.rested(person, employer, target, (source, target))
        ):
            continue
        met = board.busy[person].get(target)
        if met is None:
            return person
        if second is None and (person, met) not in board.fixed and board.problem.capacity[met][source]:
            second = person
    return second


def _holds(board: Board, moves: list[Move]) -> bool:
    """Whether everybody who moves keeps the rests, seen after all moves."""
    if not (board.problem.rest or board.problem.walk):
        return True
    return all(
        board.rested(person, employer, after, (before, after)) for person, employer, before, after in moves
    )


def apply(board: Board, moves: list[Move]) -> None:
    """Make all moves at once."""
    for person, employer, _, _ in moves:
        board.take(person, employer)
    for person, employer, _, after in moves:
        board.put(person, employer, after)
