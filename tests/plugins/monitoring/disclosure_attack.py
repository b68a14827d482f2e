"""An attacker of published tables: all that is shown, all sums, exact arithmetic. Knows nothing of how we hide."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product

from plugins.monitoring.figures.disclosure import TOTAL, Axis, Group, Hidden, Key

Cell = tuple[str, Key]
"""Table ("" for the totals by period and scope) and place."""


def cells(group: Group) -> dict[Cell, int]:
    """Every published place with its true number, each sum once however many tables repeat it."""
    found = {("", key): n for key, n in group.totals.items()}
    for table in group.tables:
        found |= {_named(table.name, key): n for key, n in table.cells.items()}
    return found


def _named(table: str, key: Key) -> Cell:
    """The total of all own axes is the same number in each table of the group."""
    return ("", key[-2:]) if set(key[:-2]) <= {TOTAL} else (table, key)


def relations(group: Group) -> Iterator[tuple[Cell, list[Cell]]]:
    """Each sum with its parts, over every axis that publishes a total."""
    for name, own in (("", ()), *((table.name, table.axes) for table in group.tables)):
        axes = (*own, group.period, group.scope)
        for place, axis in enumerate(axes):
            others = [_labels(each) for n, each in enumerate(axes) if n != place]
            for rest in product(*others) if axis.total else ():
                line = [(*rest[:place], label, *rest[place:]) for label in (*axis.parts, TOTAL)]
                yield _named(name, line[-1]), [_named(name, each) for each in line[:-1]]


def _labels(axis: Axis) -> tuple[str, ...]:
    return (*axis.parts, TOTAL) if axis.total else axis.parts


def hidden_cells(hidden: Hidden) -> set[Cell]:
    """The places that no reader sees."""
    return {_named(name, key) for name, keys in hidden.cells.items() for key in keys}


def holds(group: Group, values: Mapping[Cell, int]) -> bool:
    """Whether all the sums are right."""
    return all(
        values.get(total, 0) == sum(values.get(part, 0) for part in parts)
        for total, parts in relations(group)
    )


def equations(group: Group, unknown: set[Cell]) -> list[dict[Cell, Fraction]]:
    """What the sums say of the hidden places (left sides; what is known stands on the right)."""
    made = []
    for total, parts in relations(group):
        row = {part: Fraction(1) for part in parts if part in unknown}
        if total in unknown:
            row[total] = Fraction(-1)
        if row:
            made.append(row)
    return made


def determined(group: Group, hidden: Hidden) -> set[Cell]:
    """The hidden places with one possible value: those that stand alone in a row of the reduced system."""
    rows = equations(group, hidden_cells(hidden))
    reduced: list[tuple[Cell, dict[Cell, Fraction]]] = []
    for row in rows:
        left = dict(row)
        for pivot, known in reduced:
            _subtract(left, known, left.get(pivot, Fraction(0)))
        if not left:
            continue
        pivot = min(left)
        scale = left[pivot]
        left = {cell: value / scale for cell, value in left.items()}
        for _, known in reduced:
            _subtract(known, left, known.get(pivot, Fraction(0)))
        reduced.append((pivot, left))
    return {pivot for pivot, row in reduced if len(row) == 1}


def _subtract(row: dict[Cell, Fraction], other: Mapping[Cell, Fraction], times: Fraction) -> None:
    if times:
        for cell, value in other.items():
            row[cell] = row.get(cell, Fraction(0)) - times * value
            if not row[cell]:
                del row[cell]


def worlds(
    group: Group, hidden: Hidden, number: int, threshold: int
) -> tuple[dict[Cell, int], dict[Cell, int]]:
    """Two worlds at the ends of one move: what a reader cannot tell from the truth, if the move is honest."""
    truth = cells(group)
    move = {
        _named(name, key): sign
        for name, part in hidden.proofs[number].shifts.items()
        for key, sign in part.items()
    }
    down = min((truth[c] - 1 for c, s in move.items() if s > 0), default=threshold)
    up = min((truth[c] - 1 for c, s in move.items() if s < 0), default=threshold)
    shifted = [truth | {c: truth[c] + s * by for c, s in move.items()} for by in (-down, up)]
    return shifted[0], shifted[1]


def possible(row: list[int], hide: set[int], total: int | None) -> dict[int, tuple[int, int]]:
    """By trying out every way: the smallest and the largest value of each hidden place of one short row."""
    if total is None:
        return dict.fromkeys(hide, (1, 10**9))
    rest = total - sum(n for place, n in enumerate(row) if place not in hide)
    most = rest - (len(hide) - 1)
    ways = [way for way in product(range(1, most + 1), repeat=len(hide)) if sum(way) == rest]
    return {place: (min(w[n] for w in ways), max(w[n] for w in ways)) for n, place in enumerate(sorted(hide))}
