"""A crossed table whose margins are shown: whoever knows all that is shown finds no small number."""

from collections.abc import Iterator
from itertools import product

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.suppression import Crossed, crossed

LIMIT = 5
ROWS, COLUMNS = 2, 3
TABLES = st.lists(
    st.lists(st.integers(0, 9), min_size=COLUMNS, max_size=COLUMNS), min_size=ROWS, max_size=ROWS
)


def splits(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """All ways to write `total` as a sum of so many numbers."""
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in splits(total - first, parts - 1):
            yield (first, *rest)


def fits(numbers: tuple[int, ...], seen: tuple[int | None, ...]) -> bool:
    return all(shown in (None, number) for number, shown in zip(numbers, seen, strict=True))


def worlds(found: Crossed) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Every table that whoever reads `found` must think possible."""
    assert found.whole is not None
    for margin in splits(found.whole, ROWS):
        if not fits(margin, found.rows):
            continue
        rows = [
            [each for each in splits(total, COLUMNS) if fits(each, seen)]
            for total, seen in zip(margin, found.cells, strict=True)
        ]
        for world in product(*rows):
            if fits(tuple(map(sum, zip(*world, strict=True))), found.columns):
                yield world


def margins(world: tuple[tuple[int, ...], ...]) -> list[int]:
    return [sum(row) for row in world] + [sum(column) for column in zip(*world, strict=True)]


@settings(max_examples=60, deadline=None)
@given(TABLES)
def test_no_small_cell_and_no_small_margin_can_be_worked_out(cells: list[list[int]]) -> None:
    assume(LIMIT <= sum(map(sum, cells)) <= 24)
    found = crossed(cells, LIMIT)
    possible = list(worlds(found))
    assert tuple(map(tuple, cells)) in possible
    for r, row in enumerate(cells):
        for c, number in enumerate(row):
            if 0 < number < LIMIT:
                seen = {world[r][c] for world in possible}
                assert max(seen) - min(seen) >= LIMIT, (cells, found)
    for place, number in enumerate(margins(tuple(map(tuple, cells)))):
        if 0 < number < LIMIT:
            seen = {margins(world)[place] for world in possible}
            assert max(seen) - min(seen) >= LIMIT, (cells, found)


def test_of_fewer_than_the_limit_nothing_is_shown_and_large_numbers_all_are() -> None:
    assert crossed([[1, 2], [0, 1]], LIMIT) == Crossed(
        ((None, None), (None, None)), (None, None), (None, None), None
    )
    assert crossed([[10, 20], [0, 30]], LIMIT) == Crossed(((10, 20), (0, 30)), (30, 30), (10, 50), 60)
