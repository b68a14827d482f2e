"""Small cells: which numbers of a table may be shown, so that the rest cannot be found by subtraction.

Primary: a count from 1 up to below the threshold is hidden. Secondary: a line (row, then column) with exactly one
hidden cell gives it away through its total, so the smallest shown non-zero cell of that line is hidden too, until no
such line is left (background 5.5). Then an audit works out the interval in which each hidden cell must lie; while one
is narrower than the threshold another cell is hidden. Nothing here does I/O.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Cell = tuple[int, int]
Table = Sequence[Sequence[int]]


@dataclass(frozen=True)
class Suppressed:
    """A table as it may be shown: None where a number is hidden; which were too small, which hidden for their sake.

    Without `totals` those of rows and columns must not be shown either.
    """

    cells: tuple[tuple[int | None, ...], ...]
    primary: tuple[Cell, ...]
    secondary: tuple[Cell, ...]
    totals: bool = True


def table(cells: Table, threshold: int) -> Suppressed:
    """Hide what is too small, and what would give it away. Zeros are shown. The totals of lines are taken as known."""
    primary = [(r, c) for r, row in enumerate(cells) for c, n in enumerate(row) if 0 < n < threshold]
    hidden = set(primary)
    _complement(cells, hidden)
    while (narrow := _narrowest(cells, hidden, threshold)) is not None:
        if not _widen(cells, hidden, narrow):
            # Nothing is left to hide beside it: the totals must go with the cells.
            return _as_shown(cells, primary, set(_all(cells)), totals=False)
        _complement(cells, hidden)
    return _as_shown(cells, primary, hidden, totals=True)


@dataclass(frozen=True)
class Crossed:
    """A table with both margins as it may be shown, None where a number is hidden; `whole` is the number of all."""

    cells: tuple[tuple[int | None, ...], ...]
    rows: tuple[int | None, ...]
    columns: tuple[int | None, ...]
    whole: int | None


def crossed(cells: Table, threshold: int) -> Crossed:
    """A table of groups by what became of them, whose margins are shown too and may be small themselves.

    Each margin is protected as a line. What stays hidden of a margin is taken together, so that what is left of a
    line can be known without telling a small number; then the inside is protected with those sums known.
    """
    whole = sum(map(sum, cells))
    rows = [sum(row) for row in cells]
    columns = [sum(column) for column in zip(*cells, strict=True)]
    if whole < threshold:
        nothing = (None,) * len(columns)
        return Crossed((nothing,) * len(rows), (None,) * len(rows), nothing, None)
    seen_rows, seen_columns = line(rows, threshold), line(columns, threshold)
    packed = [_packed(row, seen_columns) for row in _packed_rows(cells, seen_rows)]
    inner = iter(table(packed, threshold).cells)
    shown = []
    for total in seen_rows:
        inside = iter(next(inner)) if total is not None else iter(())
        shown.append(
            tuple(None if total is None or column is None else next(inside) for column in seen_columns)
        )
    return Crossed(tuple(shown), seen_rows, seen_columns, whole)


def _packed(row: Sequence[int], seen: Sequence[int | None]) -> list[int]:
    """The numbers under a shown margin and, where some are hidden, their sum at the end."""
    shown = [n for n, total in zip(row, seen, strict=True) if total is not None]
    return shown if len(shown) == len(row) else [*shown, sum(row) - sum(shown)]


def _packed_rows(cells: Table, seen: Sequence[int | None]) -> list[list[int]]:
    columns = [_packed(column, seen) for column in zip(*cells, strict=True)]
    return [list(row) for row in zip(*columns, strict=True)]


def line(numbers: Sequence[int], threshold: int) -> tuple[int | None, ...]:
    """One line of counts whose total is known, such as the frequencies of a variable."""
    return table([numbers], threshold).cells[0] if numbers else ()


def _all(cells: Table) -> Iterator[Cell]:
    return ((r, c) for r, row in enumerate(cells) for c in range(len(row)))


def _as_shown(cells: Table, primary: list[Cell], hidden: set[Cell], *, totals: bool) -> Suppressed:
    shown = tuple(
        tuple(None if (r, c) in hidden else n for c, n in enumerate(row)) for r, row in enumerate(cells)
    )
    return Suppressed(shown, tuple(primary), tuple(sorted(hidden - set(primary))), totals)


def _lines(cells: Table) -> Iterator[list[Cell]]:
    """Rows, then columns; a table of one row has no columns worth the name."""
    width = len(cells[0]) if cells else 0
    yield from ([(r, c) for c in range(width)] for r in range(len(cells)))
    if len(cells) > 1:
        yield from ([(r, c) for r in range(len(cells))] for c in range(width))


def _complement(cells: Table, hidden: set[Cell]) -> None:
    changed = True
    while changed:
        changed = False
        for each in _lines(cells):
            if len(hidden.intersection(each)) == 1 and (found := _smallest(cells, hidden, each)):
                hidden.add(found)
                changed = True


def _smallest(cells: Table, hidden: set[Cell], among: Sequence[Cell]) -> Cell | None:
    """The smallest shown cell that is not zero, ties by row, then column; a zero only where nothing else is left."""
    shown = [cell for cell in among if cell not in hidden]
    some = [cell for cell in shown if cells[cell[0]][cell[1]]] or shown
    return min(some, key=lambda cell: (cells[cell[0]][cell[1]], cell), default=None)


def _narrowest(cells: Table, hidden: set[Cell], threshold: int) -> Cell | None:
    ranges = intervals(cells, hidden)
    narrow = [(high - low, cell) for cell, (low, high) in ranges.items() if high - low < threshold]
    return min(narrow)[1] if narrow else None


def _widen(cells: Table, hidden: set[Cell], narrow: Cell) -> bool:
    """Hide one more cell of a line of the narrow one, so that its interval grows. False where all are hidden."""
    for each in _lines(cells):
        if narrow in each and (found := _smallest(cells, hidden, each)):
            hidden.add(found)
            return True
    rest = [cell for cell in _all(cells) if cell not in hidden]
    if found := _smallest(cells, hidden, rest):
        hidden.add(found)
    return bool(rest)


def intervals(cells: Table, hidden: set[Cell]) -> dict[Cell, tuple[int, int]]:
    """The least and greatest value that each hidden cell may have for whoever knows all else and the totals.

    Bounds are tightened line by line until nothing moves (Buzzigoli and Giusti's shuttle); `enumerated` is the exact
    audit for small tables, and a test holds that no exact interval is wider than these.
    """
    room = [(each, sum(cells[r][c] for r, c in each)) for each in _hidden_lines(cells, hidden)]
    low, high = dict.fromkeys(hidden, 0), {cell: _most(room, cell) for cell in hidden}
    moved = True
    while moved:
        moved = False
        for each, total in room:
            lows, highs = sum(low[cell] for cell in each), sum(high[cell] for cell in each)
            for cell in each:
                least = max(low[cell], total - (highs - high[cell]))
                most = min(high[cell], total - (lows - low[cell]))
                moved = moved or (least, most) != (low[cell], high[cell])
                lows, highs = lows - low[cell] + least, highs - high[cell] + most
                low[cell], high[cell] = least, most
    return {cell: (low[cell], high[cell]) for cell in sorted(hidden)}


def _hidden_lines(cells: Table, hidden: set[Cell]) -> list[list[Cell]]:
    return [mine for each in _lines(cells) if (mine := [cell for cell in each if cell in hidden])]


def _most(room: Sequence[tuple[list[Cell], int]], cell: Cell) -> int:
    return min((total for each, total in room if cell in each), default=0)


def enumerated(cells: Table, hidden: set[Cell]) -> dict[Cell, tuple[int, int]]:
    """The exact intervals, by going through every table that fits: for the audit of small tables only."""
    order, room = (
        sorted(hidden),
        [(each, sum(cells[r][c] for r, c in each)) for each in _hidden_lines(cells, hidden)],
    )
    found: dict[Cell, set[int]] = {cell: set() for cell in order}
    for solution in _solutions(order, room, {}):
        for cell, value in solution.items():
            found[cell].add(value)
    return {cell: (min(values), max(values)) for cell, values in found.items()}


def _solutions(
    order: Sequence[Cell], room: Sequence[tuple[list[Cell], int]], given: dict[Cell, int]
) -> Iterator[dict[Cell, int]]:
    if len(given) == len(order):
        yield dict(given)
        return
    cell = order[len(given)]
    mine = [(each, total) for each, total in room if cell in each]
    left = [total - sum(given.get(other, 0) for other in each) for each, total in mine]
    last = [
        rest for (each, _), rest in zip(mine, left, strict=True) if all(o in given or o == cell for o in each)
    ]
    for value in range(min(left) + 1):
        if all(value == rest for rest in last):
            yield from _solutions(order, room, given | {cell: value})
