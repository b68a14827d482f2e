"""Who may see what of a dataset, and which figures of a risk run let it out (background 5.3 and 5.4).

The thresholds are the network's proposal, not a norm; each red rule but two can be overridden by reviewers with a
reason that stays with the version. Nothing here does I/O.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

LEVELS = ("open", "members", "request", "closed")
CLASSES = ("S1", "S2", "S3")
"""S1 ordinary, S2 personal circumstances, S3 harm: violence, papers withheld, irregular status, minors."""

PUBLIC, MEMBER, GRANTED, STAFF = "public", "member", "granted", "staff"
STANDINGS = (PUBLIC, MEMBER, GRANTED, STAFF)
"""Anybody; somebody of the network; who holds a grant for this version; who keeps it: its owner or a steward."""

METADATA, LABELS, STATISTICS, PREVIEW, QUERY, DOWNLOAD = (
    "metadata", "labels", "statistics", "preview", "questions", "download",
)  # fmt: skip
THINGS = (METADATA, LABELS, STATISTICS, PREVIEW, QUERY, DOWNLOAD)

_ALL = frozenset({PUBLIC, MEMBER, GRANTED, STAFF})
_NETWORK = frozenset({MEMBER, GRANTED, STAFF})
_HOLDERS = frozenset({GRANTED, STAFF})
_NOBODY: frozenset[str] = frozenset()
_DATA = (STATISTICS, PREVIEW, QUERY, DOWNLOAD)

MATRIX: Mapping[str, Mapping[str, frozenset[str]]] = {
    "open": {METADATA: _ALL, LABELS: _ALL, **dict.fromkeys(_DATA, _ALL)},
    "members": {METADATA: _ALL, LABELS: _ALL, **dict.fromkeys(_DATA, _NETWORK)},
    "request": {METADATA: _ALL, LABELS: _ALL, **dict.fromkeys(_DATA, _HOLDERS)},
    "closed": {METADATA: _ALL, LABELS: _NOBODY, **dict.fromkeys(_DATA, _NOBODY)},
    "embargoed": {METADATA: _ALL, LABELS: _ALL, **dict.fromkeys(_DATA, _NOBODY)},
}
"""Level -> thing -> the standings that see it. Statistics, facets, dictionary counts and feeds follow the level of the
data, for its keepers too: what they need for their work stands on the page of the deposit, not on the public one."""


def allowed(level: str, standing: str, thing: str, *, embargoed: bool = False) -> bool:
    """Whether somebody of that standing sees that thing; what the matrix does not name, nobody sees."""
    row = MATRIX.get("embargoed" if embargoed and level != "closed" else level, {})
    return standing in row.get(thing, _NOBODY)


@dataclass(frozen=True)
class Limits:
    """The thresholds for one level: None means that the figure is reported and stops nothing."""

    k: int | None = None
    at_risk: float | None = None
    l_distinct: int | None = None
    harm: float | None = None
    household: float | None = None
    cell: int = 10


def limits(level: str, sensitivity: str) -> Limits:
    """The thresholds of background 5.4 for a level and a class of sensitivity."""
    severe = sensitivity == "S3"
    return {
        "open": Limits(10 if severe else 5, 0.0, 2, 0.5, 0.33, 10 if severe else 5),
        "members": Limits(5 if severe else 3, 0.0, 2, 0.8, 0.5, 10 if severe else 5),
        "request": Limits(2 if severe else None, 0.05, None, None, None, 10),
        "closed": Limits(),
    }[level]


def class_threshold(level: str, sensitivity: str) -> int:
    """The class size below which a record counts as at risk; where the level sets no k, five."""
    return limits(level, sensitivity).k or 5


@dataclass(frozen=True)
class Finding:
    """One rule of the gate: its name, what was found, what is allowed, whether it passes."""

    rule: str
    found: float
    allowed: float | None
    passes: bool


def findings(figures: Mapping[str, float], level: str, sensitivity: str, *, harmless: bool) -> list[Finding]:
    """Hold the figures of a risk run against the limits. `harmless`: the one value of an l = 1 class harms nobody."""
    wanted = limits(level, sensitivity)
    share = figures["records_at_risk"] / figures["records"]
    return [
        _least("k", figures["k"], wanted.k),
        _most("at_risk", share, wanted.at_risk),
        _least("l", figures["l_distinct"], None if harmless else wanted.l_distinct),
        _most("harm", figures["harm_share"], wanted.harm),
        _most("household", figures["household_risk"], wanted.household),
    ]


def _least(rule: str, found: float, least: float | None) -> Finding:
    return Finding(rule, found, least, least is None or found >= least)


def _most(rule: str, found: float, most: float | None) -> Finding:
    return Finding(rule, found, most, most is None or found <= most + 1e-9)


def reviewers_needed(sensitivity: str) -> int:
    """How many people look at a version before it can go out: two for the class that can harm."""
    return 2 if sensitivity == "S3" else 1


def person_obstacles(
    depositor: object,
    owner: object,
    reviewer: object,
    organisations: Iterable[object],
    earlier: Iterable[object],
) -> list[str]:
    """Why somebody may not review: the depositor, somebody of the owner's organisation, who has reviewed already."""
    wrong = {
        "reviewer_is_depositor": reviewer is None or reviewer == depositor,
        "reviewer_of_own_organisation": owner in set(organisations),
        "reviewed_already": reviewer in set(earlier),
    }
    return [code for code, is_so in wrong.items() if is_so]
