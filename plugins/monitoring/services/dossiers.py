"""Dossiers: composed from what was verified and consented to, frozen at approval, then followed."""

from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.toolkit import (
    Actor,
    GuardFailed,
    approvals,
    audit,
    country_of,
    mark,
    now,
    organisation_names,
    organisations_of,
    people_with,
    platform,
    render_pdf,
    require,
)
from plugins.monitoring import deadlines, rights
from plugins.monitoring import dossier as letter
from plugins.monitoring.lifecycle import DOSSIER, supporting
from plugins.monitoring.models import Allegation, Dossier, Evidence, Report, Source
from plugins.monitoring.services.notices import tell
from plugins.monitoring.taxonomy import TAXONOMY

USE = "dossier_anonymous"
"""The consent that a source must have given before anything of it stands in a letter."""

ZONES = {
    "RU": "Europe/Moscow",
    "KZ": "Asia/Almaty",
    "KG": "Asia/Bishkek",
    "UZ": "Asia/Tashkent",
    "TJ": "Asia/Dushanbe",
}

WAITS = mark("A dossier on the report %(reference)s waits for your approval")
APPROVED = mark("The dossier on the report %(reference)s was approved")


def write(session: Session, actor: Actor, report: Report, addressee: str) -> Dossier:
    """Begin a dossier on a verified report. Raises GuardFailed when no consent lets anything out."""
    require(actor, rights.DOSSIER_WRITE, report.subject())
    missing = [] if report.state == "verified" else ["report_not_verified"]
    missing += [] if consented(report) else ["no_consent"]
    if missing:
        raise GuardFailed("write", missing)
    last = session.scalar(select(func.max(Dossier.version)).where(Dossier.report_id == report.id)) or 0
    dossier = Dossier(report=report, version=last + 1, addressee=addressee, author_id=actor.person_id)
    session.add(dossier)
    session.flush()
    audit.record(session, actor, "monitoring.dossier.write", dossier.id)
    officers = people_with(session, platform.register, rights.DOSSIER_APPROVE, dossier.subject())
    tell(session, dossier, [person.id for person in officers if person.id != actor.person_id], WAITS)
    approvals.propose(session, actor, DOSSIER.kind, dossier.id, content(session, dossier))
    return dossier


def content(session: Session, dossier: Dossier) -> bytes:
    """What the letter says now, in the form that is proposed, approved and compared."""
    return letter.canonical(letter.payload(compose(session, dossier, None)))


def propose_again(session: Session, actor: Actor, dossier: Dossier) -> None:
    """Put the letter forward as the report stands now, and become its author. Raises Denied or GuardFailed."""
    require(actor, rights.DOSSIER_WRITE, dossier.subject())
    if dossier.state != "drafting":
        raise GuardFailed("propose", ["not_open"])
    dossier.author_id = actor.person_id
    approvals.propose(session, actor, DOSSIER.kind, dossier.id, content(session, dossier))


def is_stale(session: Session, dossier: Dossier) -> bool:
    """Whether the report has changed since the letter was proposed, so that nobody can approve it."""
    proposal = approvals.waiting(session, DOSSIER.kind, dossier.id)
    return proposal is None or proposal.content_hash != approvals.fingerprint(content(session, dossier))


def consented(report: Report) -> list[Allegation]:
    """The verified allegations that stand on sources which agreed to a dossier."""
    return [
        allegation
        for allegation in report.allegations
        if allegation.state == "verified" and agreeing(report, allegation)
    ]


def agreeing(report: Report, allegation: Allegation) -> list[Source]:
    """The sources of an allegation that agreed to a dossier without their name."""
    return [source for source in supporting(report, allegation.position) if USE in source.consents]


def annexes(report: Report) -> list[Evidence]:
    """The photos that may go along: given by a source that agreed, and cleaned of hidden data (a PDF is not)."""
    willing = {source.position for source in report.sources if USE in source.consents}
    return [each for each in report.evidence if each.source_position in willing and each.attachment.shown]


def approve(session: Session, actor: Actor, dossier: Dossier, *, revision: int) -> None:
    """Freeze text, annex list and PDF, and approve. Raises Denied, Conflict or GuardFailed."""
    DOSSIER.move(session, actor, dossier, "approve", revision=revision)
    if not consented(dossier.report):
        raise GuardFailed("approve", ["no_consent"])
    composed = compose(session, dossier, now().date())
    _approve(session, actor, dossier, letter.canonical(letter.payload(composed)))
    dossier.content = letter.payload(composed)
    dossier.content_hash = letter.content_hash(composed)
    dossier.pdf = render_pdf(letter.TEMPLATE, letter.document(composed))
    tell(session, dossier, [dossier.author_id] if dossier.author_id else [], APPROVED)


