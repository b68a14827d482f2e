"""Invented reports of past quarters, so that the figures show something, and hide something."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from core.toolkit import Passage, SampleCast, new_id, now, queue_index
from plugins.monitoring.figures.periods import QUARTERS, Period
from plugins.monitoring.models import Allegation, Report, Source
from plugins.monitoring.services.finding import uid

REPORTS = 300
PLACES = (
    ("RU", "RU-MOW", "moscow", 6), ("RU", "RU-SVE", "spb", 3), ("KG", "KG-GB", "bishkek", 5),
    ("KG", "KG-O", "bishkek", 4), ("KG", "KG-B", "bishkek", 1),
)  # fmt: skip
KINDS = (
    ("wage_arrears", "ilo08", 9),
    ("no_contract", "ilo02", 5),
    ("passport_withheld", "ilo07", 2),
    ("violence", "ilo06", 1),
    ("debts_deductions", "ilo09", 0.2),
)
SECTORS = ("construction", "construction", "garment", "trade")
WAY = (
    ("submitted", "submit", 0),
    ("triage", "take", 2),
    ("verification", "verify", 9),
    ("confirmation", "propose", 24),
)
SEED = 5


def add(session: Session, cast: SampleCast) -> None:
    """Reports of last year, decided long ago; and one that waits too long."""
    rng = random.Random(SEED)  # noqa: S311 - invented, not secret
    quarters = [Period(now().year - 1, name) for name in QUARTERS]
    made = [_report(rng, cast, rng.choice(quarters), number) for number in range(REPORTS)]
    made.append(_forgotten(rng, cast))
    session.add_all(made)
    session.flush()
    session.add_all(passage for report in made for passage in _passages(report, rng))
    queue_index(session, [uid(report) for report in made])


def _report(rng: random.Random, cast: SampleCast, quarter: Period, number: int) -> Report:
    country, region, organisation, _ = rng.choices(PLACES, [each[-1] for each in PLACES])[0]
    sent = quarter.begins + (quarter.ends - quarter.begins) * rng.random()
    state = rng.choices(("verified", "unverified", "rejected"), (6, 3, 1))[0]
    report = _bare(number, cast.organisations[organisation], country, sent, state)
    report.region, report.sector = region, rng.choice(SECTORS)
    agreed = ["coordination", *(["statistics"] if rng.random() < 0.9 else [])]
    report.allegations = [_allegation(rng, state)]
    report.sources = [
        Source(position=0, kind="worker", primary=True, supports=[0], consents=agreed, consent_on=sent.date())
    ]
    return report


def _bare(number: int, organisation_id: UUID, country: str, sent: datetime, state: str) -> Report:
    return Report(
        id=new_id(), reference=f"M-S{number:03d}-0000", state=state, language="ru", organisation_id=organisation_id,
        country=country, employer_name=f"Пример прошлых кварталов № {number + 1}", method="interview",
        safety={"danger": "no"}, received_on=sent.date(), created_at=sent, submitted_at=sent,
    )  # fmt: skip


def _allegation(rng: random.Random, state: str) -> Allegation:
    violation, indicator, _ = rng.choices(KINDS, [each[-1] for each in KINDS])[0]
    money = violation == "wage_arrears"
    return Allegation(
        position=0, violation=violation, indicators=[indicator], basis="heard_directly", women=rng.randrange(4),
        men=rng.randrange(1, 6), amount=Decimal(rng.randrange(20, 300) * 1000) if money else None,
        currency="RUB" if money else "", state="pending" if state == "rejected" else state,
        facts="Придуманный пример для отчёта за прошлые кварталы.",
    )  # fmt: skip


def _forgotten(rng: random.Random, cast: SampleCast) -> Report:
    """One that nobody has moved for a month."""
    report = _report(rng, cast, Period(now().year - 1, "Q1"), REPORTS)
    report.state, report.organisation_id, report.country = "triage", cast.organisations["moscow"], "RU"
    report.submitted_at = report.created_at = now() - timedelta(days=31)
    return report


def _passages(report: Report, rng: random.Random) -> Iterator[Passage]:
    ended = () if report.state == "triage" else ((report.state, f"confirm_{report.state}", 30),)
    way = WAY[:2] if report.state in ("triage", "rejected") else WAY
    before, at = "draft", report.created_at
    for revision, (target, transition, days) in enumerate((*way, *ended), start=1):
        at = max(at, report.created_at + timedelta(days=days * rng.uniform(0.5, 1.5)))
        yield Passage(
            kind="monitoring.report", object_id=report.id, revision=revision, source=before, target=target,
            transition=transition, at=min(at, now()),
        )  # fmt: skip
        before = target
