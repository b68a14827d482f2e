"""Many invented reports of the past year, made as rows: what figures are counted from."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from network import Network

from core.toolkit import Passage, new_id, now
from plugins.monitoring.models import Allegation, Report, Source

YEAR = now().year - 1
SEXES = ("women", "men", "other", "unknown")
REGIONS = {
    "RU": ("RU-MOW", "RU-SVE", "RU-TA"),
    "KG": ("KG-GB", "KG-O", "KG-B", "RU-MOW"),
    "KZ": ("other", ""),
}
STATES = ("submitted", "triage", "verified", "verified", "unverified", "rejected", "withdrawn")


@dataclass(frozen=True)
class Told:
    """One allegation as it was invented, to be counted by hand."""

    quarter: str
    country: str
    region: str
    sector: str
    violation: str
    state: str
    report_state: str
    sexes: dict[str, int]
    agreed: bool
    indicators: tuple[str, ...]
    amount: int


def fill(net: Network, size: int, seed: int) -> list[Told]:
    """Make so many reports, each with one or two allegations; give all allegations."""
    rng, told = random.Random(seed), []
    with net.site.database.transaction() as session:
        for number in range(size):
            report = _report(net, rng, number)
            session.add(report)
            session.flush()
            session.add_all(_passages(report, rng))
            told += [_told(report, each) for each in report.allegations]
    return told


def _report(net: Network, rng: random.Random, number: int) -> Report:
    country = rng.choices(("RU", "KG", "KZ"), (10, 6, 1))[0]
    sent = datetime(YEAR, 1, 1, tzinfo=UTC) + timedelta(days=rng.randrange(365), hours=rng.randrange(24))
    report = Report(
        id=new_id(), reference=f"M-T{number:07d}", state=rng.choice(STATES), country=country,
        organisation_id=net.organisations["talas" if country == "KG" else "most"],
        region=rng.choice(REGIONS[country]), sector=rng.choice(("construction", "garment", "trade")),
        employer_name=f"ООО «Пример {number}»", submitted_at=sent, created_at=sent, urgent=rng.random() < 0.1,
    )  # fmt: skip
    report.allegations = [_allegation(rng, n) for n in range(rng.choice((1, 1, 2)))]
    report.sources = [
        Source(
            position=n, kind="worker", primary=True, supports=[n] if rng.random() < 0.8 else [0, 1],
            consents=["coordination", *(["statistics"] if rng.random() < 0.85 else [])],
        )
        for n in range(rng.choice((1, 2)))
    ]  # fmt: skip
    return report


def _allegation(rng: random.Random, position: int) -> Allegation:
    violation = rng.choices(("wage_arrears", "no_contract", "violence", "passport_withheld"), (9, 5, 1, 2))[0]
    return Allegation(
        position=position, violation=violation, state=rng.choice(("pending", "verified", "unverified")),
        indicators=rng.choice(([], ["ilo08"], ["ilo07", "ilo08"])), women=rng.randrange(3), men=rng.randrange(4),
        other=rng.choices((0, 1), (40, 1))[0], unknown=rng.randrange(2), minors=0,
        amount=Decimal(rng.choice((0, 12000, 45550))), currency="RUB",
    )  # fmt: skip


def _passages(report: Report, rng: random.Random) -> list[Passage]:
    steps = [("submitted", 0), ("triage", rng.randrange(1, 9)), ("verification", 10), ("confirmation", 20)]
    way = [*steps, ("verified", 30)] if report.state == "verified" else steps[:1]
    assert report.submitted_at is not None
    return [
        Passage(
            kind="monitoring.report", object_id=report.id, revision=n, source="", target=target, transition="x",
            at=report.submitted_at + timedelta(days=days),
        )
        for n, (target, days) in enumerate(way)
    ]  # fmt: skip


def _told(report: Report, each: Allegation) -> Told:
    assert report.submitted_at is not None
    agreed = any("statistics" in s.consents and each.position in s.supports for s in report.sources)
    known = report.region in REGIONS[report.country] and report.region.startswith(report.country)
    return Told(
        f"Q{(report.submitted_at.month + 2) // 3}", report.country,
        report.region if known else f"{report.country}/other", report.sector, each.violation, each.state,
        report.state, {sex: getattr(each, sex) for sex in SEXES}, agreed, tuple(each.indicators), int(each.amount or 0),
    )  # fmt: skip


def withdraw_statistics(net: Network, report: Any) -> None:
    """Every source of the report takes its agreement to statistics back."""
    with net.site.database.transaction() as session:
        for source in session.get_one(Report, report).sources:
            source.consents = [each for each in source.consents if each != "statistics"]