def _approve(session: Session, actor: Actor, dossier: Dossier, text: bytes) -> None:
    proposal = approvals.waiting(session, DOSSIER.kind, dossier.id)
    try:
        if proposal is None:
            raise approvals.NotOpen
        approvals.approve(session, actor, proposal, text)
    except approvals.ApprovalProblem as problem:
        raise GuardFailed("approve", [problem.code]) from problem


def preview(session: Session, dossier: Dossier) -> bytes:
    """The PDF as it left, or as it would leave: a draft says so on its pages."""
    return dossier.pdf or render_pdf(letter.TEMPLATE, letter.document(compose(session, dossier, None)))


def send(session: Session, actor: Actor, dossier: Dossier, day: date, channel: str, *, revision: int) -> None:
    """Record when and how the dossier left. camove itself sends nothing: an identified person files."""
    DOSSIER.move(session, actor, dossier, "send", revision=revision)
    dossier.sent_on, dossier.channel = day, channel


def register(
    session: Session, actor: Actor, dossier: Dossier, day: date, number: str, *, revision: int
) -> None:
    """Record the authority's registration; the term to answer runs from it (59-FZ, art. 12)."""
    if dossier.sent_on and day < dossier.sent_on:
        raise GuardFailed("register", ["registered_before_sent"])
    DOSSIER.move(session, actor, dossier, "register", revision=revision)
    dossier.registered_on, dossier.registration_number = day, number
    dossier.answer_by = terms(dossier).answer_by


def answer(session: Session, actor: Actor, dossier: Dossier, reason: str, *, revision: int) -> None:
    """Record that the authority has answered, and what."""
    DOSSIER.move(session, actor, dossier, "answer", revision=revision, reason=reason)


def terms(dossier: Dossier) -> deadlines.Deadlines:
    """The days that the law gives the addressee, in its own time zone."""
    zone = ZoneInfo(ZONES.get(dossier.report.country, "Europe/Moscow"))
    return deadlines.calculate(dossier.sent_on, dossier.registered_on, zone)


def compose(session: Session, dossier: Dossier, approved: date | None) -> letter.Dossier:
    """The letter, in Russian, from what the report holds now."""
    report = dossier.report
    writers = organisations_of(session, dossier.author_id)[:1]
    names = organisation_names(session, writers, "ru")
    organisation = next(iter(names.values()), "")
    return letter.Dossier(
        reference=report.reference,
        version=dossier.version,
        day=approved or dossier.created_at.date(),
        addressee=letter.Addressee(_ru("addressee", dossier.addressee), _ru("region", report.region)),
        applicant=letter.Applicant(
            organisation, _ru("country", country_of(session, writers[0]) if writers else "")
        ),
        employer=_employer(report),
        facts=tuple(_fact(report, each) for each in consented(report)),
        requests=REQUESTS,
        prepared_by=organisation,
        annexes=tuple(_annex(n, each) for n, each in enumerate(annexes(report), 1)),
        approved=approved,
        limits=LIMITS,
    )


# The letter is in Russian whatever the language of the page: it goes to a Russian-speaking authority.
REQUESTS = (
    "Проверить изложенные сведения в пределах компетенции.",
    "При подтверждении нарушений принять меры к их устранению и к выплате причитающихся работникам сумм.",
    "Сообщить о результатах заявителю в установленный срок.",
)
LIMITS = (
    "Сведения собраны организациями сети и подтверждены двумя проверяющими по правилам сети. "
    "Данные работников и иных источников в этом обращении не приводятся."
)


def _ru(kind: str, code: str) -> str:
    return TAXONOMY.label(kind, code, "ru") if code else ""


def _employer(report: Report) -> letter.Employer:
    employer = report.employer
    numbers = employer.identifiers if employer else []
    return letter.Employer(
        legal_name=employer.legal_name if employer else report.employer_name,
        heard_names=(report.employer_name,)
        if employer and report.employer_name != employer.legal_name
        else (),
        numbers=tuple(letter.Number(_ru("scheme", each.scheme), each.value) for each in numbers),
        country=_ru("country", report.country),
        region=_ru("region", report.region),
        sector=_ru("sector", report.sector),
        role=_ru("role", report.employer_role),
    )


def _month(text: str) -> date | None:
    return date.fromisoformat(f"{text}-01") if text else None


def _fact(report: Report, allegation: Allegation) -> letter.Fact:
    sources = agreeing(report, allegation)
    return letter.Fact(
        label=_ru("violation", allegation.violation),
        text=allegation.facts,
        first=_month(allegation.from_month),
        last=_month(allegation.to_month),
        ongoing=allegation.ongoing,
        women=allegation.women,
        men=allegation.men,
        unknown=allegation.unknown,
        minors=allegation.minors,
        amount=allegation.amount,
        currency=allegation.currency,
        sources=len(sources),
        source_kinds=tuple(sorted({_ru("source", each.kind) for each in sources})),
    )


def _annex(number: int, evidence: Evidence) -> letter.Annex:
    file = evidence.attachment
    return letter.Annex(number, evidence.title, "Фотография", file.copy_sha256, file.copy_size)
