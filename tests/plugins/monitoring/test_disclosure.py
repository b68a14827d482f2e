"""No hidden number can be worked out, from one table or from all of them together."""

import random
from collections import Counter

import pytest
from disclosure_attack import cells, determined, hidden_cells, holds, possible, worlds

from plugins.monitoring.figures.counting import Row, Shown, cube, group
from plugins.monitoring.figures.disclosure import (
    LEAST_THRESHOLD,
    TOTAL,
    Axis,
    Group,
    Hidden,
    Table,
    protect,
    tensor,
)

QUARTERS, COUNTRIES = ("Q1", "Q2", "Q3", "Q4"), ("KG", "RU", "KZ")
SHOWN = Shown(QUARTERS, COUNTRIES)
SEED = 20261123


def invented(rng: random.Random, size: int, *, whole_year: bool = True) -> Group:
    """Tables of one unit: by kind, by region (nested), and by kind and sex (two dimensions)."""
    counts: dict[str, Counter[tuple[str, ...]]] = {"kind": Counter(), "region": Counter(), "sexes": Counter()}
    quarters = QUARTERS if whole_year else QUARTERS[:3]
    for _ in range(size):
        country = rng.choices(COUNTRIES, [10, 6, 1])[0]
        place, kind = (rng.choice(quarters), country), f"v{min(int(rng.expovariate(0.7)), 5)}"
        counts["kind"][(kind, *place)] += 1
        counts["region"][(f"{country}-{min(int(rng.expovariate(0.8)), 4)}", *place)] += 1
        counts["sexes"][(kind, rng.choice("wmu"), *place)] += 1
    rows: dict[str, list[Row]] = {name: list(each.items()) for name, each in counts.items()}
    shown = Shown(tuple(quarters), COUNTRIES) if rng.random() < 0.5 else Shown.of(rows["kind"], 30)
    return group(rows, shown, ["region"], whole_year=whole_year)


def attacked(found: Group, threshold: int) -> tuple[int, int, int]:
    """Attack it; (cells, small ones, hidden ones). Fails where a hidden number gives itself away."""
    hidden, truth = protect(found, threshold), cells(found)
    assert holds(found, truth)
    small = {cell for cell, n in truth.items() if 0 < n < threshold}
    closed = hidden_cells(hidden)
    assert small <= closed
    assert not [cell for cell in closed if not truth[cell]]
    assert determined(found, hidden) == set()
    proven = set()
    for number in range(len(hidden.proofs)):
        low, high = worlds(found, hidden, number, threshold)
        for world in (low, high):
            assert holds(found, world)
            assert all(world[cell] >= 1 for cell in closed)
            assert all(n == truth[cell] for cell, n in world.items() if cell not in closed)
        proven |= {cell for cell in closed if abs(high[cell] - low[cell]) >= threshold}
    assert proven == closed
    return len(truth), len(small), len(closed)


@pytest.mark.parametrize("size", [1, 3, 20, 60, 200, 600])
@pytest.mark.parametrize("whole_year", [True, False], ids=["year", "open year"])
def test_no_hidden_number_is_determined_nor_bounded_closer_than_the_threshold(
    size: int, *, whole_year: bool
) -> None:
    rng = random.Random(SEED + size)
    rounds = [attacked(invented(rng, size, whole_year=whole_year), rng.choice([3, 5, 10])) for _ in range(2)]
    total, small, closed = (sum(each) for each in zip(*rounds, strict=True))
    print(f"disclosure: 0 of {closed} hidden cells given away; {small} small of {total}; seed {SEED + size}")
    assert closed >= small > 0


def test_one_dimension_against_every_possible_way() -> None:
    rng, tried = random.Random(SEED), 0
    for _ in range(300):
        row = [rng.choice([0, 0, 1, 2, 3, 4, 5, 7, 9]) for _ in range(rng.randint(1, 4))]
        if not any(row):
            continue
        parts = tuple(f"p{n}" for n in range(len(row)))
        counts: list[Row] = [((part, "Q1", "RU"), n) for part, n in zip(parts, row, strict=True) if n]
        made = cube(counts)
        shown = {key: n for key, n in made.items() if key[1] == "Q1" and key[2] == "RU"}
        totals = {key[1:]: n for key, n in shown.items() if key[0] == TOTAL}
        one = Group(
            Axis(("Q1",), total=False),
            Axis(("RU",), total=False),
            totals,
            (Table("t", (Axis(parts),), shown),),
        )
        hidden = protect(one, 5)
        places = {n for n, part in enumerate(parts) if hidden.has("t", (part, "Q1", "RU"))}
        total = None if hidden.has("", ("Q1", "RU")) else sum(row)
        for low, high in possible(row, places, total).values() if places else ():
            assert high - low >= 5, (row, hidden)
            tried += 1
    print(f"one dimension: {tried} hidden numbers, each possible way tried; seed {SEED}")
    assert tried > 200


def test_the_attacker_finds_what_primary_hiding_alone_gives_away() -> None:
    found = invented(random.Random(SEED), 200)
    only_small = Hidden({"": {k for k, n in found.totals.items() if n < 5}})
    for table in found.tables:
        only_small.cells[table.name] = {key for key, n in table.cells.items() if 0 < n < 5}
    assert len(determined(found, only_small)) > 20


def test_a_quarter_is_not_the_year_minus_the_others() -> None:
    rows: list[Row] = [(("v", q, "RU"), n) for q, n in zip(QUARTERS, (40, 2, 35, 50), strict=True)]
    hidden = protect(group({"t": rows}, SHOWN, whole_year=True), 5)
    assert hidden.has("", ("Q2", "RU"))
    assert sum(hidden.has("", (q, "RU")) for q in (*QUARTERS, TOTAL)) >= 2
    assert sum(hidden.has("", ("Q2", c)) for c in (*COUNTRIES, TOTAL)) >= 2


def test_zeros_are_shown_and_the_threshold_never_falls_below_three() -> None:
    rows: list[Row] = [(("v", "Q1", "RU"), 40), (("w", "Q1", "RU"), 2), (("x", "Q1", "RU"), 30)]
    made = group({"t": rows}, SHOWN, whole_year=False)
    assert protect(made, 0).cells == protect(made, LEAST_THRESHOLD).cells
    assert protect(made, 0).has("t", ("w", "Q1", "RU"))
    assert not protect(made, 5).has("t", ("v", "Q2", "RU"))


def test_large_numbers_hide_nothing() -> None:
    rows: list[Row] = [((v, q, c), 50) for v in "vw" for q in QUARTERS for c in COUNTRIES]
    assert not any(protect(group({"t": rows}, SHOWN, whole_year=True), 5).cells.values())


def test_tables_that_do_not_add_up_are_refused() -> None:
    broken = Group(Axis(("Q1",)), Axis(("RU",)), {("Q1", "RU"): 2})
    with pytest.raises(ValueError, match="do not add up"):
        protect(broken, 5)


def test_a_move_in_two_dimensions_is_the_product_of_two() -> None:
    assert tensor({("a",): 1, ("b",): -1}, {("x",): 1, (TOTAL,): 1}) == {
        ("a", "x"): 1, ("a", TOTAL): 1, ("b", "x"): -1, ("b", TOTAL): -1,
    }  # fmt: skip
