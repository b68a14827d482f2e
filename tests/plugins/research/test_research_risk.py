"""The worked example and the small-cell table reproduce; rules hold for any table."""

import json
from collections import Counter
from dataclasses import asdict
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import suppression
from plugins.research import policy, query, risk
from plugins.research.query import Condition

EXAMPLE: dict[str, Any] = json.loads(
    (Path(__file__).parent / "data" / "kanon-example.json").read_text("utf-8")
)


def records() -> list[dict[str, str | None]]:
    header, *lines = EXAMPLE["input_csv"].strip().split("\n")
    found = [dict(zip(header.split(","), line.split(","), strict=True)) for line in lines]
    for each in found:
        age = each["age"]
        each["age10"] = "" if not age else "15-19" if int(age) < 20 else f"{age[0]}0-{age[0]}9"
        each["age15"] = "" if not age else "15-29" if int(age) < 30 else "30-44" if int(age) < 45 else "45+"
    return list(found)


@pytest.mark.parametrize("name", EXAMPLE["levels"])
def test_every_number_of_the_worked_example_reproduces(name: str) -> None:
    level, rows = EXAMPLE["levels"][name], records()
    variables, expected = level["quasi_identifiers"], level["expected"]
    if name.startswith("E_"):
        rows = [each for each in rows if each["id"] not in EXAMPLE["removed_in_E"]]
    classes = risk.classes_of(rows, variables, EXAMPLE["sensitive"], "weight")
    shown = {"|".join(part or "None" for part in key): [c.size, dict(c.values)] for key, c in classes.items()}
    assert shown == level["classes"]
    found = risk.metrics(classes, EXAMPLE["k_threshold"], frozenset({"none"}))
    names = {
        "records": "N", "classes": "classes", "k": "k", "unique": "uniques", "classes_at_risk": "at_risk_classes",
        "records_at_risk": "at_risk_records", "highest_risk": "max_risk", "average_risk": "avg_risk",
        "l_distinct": "l_distinct", "l_entropy": "l_entropy", "largest_share": "max_share",
        "t": "t_equal_distance", "expected": "exp_reid_weighted", "highest_weighted": "max_weighted_risk",
    }  # fmt: skip
    figures = asdict(found)
    for ours, theirs in names.items():
        assert figures[ours] == pytest.approx(expected[theirs], abs=6e-5), ours
    if name.startswith("E_"):
        assert found.harm_share == pytest.approx(0.4)
        assert all(each.passes for each in policy.findings(figures, "members", "S3", harmless=True))
        assert not all(each.passes for each in policy.findings(figures, "open", "S3", harmless=True))


def test_household_risk_reproduces() -> None:
    rows, variables = records(), EXAMPLE["levels"]["C_age15"]["quasi_identifiers"]
    found = risk.household_risks(rows, risk.classes_of(rows, variables), variables, "hh")
    assert {name: round(found[name], 4) for name in EXAMPLE["household_risk_C"]} == EXAMPLE[
        "household_risk_C"
    ]


def test_a_missing_value_is_its_own_and_the_wildcard_reading_is_only_shown_beside_it() -> None:
    variables = EXAMPLE["levels"]["C_age15"]["quasi_identifiers"]
    classes = risk.classes_of(records(), variables)
    assert classes["KG-O", "f", "", "village"].size == 1
    assert (
        sum(one.size for key, one in classes.items() if risk._matches(key, ("KG-O", "f", "", "village"))) == 6
    )


def test_the_small_cell_table_reproduces_with_its_audit() -> None:
    wanted = EXAMPLE["table"]
    found = suppression.table(wanted["cells"], wanted["threshold"])
    assert [list(row) for row in found.cells] == wanted["published"]
    assert [list(cell) for cell in found.primary] == wanted["primary"]
    assert [list(cell) for cell in found.secondary] == wanted["secondary"]
    exact = suppression.enumerated(wanted["cells"], set(found.primary + found.secondary))
    assert {f"{r},{c}": list(bounds) for (r, c), bounds in exact.items()} == wanted["feasibility_intervals"]


COUNTS = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 9), min_size=width, max_size=width), min_size=1, max_size=4
    )
)


@settings(max_examples=150, deadline=None)
@given(COUNTS, st.integers(2, 6))
def test_no_small_cell_is_shown_nor_can_be_worked_out(cells: list[list[int]], threshold: int) -> None:
    found = suppression.table(cells, threshold)
    for row, shown in zip(cells, found.cells, strict=True):
        for count, number in zip(row, shown, strict=True):
            assert number is None or number == count
            assert not (0 < count < threshold and number is not None)
    hidden = set(found.primary + found.secondary)
    if hidden and found.totals and len(hidden) <= 5:
        for low, high in suppression.enumerated(cells, hidden).values():
            assert low != high


@settings(deadline=None)
@given(COUNTS)
def test_the_quick_intervals_hold_the_exact_ones(cells: list[list[int]]) -> None:
    hidden = {(r, c) for r, row in enumerate(cells) for c, _ in enumerate(row) if (r + c) % 2 == 0}
    if len(hidden) > 5:
        return
    quick = suppression.intervals(cells, hidden)
    for cell, (low, high) in suppression.enumerated(cells, hidden).items():
        assert quick[cell][0] <= low <= cells[cell[0]][cell[1]] <= high <= quick[cell][1]


