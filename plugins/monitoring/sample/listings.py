"""Invented entries of the public list in different states, made by the services that people use."""

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from PIL import Image, ImageDraw
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.toolkit import (
    Actor,
    Attachment,
    Passage,
    actor_of,
    change_settings,
    now,
    people_with,
    platform,
    remove_attachment,
    store_attachment,
)
from plugins.monitoring.models import Correction, Employer, Listing, Report
from plugins.monitoring.publication import limits
from plugins.monitoring.sample.cases import SampleCase
from plugins.monitoring.services import board, disputes, listings, triage

REVIEWED = "Пример: юрист сети, 12.03.2026"
WORKSHOP = "ООО «Небывалый цех»"

# Sound numbers belong to somebody; those of the tax office 8888, which does not exist, belong to nobody.
FIRMS = (
    ("published", "ООО «Сказочный карьер»", "8888000016", "mining", "Карьер у посёлка Дальний", 14),
    ("disputed", "ООО «Мираж-Строй»", "8888000023", "construction", "Балашиха", 23),
    ("board", "ООО «Призрачные склады»", "8888000030", "transport", "Подольск", 9),
    ("reply_window", "ООО «Воздушный замок»", "8888000048", "construction", "Мытищи", 31),
)
People = Mapping[str, Actor]


def add(session: Session, people: People, live: Callable[[SampleCase], Report]) -> None:
    """Switch the list on and make an entry for each firm, and one on a court's decision."""
    _switch(session, people["admin"], "yes", REVIEWED)
    for state, name, number, sector, site, workers in FIRMS:
        report = live(story(name, number, sector, site, workers))
        employer = session.get_one(Employer, report.employer_id)
        made = listings.propose(session, people["coordinator"], employer, reports=[report])
        _take(session, people, made, state)
    _decided(session, people)


def _switch(session: Session, admin: Actor, value: str, review: str) -> None:
    values = {limits.PUBLIC.name: value, limits.REVIEW.name: review}
    change_settings(session, admin, {each.name: each for each in limits.ALL}, values)


def story(
    name: str, number: str, sector: str = "construction", site: str = "Химки", workers: int = 18
) -> SampleCase:
    """A confirmed report about a firm, with everything that an entry needs."""
    facts = {
        "violation": "wage_arrears", "facts": "Зарплату не выплачивают третий месяц.", "amount": "640000",
        "currency": "RUB", "women": "", "men": str(workers), "unknown": "", "minors": "",
        "basis": "heard_directly", "indicators": ["ilo08"], "ongoing": True,
    }  # fmt: skip
    sources = [
        {
            "kind": kind, "group": group, "supports": ["0"], "reliability": "usually_reliable", "primary": True,
            "consents": ["statistics", "coordination", "dossier_anonymous", "publication"],
            "decision_in_force": False,
        }
        for kind, group in (("worker", "A"), ("document", "B"))
    ]  # fmt: skip
    employer = {
        "name": name, "role": "employer", "country": "RU", "region": "RU-MOS", "sector": sector, "site": site,
        "scheme": "ru-inn", "identifier": number,
    }  # fmt: skip
    return SampleCase(
        "verified", employer, (facts,), sources, legal_name=name, number=number,
        reason="Два независимых источника, ведомости осмотрены.", dossier="registered", days_ago=45,
    )  # fmt: skip


def _take(session: Session, people: People, made: Listing, state: str) -> None:
    lawyer, day = people["lawyer"], now().date()
    stances = {each.source_id: "left" for each in made.relied}
    told = listings.Circumstances(
        f"ЕГРЮЛ, {day - timedelta(days=30):%d.%m.%Y}", 24, "passed", stances if made.tier == "B" else {}
    )
    listings.describe(session, people["coordinator"], made, told, revision=made.revision)
    listings.move(session, lawyer, made, "review", revision=made.revision)
    listings.answer_risk(
        session, lawyer, made, "none", "Люди уехали домой, партнёры предупреждены.", revision=made.revision
    )
    listings.clear(session, lawyer, made, revision=made.revision)
    sent = day - timedelta(days=3 if state == "reply_window" else 20)
    listings.announce(
        session,
        lawyer,
        made,
        post_on=sent,
        post_number="80081234567890",
        email_on=sent,
        revision=made.revision,
    )
    if state != "reply_window":
        _decide(session, people, made, state)


def _decide(session: Session, people: People, made: Listing, state: str) -> None:
    lawyer = people["lawyer"]
    kind, text = (
        ("none", "") if state == "board" else ("full", "Задолженность признаём, график выплат согласован.")
    )
    listings.record_reply(session, lawyer, made, kind, text, revision=made.revision)
    board.submit(session, lawyer, made, revision=made.revision)
    board.vote(session, people["board"], made, revision=made.revision)
    if state == "board":
        return
    board.vote(session, people["board2"], made, revision=made.revision)
    if state == "disputed":
        words = "Зарплата за этот период выплачена, платёжные поручения вышлем почтой."
        disputes.take(session, made, words, documented=True)
    if state == "suspended":
        why = "Решение отменено апелляцией, проверяем."
        listings.move(session, lawyer, made, "suspend", why, revision=made.revision)


def _decided(session: Session, people: People) -> None:
    """Tier A: two decisions of a court, one entry public, one suspended."""
    coordinator = people["coordinator"]
    firms = (("published", WORKSHOP, "8888000055"), ("suspended", "ООО «Забытый сон»", "8888000062"))
    for state, name, number in firms:
        firm = triage.register_employer(session, coordinator, name, "RU", "RU-MOS", "ru-inn", number)
        day = now().date()
        decision = listings.Decision(
            "court", "Ленинский районный суд (пример)", "2-0000/2026", day - timedelta(days=60),
            day - timedelta(days=120), ("wage_arrears", "no_contract"), True, _paper(session, coordinator),
        )  # fmt: skip
        made = listings.propose(session, coordinator, firm, decision=decision)
        _take(session, people, made, state)


def _paper(session: Session, coordinator: Actor) -> UUID:
    picture = Image.new("RGB", (480, 640), "#ffffff")
    ImageDraw.Draw(picture).text((40, 40), "SAMPLE DECISION", fill="#1c2420")
    out = io.BytesIO()
    picture.save(out, "PNG")
    place = coordinator.organisations[0]
    kept = store_attachment(session, coordinator, platform.settings, out.getvalue(), place)
    session.flush()
    return kept.id


def remove(session: Session, organisation_ids: Sequence[UUID]) -> None:
    """Remove the entries that people of these organisations proposed, and switch the list off."""
    found = (
        session.scalars(select(Listing).where(Listing.organisation_id.in_(organisation_ids))).unique().all()
    )
    ids, papers = [each.id for each in found], [each.decision_file_id for each in found]
    session.execute(delete(Correction).where(Correction.listing_id.in_(ids)))
    session.execute(delete(Passage).where(Passage.object_id.in_(ids)))
    session.execute(delete(Listing).where(Listing.id.in_(ids)))
    for paper in session.scalars(select(Attachment).where(Attachment.id.in_(papers))).all():
        remove_attachment(session, paper, platform.settings)
    for person in people_with(session, platform.register, "core.settings.change", None)[:1]:
        _switch(session, actor_of(session, person.id), limits.PUBLIC.default, limits.REVIEW.default)
