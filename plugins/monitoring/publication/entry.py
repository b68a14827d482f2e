"""What an entry tells the public, as plain values with one byte form: what the board votes on is what is shown.

Never: who reported, persons, citizenship by sex, an exact place, photos, names of managers.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date

from plugins.monitoring.publication.gates import RULES
from plugins.monitoring.publication.terms import quarter

BANDS = ((21, "21+"), (6, "6-20"), (3, "3-5"))
Content = Mapping[str, object]


@dataclass(frozen=True)
class Reply:
    """The employer's word: `full`, an agreed `summary`, or `none`, recorded as such."""

    kind: str
    text: str = ""
    on: str = ""


@dataclass(frozen=True)
class Decision:
    """The official decision of tier A."""

    kind: str
    body: str
    number: str
    on: str


@dataclass(frozen=True)
class EntryFacts:
    """What is put into words; `number` is empty where it would tell a person's sex and birthday."""

    reference: str
    tier: str
    legal_name: str
    scheme: str
    number: str
    country: str
    region: str
    sector: str
    violations: tuple[str, ...]
    indicators: tuple[str, ...]
    first_fact: date
    last_fact: date
    workers: int
    until: date
    reply: Reply
    decision: Decision | None = None


def band(workers: int) -> str:
    """The number of workers as a band; fewer than three are not told, and an official decision may not tell any."""
    return next((name for least, name in BANDS if workers >= least), "")


def content(facts: EntryFacts) -> dict[str, object]:
    """The entry as plain values."""
    return {
        "rules": RULES,
        "reference": facts.reference,
        "tier": facts.tier,
        "legal_name": facts.legal_name,
        "scheme": facts.scheme if facts.number else "",
        "number": facts.number,
        "country": facts.country,
        "region": facts.region,
        "sector": facts.sector,
        "violations": sorted(facts.violations),
        "indicators": sorted(facts.indicators),
        "from": quarter(facts.first_fact),
        "to": quarter(facts.last_fact),
        "workers": band(facts.workers),
        "until": facts.until.isoformat(),
        "reply": asdict(facts.reply),
        "decision": asdict(facts.decision) if facts.decision else None,
    }


def canonical(entry: Content) -> bytes:
    """The one byte form, for the hash that votes are bound to."""
    return json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
