"""The gates of the public list: what an entry must have before anybody outside reads it. Answers are codes.

Tier A stands on one official decision in force and on no testimony; tier B on what the network has verified.
The order and the default numbers are those of the network's rules for publication, version `RULES`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from plugins.monitoring.publication.terms import months_after

RULES = "1"
"""The version of these rules; every entry tells under which it was published."""

ALWAYS_GRAVE = frozenset({"passport_withheld", "violence"})
SETTLED_RISK = frozenset({"none", "handled"})
SAFE_STANCES = frozenset({"left", "accepted"})


class Stage(StrEnum):
    """How far an entry wants to go; `STANDING` is asked of one that is public when a consent is taken back."""

    NOTICE = "notice"
    BOARD = "board"
    PUBLISH = "publish"
    STANDING = "standing"


@dataclass(frozen=True)
class Thresholds:
    """The numbers of the board, with its defaults. `floors` says below which none of them may fall."""

    workers: int = 3
    sources: int = 2
    primary: int = 1
    organisations: int = 2
    fact_months: int = 12
    migrants: int = 3
    arrears_months: int = 1
    no_contract_workers: int = 3
    votes: int = 2


@dataclass(frozen=True)
class Case:
    """What is known of one entry. Counts of sources are of those relied on, and of verified reports only."""

    tier: str
    natural_person: bool = False
    number_sound: bool = False
    number_confirmed: bool = False
    workers: int = 0
    independent_sources: int = 0
    primary_sources: int = 0
    relied_on: int = 0
    reports: int = 0
    documents: int = 0
    organisations: int = 0
    last_fact: date | None = None
    violations: frozenset[str] = frozenset()
    arrears_months: int = 0
    no_contract_workers: int = 0
    indicators_found: bool = False
    consents_missing: int = 0
    reidentification: str = ""
    migrants_on_site: int | None = None
    stances_missing: int = 0
    dossier_sent: bool = False
    prosecution_risk: str = ""
    decision_in_force: bool = False
    decision_stored: bool = False
    replied: bool = False
    votes: int = 0


@dataclass(frozen=True)
class Finding:
    """One gate: its number in the rules, its code, whether it holds; needed and found where it counts."""

    gate: str
    code: str
    holds: bool
    needed: int | None = None
    found: int | None = None


def judge(case: Case, limits: Thresholds, today: date) -> tuple[Finding, ...]:
    """Every gate of the tier of `case` on that day, in the order of the rules. An unknown tier raises ValueError."""
    tiers = {"A": _tier_a, "B": _tier_b}
    if case.tier not in tiers:
        raise ValueError(f"unknown tier: {case.tier!r}")
    return (
        *tiers[case.tier](case, limits, today),
        Finding("R", "prosecution_risk", case.prosecution_risk in SETTLED_RISK),
        Finding(f"{case.tier}8", "reply", case.replied),
        _count(f"{case.tier}9", "votes", limits.votes, case.votes),
    )


def obstacles(case: Case, limits: Thresholds, today: date, stage: Stage) -> list[Finding]:
    """The gates that do not hold and must at `stage`; empty when the way is free."""
    return [each for each in judge(case, limits, today) if not each.holds and each.code not in LATER[stage]]


LATER: dict[Stage, frozenset[str]] = {
    Stage.NOTICE: frozenset({"reply", "votes"}),
    Stage.BOARD: frozenset({"votes"}),
    Stage.PUBLISH: frozenset(),
    # The age of the facts is what the day of expiry counts; votes and reply were given when it was published.
    Stage.STANDING: frozenset({"reply", "votes", "recent"}),
}
"""What is not asked yet at each stage."""


def _tier_a(case: Case, limits: Thresholds, today: date) -> Iterator[Finding]:
    yield Finding("A1", "number", case.number_sound and case.number_confirmed)
    yield Finding("A2", "decision", case.decision_in_force)
    yield Finding("A3", "document", case.decision_stored)
    yield Finding("A4", "testimony", case.relied_on == 0 and case.reports == 0)
    yield Finding("A5", "recent", _recent(case.last_fact, limits, today))


def _tier_b(case: Case, limits: Thresholds, today: date) -> Iterator[Finding]:
    yield Finding("B0", "person", not case.natural_person)
    yield Finding("B1", "number", case.number_sound)
    yield Finding("B1", "confirmed", case.number_confirmed)
    yield _count("B2", "workers", limits.workers, case.workers)
    yield _count("B2", "sources", limits.sources, case.independent_sources)
    yield _count("B2", "primary", limits.primary, case.primary_sources)
    yield Finding("B2", "reports", case.reports >= 2 or (case.reports == 1 and case.documents > 0))
    by_paper = case.documents > 0
    yield Finding(
        "B3",
        "organisations",
        by_paper or case.organisations >= limits.organisations,
        limits.organisations,
        case.organisations,
    )
    yield Finding("B4", "recent", _recent(case.last_fact, limits, today))
    yield Finding("B5", "grave", grave(case, limits))
    yield Finding("B6", "consent", case.relied_on > 0 and case.consents_missing == 0)
    yield Finding("B6", "reidentification", case.reidentification == "passed")
    on_site = case.migrants_on_site
    yield Finding("B6", "migrants", (on_site or 0) >= limits.migrants, limits.migrants, on_site)
    yield Finding("B7", "safe", case.relied_on > 0 and case.stances_missing == 0)
    yield Finding("R", "dossier", case.dossier_sent)


def grave(case: Case, limits: Thresholds) -> bool:
    """Whether a violation is on the list of grave ones. Indicators count only as found by people, never by number."""
    return (
        case.indicators_found
        or bool(case.violations & ALWAYS_GRAVE)
        or ("wage_arrears" in case.violations and case.arrears_months >= limits.arrears_months)
        or ("no_contract" in case.violations and case.no_contract_workers >= limits.no_contract_workers)
    )


def _count(gate: str, code: str, needed: int, found: int) -> Finding:
    return Finding(gate, code, found >= needed, needed, found)


def _recent(last_fact: date | None, limits: Thresholds, today: date) -> bool:
    return last_fact is not None and last_fact <= today <= months_after(last_fact, limits.fact_months)