VALUE = st.sampled_from(["a", "b", ""])
ROWS = st.lists(
    st.fixed_dictionaries({"x": VALUE, "y": VALUE, "z": VALUE, "h": VALUE}), min_size=1, max_size=25
)


@given(ROWS)
def test_more_key_variables_never_make_anybody_safer(rows: list[dict[str, str | None]]) -> None:
    figures = [
        risk.metrics(risk.classes_of(rows, names, "z"), 3) for names in (["x"], ["x", "y"], ["x", "y", "h"])
    ]
    for coarse, fine in pairwise(figures):
        assert fine.k <= coarse.k
        assert fine.records_at_risk >= coarse.records_at_risk
        assert fine.average_risk >= coarse.average_risk
        assert fine.l_distinct <= coarse.l_distinct


@given(ROWS)
def test_classes_hold_every_record_once_and_risks_are_chances(rows: list[dict[str, str | None]]) -> None:
    classes = risk.classes_of(rows, ["x", "y"], "z")
    assert sum(one.size for one in classes.values()) == len(rows)
    assert Counter((r["x"], r["y"]) for r in rows) == {key: one.size for key, one in classes.items()}
    found = risk.metrics(classes, 3)
    assert 0 <= found.t <= 1
    assert 0 < found.average_risk <= found.highest_risk <= 1
    assert found.k_wildcard >= found.k
    for chance in risk.household_risks(rows, classes, ["x", "y"], "h").values():
        assert 0 < chance <= 1


def test_the_gate_of_questions_reproduces() -> None:
    rows = records()
    women, men = Condition("sex", ("f",)), Condition("sex", ("m",))
    cases = [
        ([], [women]),
        ([women], [women, Condition("age", ("",), without=True)]),
        ([men], [men, Condition("violation", ("violence",))]),
    ]
    for case, (parent, child) in zip(EXAMPLE["query_gate"]["cases"], cases, strict=True):
        wide = sum(query.matches(each, frozenset(parent)) for each in rows)
        n = sum(query.matches(each, frozenset(child)) for each in rows)
        assert (n, wide - n) == (case["n"], case["complement"])
        assert (query.refused(n, [wide], EXAMPLE["query_gate"]["t"]) == "") is case["released"]


CONDITION = st.builds(
    Condition, st.sampled_from("xyz"), st.sampled_from([("a",), ("b",), ("a", "b"), ("",)]), st.booleans()
)


@given(ROWS, st.frozensets(CONDITION, max_size=4), st.integers(2, 5))
def test_what_the_gate_answers_singles_out_nobody(
    rows: list[dict[str, str | None]], asked: frozenset[Condition], threshold: int
) -> None:
    count = lambda question: sum(query.matches(each, question) for each in rows)  # noqa: E731
    if query.refused(count(asked), [count(each) for each in query.parents(asked)], threshold):
        return
    assert count(asked) >= threshold
    for parent in query.parents(asked):
        assert count(parent) - count(asked) == 0 or count(parent) - count(asked) >= threshold


def test_questions_that_lie_within_one_another_are_counted() -> None:
    a, b, c = (Condition(name, ("1",)) for name in "abc")
    before = [frozenset({a}), frozenset({b, c}), frozenset({a, b})]
    assert query.overlaps(frozenset({a, b}), before) == [frozenset({a})]
    assert len([1 for one, two in combinations(before, 2) if query.overlaps(one, [two])]) == 1


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ([Condition(name, ("1",)) for name in "abcde"], "too_many"),
        ([Condition("q", ("1",))], "unknown_column"),
        ([Condition("a", ())], "too_many_values"),
    ],
)
def test_a_question_out_of_bounds_is_refused(asked: list[Condition], code: str) -> None:
    with pytest.raises(query.QueryProblem) as caught:
        query.question(asked, "abcde")
    assert caught.value.code == code


def test_nobody_sees_what_the_matrix_does_not_name() -> None:
    for level in (*policy.LEVELS, "nonsense"):
        for thing in (*policy.THINGS, "secrets"):
            for standing in (*policy.STANDINGS, "stranger"):
                seen = policy.allowed(level, standing, thing)
                assert not seen or (level in policy.LEVELS and thing in policy.THINGS)
    assert not any(policy.allowed("open", who, "download", embargoed=True) for who in policy.STANDINGS)
    assert not any(policy.allowed("closed", who, "labels", embargoed=True) for who in policy.STANDINGS)


def test_a_reviewer_is_neither_the_depositor_nor_of_the_own_organisation_nor_twice_the_same() -> None:
    assert policy.person_obstacles("d", "o", "r", ["p"], []) == []
    assert policy.person_obstacles("d", "o", "d", ["p"], []) == ["reviewer_is_depositor"]
    assert policy.person_obstacles("d", "o", "r", ["p", "o"], []) == ["reviewer_of_own_organisation"]
    assert policy.person_obstacles("d", "o", "r", ["p"], ["r"]) == ["reviewed_already"]
