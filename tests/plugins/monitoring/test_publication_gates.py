"""The gates of the public list, one by one and as properties: pure rules, no site."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.monitoring.publication import terms
from plugins.monitoring.publication.badge import badge
from plugins.monitoring.publication.entry import EntryFacts, Reply, band, canonical, content
from plugins.monitoring.publication.gates import Case, Stage, Thresholds, judge, obstacles

TODAY = date(2026, 11, 27)
LIMITS = Thresholds()
GOOD_B = Case(
    tier="B", number_sound=True, number_confirmed=True, workers=3, independent_sources=2, primary_sources=1,
    relied_on=2, reports=2, organisations=2, last_fact=date(2026, 3, 1), violations=frozenset({"wage_arrears"}),
    arrears_months=1, reidentification="passed", migrants_on_site=3, dossier_sent=True, prosecution_risk="none",
    replied=True, votes=2,
)  # fmt: skip
GOOD_A = Case(
    tier="A", natural_person=True, number_sound=True, number_confirmed=True, last_fact=date(2026, 3, 1),
    violations=frozenset({"no_contract"}), decision_in_force=True, decision_stored=True,
    prosecution_risk="handled", replied=True, votes=2,
)  # fmt: skip
BREAKS_B = {
    "B0 person": {"natural_person": True},
    "B1 number": {"number_sound": False},
    "B1 confirmed": {"number_confirmed": False},
    "B2 workers": {"workers": 2},
    "B2 sources": {"independent_sources": 1},
    "B2 primary": {"primary_sources": 0},
    "B2 reports": {"reports": 1},
    "B3 organisations": {"organisations": 1},
    "B4 recent": {"last_fact": date(2025, 11, 26)},
    "B5 grave": {"violations": frozenset({"excess_hours"})},
    "B6 consent": {"consents_missing": 1},
    "B6 reidentification": {"reidentification": "failed"},
    "B6 migrants": {"migrants_on_site": 2},
    "B7 safe": {"stances_missing": 1},
    "R dossier": {"dossier_sent": False},
    "R prosecution_risk": {"prosecution_risk": ""},
    "B8 reply": {"replied": False},
    "B9 votes": {"votes": 1},
}
BREAKS_A = {
    "A1 number": {"number_confirmed": False},
    "A2 decision": {"decision_in_force": False},
    "A3 document": {"decision_stored": False},
    "A4 testimony": {"relied_on": 1},
    "A5 recent": {"last_fact": None},
    "R prosecution_risk": {"prosecution_risk": "open"},
    "A8 reply": {"replied": False},
    "A9 votes": {"votes": 1},
}


def refusals(case: Case, stage: Stage = Stage.PUBLISH, today: date = TODAY) -> list[str]:
    return [f"{each.gate} {each.code}" for each in obstacles(case, LIMITS, today, stage)]


def test_a_whole_case_passes_every_gate() -> None:
    assert refusals(GOOD_B) == refusals(GOOD_A) == []


@pytest.mark.parametrize("gate", BREAKS_B)
def test_each_gate_of_tier_b_refuses_alone_and_names_itself(gate: str) -> None:
    assert refusals(replace(GOOD_B, **BREAKS_B[gate])) == [gate]  # type: ignore[arg-type]


@pytest.mark.parametrize("gate", BREAKS_A)
def test_each_gate_of_tier_a_refuses_alone_and_names_itself(gate: str) -> None:
    assert refusals(replace(GOOD_A, **BREAKS_A[gate])) == [gate]  # type: ignore[arg-type]


def test_every_gate_has_a_case_that_it_refuses() -> None:
    for good, breaks in ((GOOD_B, BREAKS_B), (GOOD_A, BREAKS_A)):
        assert {f"{each.gate} {each.code}" for each in judge(good, LIMITS, TODAY)} == set(breaks)


def test_a_document_stands_for_the_second_report_and_the_second_organisation() -> None:
    assert refusals(replace(GOOD_B, reports=1, organisations=1, documents=1)) == []


@pytest.mark.parametrize(
    ("violations", "months", "workers", "found", "is_grave"),
    [
        ({"wage_arrears"}, 1, 0, False, True),
        ({"wage_arrears"}, 0, 0, False, False),
        ({"no_contract"}, 0, 3, False, True),
        ({"no_contract"}, 0, 2, False, False),
        ({"passport_withheld"}, 0, 0, False, True),
        ({"violence"}, 0, 0, False, True),
        ({"unsafe_work", "excess_hours", "discrimination"}, 9, 99, False, False),
        ({"unsafe_work"}, 0, 0, True, True),
    ],
)
def test_what_is_grave(violations: set[str], months: int, workers: int, found: bool, is_grave: bool) -> None:
    case = replace(
        GOOD_B,
        violations=frozenset(violations),
        arrears_months=months,
        no_contract_workers=workers,
        indicators_found=found,
    )
    assert ("B5 grave" not in refusals(case)) is is_grave


def test_what_each_stage_does_not_ask_yet() -> None:
    early = replace(GOOD_B, replied=False, votes=0)
    assert refusals(early, Stage.NOTICE) == []
    assert refusals(early, Stage.BOARD) == ["B8 reply"]
    assert refusals(replace(early, replied=True), Stage.BOARD) == []
    assert refusals(replace(early, last_fact=date(2020, 1, 1)), Stage.STANDING) == []
    assert refusals(replace(GOOD_B, consents_missing=1), Stage.STANDING) == ["B6 consent"]


cases = st.builds(
    Case,
    tier=st.sampled_from("AB"),
    natural_person=st.booleans(),
    number_sound=st.booleans(),
    number_confirmed=st.booleans(),
    workers=st.integers(0, 30),
    independent_sources=st.integers(0, 4),
    primary_sources=st.integers(0, 4),
    relied_on=st.integers(0, 4),
    reports=st.integers(0, 3),
    documents=st.integers(0, 2),
    organisations=st.integers(0, 3),
    last_fact=st.none() | st.dates(date(2024, 1, 1), date(2027, 1, 1)),
    violations=st.frozensets(st.sampled_from(["wage_arrears", "no_contract", "violence", "excess_hours"])),
    arrears_months=st.integers(0, 3),
    no_contract_workers=st.integers(0, 5),
    indicators_found=st.booleans(),
    consents_missing=st.integers(0, 2),
    reidentification=st.sampled_from(["", "passed", "failed"]),
    migrants_on_site=st.none() | st.integers(0, 9),
    stances_missing=st.integers(0, 2),
    dossier_sent=st.booleans(),
    prosecution_risk=st.sampled_from(["", "none", "handled", "open"]),
    decision_in_force=st.booleans(),
    decision_stored=st.booleans(),
    replied=st.booleans(),
    votes=st.integers(0, 3),
)


@given(cases)
def test_no_case_is_published_that_a_rule_forbids(case: Case) -> None:
    if refusals(case):
        return
    assert case.prosecution_risk in {"none", "handled"} and case.votes >= 2 and case.replied
    assert case.number_sound and case.number_confirmed and case.last_fact
    if case.tier == "B":
        assert not case.natural_person and case.consents_missing == case.stances_missing == 0
        assert case.workers >= 3 and case.independent_sources >= 2 and case.primary_sources >= 1
        assert (case.migrants_on_site or 0) >= 3 and case.dossier_sent
    else:
        assert case.decision_in_force and case.decision_stored and case.relied_on == 0


@given(cases)
def test_a_later_stage_never_asks_less(case: Case) -> None:
    notice, board, publish = (
        set(refusals(case, each)) for each in (Stage.NOTICE, Stage.BOARD, Stage.PUBLISH)
    )
    assert notice <= board <= publish
    assert set(refusals(case, Stage.STANDING)) <= notice


@given(cases, st.integers(2, 6))
def test_a_stricter_number_never_lets_more_through(case: Case, more: int) -> None:
    strict = Thresholds(
        workers=3 + more, sources=2 + more, organisations=2 + more, migrants=3 + more, votes=2 + more
    )
    for stage in Stage:
        loose = {each.code for each in obstacles(case, LIMITS, TODAY, stage)}
        assert loose <= {each.code for each in obstacles(case, strict, TODAY, stage)}


# Terms


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 40))
def test_months_go_on_over_leap_days_and_year_ends(day: date, months: int) -> None:
    later = terms.months_after(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


def test_days_of_the_list() -> None:
    assert terms.months_after(date(2028, 2, 29), 12) == date(2029, 2, 28)
    assert terms.reply_by((date(2026, 12, 20), date(2026, 12, 24))) == date(2027, 1, 7)
    assert terms.reply_by((date(2026, 12, 20),), extended=True) == date(2027, 1, 17)
    assert terms.working_days_after(date(2026, 11, 27), 10) == date(2026, 12, 11)
    assert terms.last_day("B", date(2026, 12, 1), date(2025, 6, 1), renewed=True) == date(2027, 6, 1)
    assert terms.last_day("A", date(2026, 12, 1), date(2020, 1, 1), renewed=True) == date(2027, 12, 1)
    moscow = terms.end_of(date(2026, 12, 31), ZoneInfo("Europe/Moscow"))
    assert moscow == datetime(2026, 12, 31, 21, tzinfo=UTC)
    assert terms.months_between("2025-11", "2026-01") == 3
    assert terms.months_between("", "2026-01") == 0


# Words


def test_an_entry_tells_bands_and_quarters_and_nothing_that_points_at_people() -> None:
    assert [band(each) for each in (0, 2, 3, 5, 6, 20, 21, 400)] == [
        "",
        "",
        "3-5",
        "3-5",
        "6-20",
        "6-20",
        "21+",
        "21+",
    ]
    facts = EntryFacts(
        "L-1", "B", "ООО «Пример»", "", "", "RU", "RU-MOW", "construction", ("wage_arrears",), (),
        date(2026, 1, 15), date(2026, 6, 30), 14, date(2027, 6, 30), Reply("none"),
    )  # fmt: skip
    told = content(facts)
    assert (told["from"], told["to"], told["workers"]) == ("2026-Q1", "2026-Q2", "6-20")
    assert set(told) == {
        *("rules", "reference", "tier", "legal_name", "scheme", "number", "country", "region", "sector"),
        *("violations", "indicators", "from", "to", "workers", "until", "reply", "decision"),
    }
    assert canonical(told) == canonical(dict(reversed(told.items())))


def test_a_badge_is_text_and_no_program() -> None:
    drawn = badge('<script>"&', "]]>")
    assert "<script" not in drawn and "&lt;script&gt;" in drawn
    assert not [each for each in ("style=", "href", "http://www.w3.org/1999", "onload") if each in drawn]
