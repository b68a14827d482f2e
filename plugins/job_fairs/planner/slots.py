"""Slot by slot: in each slot the most urgent people first, by augmenting paths (Kuhn 1955), then what still fits."""

from collections import deque
from collections.abc import Iterable

from plugins.job_fairs.planner.board import Board


def fill(board: Board, slots: Iterable[int]) -> None:
    """Fill these slots one after the other; in each as many people as can be seated."""
    for slot in slots:
        fill_slot(board, slot)


def fill_slot(board: Board, slot: int) -> None:
    """People with the least time left for the most wishes come first: whoever was seated stays seated in the slot."""
    people = [
        (urgency(board, person, slot), person)
        for person, own in enumerate(board.problem.available)
        if slot in own
        and slot not in board.busy[person]
        and len(board.busy[person]) < board.problem.limit(person)
    ]
    for _, person in sorted(people):
        _augment(board, person, slot)


def urgency(board: Board, person: int, slot: int) -> tuple[int, int]:
    """Slots left after this one less wishes left, people without any interview before others."""
    left = sum(each > slot for each in board.problem.available[person])
    wishes = len(board.problem.wishes[person]) - len(board.met[person])
    return left - wishes, len(board.busy[person])


def _augment(board: Board, start: int, slot: int) -> bool:
    """Seat a person in the slot; others of the slot may change employers, none loses the slot."""
    came: dict[int, int] = {}
    queue = deque([start])
    while queue:
        person = queue.popleft()
        for employer in _open(board, person, slot):
            if employer in came:
                continue
            came[employer] = person
            if board.seats[employer][slot] > 0:
                _shift(board, employer, came, start, slot)
                return True
            queue.extend(
                other
                for other in board.holders[employer][slot]
                if (other, employer) not in board.fixed and other != start
            )
    return False


def _open(board: Board, person: int, slot: int) -> list[int]:
    capacity = board.problem.capacity
    return [
        employer
        for employer in board.unmet(person)
        if capacity[employer][slot] and board.rested(person, employer, slot, (slot,))
    ]


def _shift(board: Board, free: int, came: dict[int, int], start: int, slot: int) -> None:
    steps = []
    employer = free
    while True:
        person = came[employer]
        old = board.busy[person].get(slot)
        steps.append((person, employer, old))
        if person == start or old is None:
            break
        employer = old
    for person, _, old in steps:
        if old is not None:
            board.take(person, old)
    for person, new, _ in steps:
        board.put(person, new, slot)
