"""Invented reports in every state, made by the same services that people use; no real firm or person is meant."""

import io
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from PIL import Image, ImageDraw
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.toolkit import (
    Actor,
    Passage,
    SampleCast,
    actor_of,
    new_id,
    now,
    platform,
    remove_attachment,
    store_attachment,
    vault,
)
from plugins.monitoring.models import Allegation, Dossier, Employer, Evidence, Report, Source
from plugins.monitoring.sample import listings, norms, quarters, register
from plugins.monitoring.sample.cases import CASES, SampleCase
from plugins.monitoring.services import (
    consents,
    custody,
    dossiers,
    drafts,
    findings,
    following,
    identities,
    sharing,
    triage,
)
from plugins.monitoring.services.following import Outcome


def add(session: Session, cast: SampleCast) -> None:
    """Make a report for each case and take it as far as the case says."""
    quarters.add(session, cast)
    people = {key: actor_of(session, person_id) for key, person_id in cast.people.items()}
    norms.add(session, people["lawyer"])
    made = [live(session, people, cast.organisations[case.organisation], case) for case in CASES]
    _take_back(session, people["monitor"], made)
    for report in made:
        if report.state in ("submitted", "rejected") and report.reporter_id == people["monitor"].person_id:
            _seal_contact(session, people["monitor"], report)
    register.add(session, people["coordinator"])
    listings.add(
        session, people, lambda case: live(session, people, cast.organisations[case.organisation], case)
    )


def _seal_contact(session: Session, monitor: Actor, report: Report) -> None:
    """Somebody invented to be reached, where the organisation is ready to keep that."""
    if vault.readiness(session, report.organisation_id).ready:
        contact = {
            "name": "Гүлзат Ойлопова",
            "phone": "+996 700 00 00 00",
            "safe": "Писать в Telegram после 20:00. Не звонить: телефон общий с бригадиром.",
        }
        source = report.sources[0].id
        identities.keep(session, monitor, report, source, contact)
        custody.ask(session, monitor, report, source, "Инспектор просит о встрече с работницей.")


def _take_back(session: Session, monitor: Actor, made: Sequence[Report]) -> None:
    """A source that does not want to be counted any more."""
    asked = next(each for each in made if each.state == "needs_info")
    given, revision = asked.sources[0].id, asked.revision
    consents.withdraw(session, monitor, asked, given, ["statistics"], revision=revision)


def live(session: Session, people: dict[str, Actor], organisation_id: UUID, case: SampleCase) -> Report:
    """The report of a case, as far as the case says."""
    monitor = people[case.reporter]
    report = drafts.start(session, monitor, new_id(), organisation_id, case.language)
    report.answers = _answers(session, monitor, organisation_id, case)
    session.flush()
    if case.stage == "draft":
        return report
    drafts.send(session, monitor, report, revision=report.revision)
    if case.stage != "submitted":
        _sort(session, people, report, case)
    return report


def _sort(session: Session, people: dict[str, Actor], report: Report, case: SampleCase) -> None:
    coordinator = people[case.coordinator]
    triage.move(session, coordinator, report, "take", revision=report.revision)
    if case.stage in ("needs_info", "rejected"):
        move = {"needs_info": "ask", "rejected": "reject"}[case.stage]
        triage.move(session, coordinator, report, move, revision=report.revision, reason=case.reason)
        return
    if case.stage == "triage":
        return
    employer = triage.register_employer(
        session,
        coordinator,
        case.legal_name,
        report.country,
        report.region,
        _scheme(case.number),
        case.number,
    )
    triage.link_employer(session, coordinator, report, employer.id, revision=report.revision)
    first, second = people["verifier"], people["second"]
    triage.name_verifiers(
        session, coordinator, report, first.person_id, second.person_id, revision=report.revision
    )
    triage.move(session, coordinator, report, "verify", revision=report.revision)
    if case.stage != "verification":
        _verify(session, people, report, case)


def _scheme(number: str) -> str:
    return "ru-inn" if number.isdigit() else "other"


def _verify(session: Session, people: dict[str, Actor], report: Report, case: SampleCase) -> None:
    verdicts = {each.position: (case.verdict, case.reason) for each in report.allegations}
    findings.judge(session, people["verifier"], report, verdicts, revision=report.revision)
    if case.stage == "confirmation":
        return
    findings.confirm(session, people["second"], report, revision=report.revision)
    if case.dossier:
        _follow(session, people, report, case)


