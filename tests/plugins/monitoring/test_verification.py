"""The gate of verification, for every set of sources that can be drawn."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.monitoring.verification import (
    SourceFact,
    first_obstacles,
    obstacles,
    overall,
    person_obstacles,
    second_obstacles,
)

SOURCES = st.builds(
    SourceFact,
    kind=st.sampled_from(["worker", "co_worker", "relative", "official", "document", "monitor"]),
    primary=st.booleans(),
    independence_group=st.sampled_from(["", " ", "a", "b", "c"]),
    official_decision_in_force=st.booleans(),
)
WORKER = SourceFact("worker", primary=True, independence_group="brigade")
RELATIVE = SourceFact("relative", primary=False, independence_group="family")
PEOPLE = st.sampled_from([None, "asel", "bakyt", "chynara"])
ORGANISATIONS = st.sampled_from([None, "kg", "ru"])


def test_two_independent_sources_one_of_them_primary_open_the_gate() -> None:
    assert obstacles([WORKER, RELATIVE]) == []


@pytest.mark.parametrize(
    ("sources", "codes"),
    [
        ([], ["independent_sources", "primary_source"]),
        ([WORKER], ["independent_sources"]),
        ([WORKER, WORKER], ["independent_sources"]),
        ([WORKER, replace(RELATIVE, independence_group="")], ["independent_sources"]),
        ([RELATIVE, replace(RELATIVE, independence_group="other")], ["primary_source"]),
        ([replace(WORKER, official_decision_in_force=True)], ["independent_sources"]),
    ],
)
def test_what_is_lacking_is_named(sources: list[SourceFact], codes: list[str]) -> None:
    assert obstacles(sources) == codes


@pytest.mark.parametrize("kind", ["document", "official"])
def test_one_official_decision_in_force_is_enough(kind: str) -> None:
    assert obstacles([SourceFact(kind, False, "", official_decision_in_force=True)]) == []


@given(st.lists(SOURCES, max_size=6))
def test_the_gate_opens_exactly_when_the_rule_holds(sources: list[SourceFact]) -> None:
    judged = [source.independence_group for source in sources if source.independence_group.strip()]
    pairs = any(one != other for one in judged for other in judged)
    decided = any(s.official_decision_in_force and s.kind in {"document", "official"} for s in sources)
    assert (not obstacles(sources)) == bool(decided or (pairs and any(s.primary for s in sources)))


@given(st.lists(SOURCES, max_size=6), SOURCES, st.randoms())
def test_order_does_not_matter_and_another_source_never_closes_the_gate(
    sources: list[SourceFact], more: SourceFact, chance: random.Random
) -> None:
    chance.shuffle(sources)
    assert set(obstacles([*sources, more])) <= set(obstacles(sources))
    assert obstacles(sources) == obstacles(sources[::-1])


@given(PEOPLE, ORGANISATIONS, PEOPLE, ORGANISATIONS, PEOPLE)
def test_nobody_approves_their_own_work(
    reporter: str | None, home: str | None, first: str | None, first_home: str | None, second: str | None
) -> None:
    fine = (
        first is not None
        and second is not None
        and first_home is not None
        and first_home != home
        and len({reporter, first, second}) == 3
    )
    assert (person_obstacles(reporter, home, first, first_home, second) == []) == fine


@pytest.mark.parametrize(
    ("found", "codes"),
    [
        (first_obstacles("a", "kg", None, None), ["first_verifier_missing"]),
        (first_obstacles("a", "kg", "a", "kg"), ["first_is_reporter", "first_of_reporting_organisation"]),
        (first_obstacles("a", None, "b", None), ["first_organisation_unknown"]),
        (first_obstacles("a", None, "b", "ru"), []),
        (second_obstacles("a", "b", None), ["second_verifier_missing"]),
        (second_obstacles("a", "b", "b"), ["second_is_first"]),
        (second_obstacles("a", "b", "a"), ["second_is_reporter"]),
    ],
)
def test_each_obstacle_has_its_own_code(found: list[str], codes: list[str]) -> None:
    assert found == codes


@pytest.mark.parametrize(
    ("states", "outcome"),
    [
        ([], "unverified"),
        (["refuted"], "refuted"),
        (["refuted", "refuted"], "refuted"),
        (["refuted", "unverified"], "unverified"),
        (["refuted", "verified"], "verified"),
        (["proposed"], "unverified"),
    ],
)
def test_a_report_has_the_outcome_of_its_allegations(states: list[str], outcome: str) -> None:
    assert overall(states) == outcome


@given(st.lists(st.sampled_from(["verified", "refuted", "unverified", "proposed"])))
def test_refuted_only_when_everything_is(states: list[str]) -> None:
    assert (overall(states) == "verified") == ("verified" in states)
    assert (overall(states) == "refuted") == (bool(states) and all(state == "refuted" for state in states))


def test_marks_that_look_alike_are_one_group() -> None:
    alike = [
        SourceFact("worker", True, "A"),
        SourceFact("co_worker", True, "А"),
        SourceFact("relative", False, " a"),
    ]
    assert obstacles(alike) == ["independent_sources"]
    assert obstacles([*alike, SourceFact("document", True, "Б")]) == []
