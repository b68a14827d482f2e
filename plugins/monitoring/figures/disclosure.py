"""Which cells of published tables are hidden, so that no small number can be read or worked out.

A number from 1 to under the threshold is hidden. Others are hidden with it in the shape of a *move*: a way to
shift the hidden numbers that leaves every published number, margin and total as it is. A cell is safe when a
move through it can shift it by at least the threshold; so each hidden cell carries its own proof. Zero is shown:
nobody is behind it; who sees a hidden cell therefore knows that it is at least 1, and the proof counts with that.
All periods and scopes of a group of tables are treated at once: what one page hides, no other page gives.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

TOTAL = "*"
LEAST_THRESHOLD = 3
SMALLEST_HIDDEN = 1
"""Zeros are shown, so whoever sees a hidden cell knows that somebody is in it."""

DEAR = 20
"""How much dearer it is to hide the total of a year or of all countries than another cell of its size."""

Key = tuple[str, ...]
Move = Mapping[Key, int]
"""What one step of a move adds to each cell: +1 or -1."""


@dataclass(frozen=True)
class Axis:
    """The parts of one dimension; with `total` their sum is published too."""

    parts: tuple[str, ...]
    total: bool = True

    def moves(self, label: str) -> list[Move]:
        """Each way to change `label` by one so that the parts still add up to the published total."""
        if label == TOTAL:
            return [{(TOTAL,): 1, (part,): 1} for part in self.parts]
        if not self.total:
            return [{(label,): 1}]
        swaps: list[Move] = [{(label,): 1, (part,): -1} for part in self.parts if part != label]
        return [*swaps, {(label,): 1, (TOTAL,): 1}]


@dataclass(frozen=True)
class Table:
    """Counts by its own axes, then period and scope. `nested`: each part exists in one scope only (a region)."""

    name: str
    axes: tuple[Axis, ...]
    cells: Mapping[Key, int]
    nested: bool = False

    @property
    def width(self) -> int:
        """How many axes are its own."""
        return len(self.axes)


@dataclass(frozen=True)
class Group:
    """Tables of one unit that share their totals by period and scope, such as all tables of allegations."""

    period: Axis
    scope: Axis
    totals: Mapping[Key, int]
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Proof:
    """A move: the cells of the totals ("" as table) and of each table that it shifts together."""

    shifts: Mapping[str, Move]


@dataclass
class Hidden:
    """What is hidden, by table ("" holds the totals), and the moves that prove it safe."""

    cells: dict[str, set[Key]] = field(default_factory=dict)
    proofs: list[Proof] = field(default_factory=list)

    def has(self, table: str, key: Key) -> bool:
        """Whether that cell is hidden."""
        return key in self.cells.get(table, ())


def protect(group: Group, threshold: int) -> Hidden:
    """Hide what is smaller than `threshold` (at least 3) and as little more as the search finds."""
    return _Protection(group, max(threshold, LEAST_THRESHOLD)).run()


def tensor(*moves: Move) -> Move:
    """The move that makes all of these at once, one in each dimension."""
    made: dict[Key, int] = {(): 1}
    for move in moves:
        made = {old + new: a * b for old, a in made.items() for new, b in move.items()}
    return made


class _Protection:
    def __init__(self, group: Group, threshold: int) -> None:
        self.group, self.threshold, self.hidden = group, threshold, Hidden()
        self.values = {"": group.totals} | {table.name: table.cells for table in group.tables}
        self.hidden.cells = {name: set() for name in self.values}

    def run(self) -> Hidden:
        for key in self._small(self.group.totals):
            if not self.hidden.has("", key):
                self._accept(self._best(self._with_totals(key)))
        for table in self.group.tables:
            for key in self._small(table.cells):
                if not self.hidden.has(table.name, key):
                    own = self._best(self._within(table, key))
                    self._accept(own or self._best(self._with_totals(key[table.width :], table, key)))
        return self.hidden

    def _small(self, cells: Mapping[Key, int]) -> list[Key]:
        found = [key for key, value in cells.items() if 0 < value < self.threshold]
        return sorted(found, key=lambda key: (key.count(TOTAL), cells[key], key))

    def _within(self, table: Table, key: Key) -> Iterator[Proof]:
        """Moves inside one table that leave its totals by period and scope alone."""
        frames = list(self._frames(key[table.width :]))
        for own in _products(table.axes, key[: table.width]):
            if (TOTAL,) * table.width in own or not self._stands(table, own, key):
                continue
            for frame in frames:
                yield Proof({table.name: tensor(own, frame)})

    def _stands(self, table: Table, own: Move, key: Key) -> bool:
        return all(table.cells.get(part + key[table.width :], 0) for part in own)

    def _frames(self, key: Key) -> Iterator[Move]:
        """The moves over period and scope through one place."""
        period, scope = key
        for over_time, over_place in product(self.group.period.moves(period), self.group.scope.moves(scope)):
            yield tensor(over_time, over_place)

    def _with_totals(self, key: Key, table: Table | None = None, cell: Key = ()) -> Iterator[Proof]:
        """Moves that shift totals, and something in every table that adds up to them."""
        for frame in self._frames(key):
            if not self._holds({"": frame}):
                continue
            shifts: dict[str, Move] | None = {"": frame}
            for each in self.group.tables:
                lifted = self._lift(each, frame, cell if table is each else ())
                if lifted is None:
                    shifts = None
                    break
                shifts = shifts | {each.name: lifted} if shifts else None
            if shifts:
                yield Proof(shifts)

    def _lift(self, table: Table, frame: Move, cell: Key) -> Move | None:
        """The cheapest change in `table` that adds up to `frame`; through `cell` if one is given."""
        own = [
            each
            for each in _products(table.axes, (TOTAL,) * table.width)
            if not cell or cell[: table.width] in each
        ]
        same = [] if table.nested else [tensor(each, frame) for each in own]
        return self._cheapest(table, same) or self._lift_by_scope(table, frame, own, cell)

    def _lift_by_scope(self, table: Table, frame: Move, own: Sequence[Move], cell: Key) -> Move | None:
        """In each scope a part of its own takes the change, and the whole of all scopes follows."""
        made: Counter[Key] = Counter()
        for scope in sorted({place for _, place in frame if place != TOTAL}):
            free = not cell or cell[-1] not in (scope, TOTAL)
            parts = _products(table.axes, (TOTAL,) * table.width) if free else own
            step = self._cheapest(table, [_in_scope(each, frame, scope, self.group.scope) for each in parts])
            if step is None:
                return None
            for key, sign in step.items():
                made[key] += sign
        move = {key: sign for key, sign in made.items() if sign}
        return move if move and self._holds({table.name: move}) else None

    def _cheapest(self, table: Table, moves: Iterable[Move]) -> Move | None:
        """One with room upwards before others: with such parts the whole move has the room that it needs."""
        fits = [each for each in moves if self._holds({table.name: each})]
        roomy = [each for each in fits if self._room_up(table, each)]
        return min(roomy or fits, key=lambda each: self._cost({table.name: each}), default=None)

    def _room_up(self, table: Table, move: Move) -> bool:
        values = [table.cells[key] for key, sign in move.items() if sign < 0]
        return all(value - SMALLEST_HIDDEN >= self.threshold for value in values)

    def _holds(self, shifts: Mapping[str, Move]) -> bool:
        """Whether the move can shift its cells by the threshold while each stays at least 1."""
        down: list[int] = []
        up: list[int] = []
        for name, move in shifts.items():
            values = self.values[name]
            for key, sign in move.items():
                room = values.get(key, 0) - SMALLEST_HIDDEN
                if room < 0:
                    return False
                (up if sign < 0 else down).append(room)
        return not up or not down or min(up) + min(down) >= self.threshold

    def _cost(self, shifts: Mapping[str, Move]) -> int:
        """What readers lose: each newly hidden cell, large ones more."""
        return sum(
            (1 + self.values[name][key].bit_length() ** 2) * (1 + DEAR * (not name) * key.count(TOTAL))
            for name, move in shifts.items()
            for key in move
            if not self.hidden.has(name, key)
        )

    def _best(self, proofs: Iterable[Proof]) -> Proof | None:
        fits = [each for each in proofs if self._holds(each.shifts)]
        return min(fits, key=lambda each: self._cost(each.shifts), default=None)

    def _accept(self, proof: Proof | None) -> None:
        if proof is None:
            raise ValueError("the tables do not add up: no way to protect a small cell")
        self.hidden.proofs.append(proof)
        for name, move in proof.shifts.items():
            self.hidden.cells[name] |= set(move)


def _products(axes: Sequence[Axis], labels: Key) -> Iterator[Move]:
    for chosen in product(*(axis.moves(label) for axis, label in zip(axes, labels, strict=True))):
        yield tensor(*chosen)


def _in_scope(own: Move, frame: Move, scope: str, scopes: Axis) -> Move:
    """What `own` changes in one scope, and in the whole of all scopes if that is published."""
    here = {key: sign for key, sign in frame.items() if key[1] == scope}
    whole = {(period, TOTAL): sign for (period, _), sign in here.items()} if scopes.total else {}
    return tensor(own, here | whole)