def _follow(session: Session, people: dict[str, Actor], report: Report, case: SampleCase) -> None:
    coordinator, lawyer = people[case.coordinator], people["lawyer"]
    dossier = dossiers.write(session, coordinator, report, "labour_inspectorate", status_risk="agreed")
    if case.dossier == "drafting":
        return
    today = now().date()
    sent, registered = (today - timedelta(days=days) for days in (20, 18))
    dossiers.approve(session, lawyer, dossier, revision=dossier.revision)
    dossiers.send(session, coordinator, dossier, sent, "epgu", "4107711", revision=dossier.revision)
    number = "77/7-1204-26-ОБ"
    following.register(session, coordinator, dossier, registered, number, revision=dossier.revision)
    if case.dossier == "registered":
        _share(session, coordinator, dossier)
    if case.dossier in ("answered", "recorded"):
        said = "Проведён профилактический визит, работодателю объявлено предостережение."
        following.answer(session, coordinator, dossier, said, revision=dossier.revision)
    if case.dossier == "recorded":
        paid = Outcome("wages_paid_part", today - timedelta(days=2), 2, 5, 0, Decimal(186000), "RUB")
        following.record(session, coordinator, dossier, paid, revision=dossier.revision)


def _share(session: Session, coordinator: Actor, dossier: Dossier) -> None:
    """A link that was opened, and an answer that waits for somebody to look at it."""
    token = sharing.open_link(session, coordinator, dossier, "ГИТ в городе Москве, отдел 3")
    link = sharing.find(session, token)
    if link is not None:
        sharing.note_opening(session, link, "page")
        sharing.take_answer(session, link, "Обращение принято в работу, входящий 77/7-1204-26-ОБ.")


def _answers(session: Session, monitor: Actor, organisation_id: UUID, case: SampleCase) -> dict[str, Any]:
    day = now().date() - timedelta(days=case.days_ago)
    month = f"{day - timedelta(days=70):%Y-%m}"
    answers: dict[str, Any] = {
        "safety": {
            "danger": "no",
            "working": "yes",
            "minors": "no",
            "violence": "no",
            "status": "unknown",
            **case.safety,
        },
        "origin": {"method": "interview", "received_on": day.isoformat(), "wishes": ["pay"]},
        "employer": case.employer,
        "allegations": [
            {**each, "from_month": month, "to_month": f"{day:%Y-%m}"} for each in case.allegations
        ],
        "sources": [{**each, "id": str(new_id()), "consent_on": day.isoformat()} for each in case.sources],
    }
    if case.photo:
        kept = store_attachment(session, monitor, platform.settings, _picture(case.photo), organisation_id)
        session.flush()
        answers["evidence"] = [{"attachment": str(kept.id), "title": case.photo, "source": "0"}]
    return answers


def _picture(title: str) -> bytes:
    """A drawn picture, so that no real place or person is shown."""
    picture = Image.new("RGB", (640, 420), "#d9d4c7")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((60, 60, 580, 360), outline="#0b5d57", width=6)
    for line in range(6):
        pen.line((100, 110 + 38 * line, 540 - 40 * (line % 3), 110 + 38 * line), fill="#5b6a63", width=6)
    pen.text((70, 374), f"SAMPLE {len(title)}", fill="#0b5d57")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def remove(session: Session, organisation_ids: Sequence[UUID]) -> None:
    """Remove the reports of these organisations, and the employers that only they had."""
    reports = select(Report.id).where(Report.organisation_id.in_(organisation_ids))
    employers = list(
        session.scalars(
            select(Report.employer_id).where(Report.id.in_(reports), Report.employer_id.is_not(None))
        )
    )
    listings.remove(session, organisation_ids)
    files = _files(session, organisation_ids)
    letters = select(Dossier.id).where(Dossier.report_id.in_(reports))
    session.execute(delete(Passage).where(Passage.object_id.in_(reports) | Passage.object_id.in_(letters)))
    for table in (Evidence, Source, Allegation, Dossier):
        session.execute(delete(table).where(table.report_id.in_(reports)))
    session.execute(delete(Report).where(Report.organisation_id.in_(organisation_ids)))
    kept = select(Report.employer_id).where(Report.employer_id.is_not(None))
    for employer in session.scalars(
        select(Employer).where(Employer.id.in_(employers), Employer.id.not_in(kept))
    ):
        session.delete(employer)
    norms.remove(session, organisation_ids)
    register.remove(session, organisation_ids)
    for each in files:
        remove_attachment(session, each, platform.settings)


def _files(session: Session, organisation_ids: Sequence[UUID]) -> list[Any]:
    found = []
    for report in session.scalars(select(Report).where(Report.organisation_id.in_(organisation_ids))):
        ids = {each.attachment_id for each in report.evidence}
        ids |= {UUID(each["attachment"]) for each in drafts.items_of(report, "evidence")}
        found += [each for each in (drafts.attachment_of(session, report, one) for one in ids) if each]
    return found
