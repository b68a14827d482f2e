"""Krippendorff's alpha against the published vector, a slow second reading of its definition, and its gates."""

import json
from collections import Counter
from itertools import permutations
from math import isclose, sqrt
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.media_watch import agreement, gates
from plugins.media_watch.agreement import Metric, Unit, interval, nominal, ordinal

ALPHA: dict[str, Any] = json.loads((Path(__file__).parent / "rating-test-vector.json").read_text("utf-8"))[
    "alpha"
]
UNITS: list[Unit] = list(zip(*ALPHA["rows"], strict=True))


def test_the_vector_comes_out_to_four_decimals() -> None:
    for name, metric in (("ordinal", ordinal), ("nominal", nominal), ("interval", interval)):
        assert round(agreement.alpha(UNITS, metric) or 0, 4) == ALPHA[name]
    binary = [[None if v is None else int(v > 0) for v in unit] for unit in UNITS]
    assert round(agreement.alpha(binary, nominal) or 0, 4) == ALPHA["binary_nominal"]


def test_the_interval_and_the_agreement_of_the_vector() -> None:
    found = agreement.measure(UNITS)
    assert found.values == ALPHA["pairable"]
    assert round(found.error or 0, 4) == ALPHA["jackknife_se"]
    assert [round(found.low or 0, 4), round(found.high or 0, 4)] == ALPHA["jackknife_ci"]
    assert round(found.agreed or 0, 4) == ALPHA["percent_agreement"][2]
    assert found.said == {0: 12, 1: 8, 2: 7, 3: 5}


def test_where_nothing_varies_alpha_is_undefined_and_never_one() -> None:
    for units in ([], [(0, 0)], [(2, 2), (2, 2)], [(0, None), (None, 1)]):
        found = agreement.measure(units)
        assert (found.alpha, found.low, found.error) == (None, None, None)
        assert [each.gate for each in gates.reliability(found)][-1] == "alpha_undefined"


def slow(units: list[Unit], metric: Metric) -> float | None:
    """From the definition: all ordered pairs of values, without any counts being kept."""
    paired = [[v for v in unit if v is not None] for unit in units]
    paired = [unit for unit in paired if len(unit) > 1]
    values = [v for unit in paired for v in unit]
    said = Counter(values)
    observed = sum(metric(a, b, said) / (len(u) - 1) for u in paired for a, b in permutations(u, 2))
    expected = sum(metric(a, b, said) for a in values for b in values)
    return 1 - (len(values) - 1) * observed / expected if expected else None


VALUES = st.one_of(st.none(), st.integers(0, 3))
SETS = st.lists(st.tuples(VALUES, VALUES, VALUES), max_size=14)


@given(SETS, st.sampled_from([ordinal, nominal, interval]))
@settings(max_examples=120)
def test_alpha_is_what_the_definition_says(units: list[Unit], metric: Metric) -> None:
    fast, by_hand = agreement.alpha(units, metric), slow(units, metric)
    assert (fast is None and by_hand is None) or isclose(fast or 0, by_hand or 0, abs_tol=1e-9)


@given(st.lists(st.tuples(VALUES, VALUES), min_size=3, max_size=12))
@settings(max_examples=80)
def test_the_quick_jackknife_is_the_slow_one(units: list[Unit]) -> None:
    pairable = [unit for unit in units if None not in unit]
    left = [slow(pairable[:i] + pairable[i + 1 :], ordinal) for i in range(len(pairable))]
    found = agreement.measure(units)
    if found.alpha is None or None in left:
        assert found.error is None
        return
    known = [each for each in left if each is not None]
    mean = sum(known) / len(known)
    expected = sqrt((len(known) - 1) / len(known) * sum((each - mean) ** 2 for each in known))
    assert isclose(found.error or 0, expected, abs_tol=1e-9)


def test_the_gates_of_reliability() -> None:
    def shut(pairs: list[Unit]) -> list[str]:
        return [each.gate for each in gates.reliability(agreement.measure(pairs))]

    good: list[Unit] = [(0, 0)] * 90 + [(1, 1)] * 10 + [(2, 2)] * 10 + [(3, 3)] * 5
    assert shut(good) == []
    assert shut(good[:60]) == ["units", "alpha_undefined"]
    assert shut(good[40:]) == ["units"]
    assert "alpha" in shut([(0, 1), (1, 0), (2, 3), (3, 0)] * 40)
    middling = [*good, *[(0, 1)] * 16, *[(2, 1)] * 8, (0, 3), (0, 2), (3, 1)]
    found = agreement.measure(middling)
    assert shut(middling) == []
    assert 2 / 3 <= (found.alpha or 0) < 0.8
    assert gates.preliminary(found)
    assert not gates.preliminary(agreement.measure(good))
