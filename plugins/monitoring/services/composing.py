"""What stands in a letter: made from what was verified and from sources that agreed, in Russian, without a name."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from core.toolkit import country_of, organisation_names, organisations_of
from plugins.monitoring.dossier import letter
from plugins.monitoring.lifecycle import supporting
from plugins.monitoring.models import Allegation, Dossier, Evidence, Norm, Report, Source
from plugins.monitoring.register.kin import survivor
from plugins.monitoring.services import norms
from plugins.monitoring.taxonomy import word

USE = "dossier_anonymous"
"""The consent that a source must have given before anything of it stands in a letter."""

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


def consented(report: Report) -> list[Allegation]:
    """The verified allegations that stand on sources which agreed to a dossier."""
    return [
        allegation
        for allegation in report.allegations
        if allegation.state == "verified" and agreeing(report, allegation)
    ]


def relied_on(report: Report) -> list[str]:
    """The ids of the sources whose consent a letter stands on: behind its facts, and of its annexes."""
    behind = {each.id for allegation in consented(report) for each in agreeing(report, allegation)}
    photos = {evidence.source_position for evidence in annexes(report)}
    return sorted(str(each.id) for each in report.sources if each.id in behind or each.position in photos)


def agreeing(report: Report, allegation: Allegation) -> list[Source]:
    """The sources of an allegation that agreed to a dossier without their name."""
    return [source for source in supporting(report, allegation.position) if USE in source.consents]


def annexes(report: Report) -> list[Evidence]:
    """The photos that may go along: given by a source that agreed, and cleaned of hidden data (a PDF is not)."""
    willing = {source.position for source in report.sources if USE in source.consents}
    return [each for each in report.evidence if each.source_position in willing and each.attachment.shown]


def compose(session: Session, dossier: Dossier, approved: date | None) -> letter.Dossier:
    """The letter, in Russian, from what the report holds now."""
    report = dossier.report
    applicant = applicant_of(session, dossier)
    organisation = organisation_names(session, [applicant], "ru").get(applicant, "") if applicant else ""
    return letter.Dossier(
        reference=report.reference,
        version=dossier.version,
        day=approved or dossier.created_at.date(),
        addressee=letter.Addressee(
            _ru(report, "addressee", dossier.addressee), _ru(report, "region", report.region)
        ),
        applicant=letter.Applicant(
            organisation, _ru(report, "country", country_of(session, applicant) if applicant else "")
        ),
        employer=_employer(session, report),
        facts=tuple(_fact(session, report, each) for each in consented(report)),
        requests=REQUESTS,
        prepared_by=organisation,
        annexes=tuple(_annex(n, each) for n, each in enumerate(annexes(report), 1)),
        approved=approved,
        limits=LIMITS,
        confidential=dossier.confidential,
        taxonomy=report.taxonomy,
    )


def applicant_of(session: Session, dossier: Dossier) -> UUID | None:
    """The organisation that files, and whose key signs: that of the author."""
    return dossier.organisation_id or next(iter(organisations_of(session, dossier.author_id)), None)


def _ru(report: Report, kind: str, code: str) -> str:
    """In the words of the edition that the report was sent under."""
    return word(report.taxonomy, kind, code, "ru") if code else ""


def _employer(session: Session, report: Report) -> letter.Employer:
    """The record that stands for this employer now, when it was found to be one with another."""
    employer = survivor(session, report.employer) if report.employer else None
    numbers = employer.identifiers if employer else []
    return letter.Employer(
        legal_name=employer.legal_name if employer else report.employer_name,
        heard_names=(report.employer_name,)
        if employer and report.employer_name != employer.legal_name
        else (),
        numbers=tuple(letter.Number(_ru(report, "scheme", each.scheme), each.value) for each in numbers),
        country=_ru(report, "country", report.country),
        region=_ru(report, "region", report.region),
        sector=_ru(report, "sector", report.sector),
        role=_ru(report, "role", report.employer_role),
    )


def _month(text: str) -> date | None:
    return date.fromisoformat(f"{text}-01") if text else None


def _fact(session: Session, report: Report, allegation: Allegation) -> letter.Fact:
    sources = agreeing(report, allegation)
    return letter.Fact(
        label=_ru(report, "violation", allegation.violation),
        text=allegation.facts,
        first=_month(allegation.from_month),
        last=_month(allegation.to_month),
        ongoing=allegation.ongoing,
        women=allegation.women,
        men=allegation.men,
        unknown=allegation.unknown + allegation.other,
        minors=allegation.minors,
        amount=allegation.amount,
        currency=allegation.currency,
        sources=len(sources),
        source_kinds=tuple(sorted({_ru(report, "source", each.kind) for each in sources})),
        norms=tuple(_cited(each) for each in norms.citable(session, allegation.violation, report.country)),
    )


def _cited(norm: Norm) -> str:
    return f"{norm.citation} (ред. от {norm.edition:%d.%m.%Y})"


def _annex(number: int, evidence: Evidence) -> letter.Annex:
    file = evidence.attachment
    return letter.Annex(number, evidence.title, "Фотография", file.copy_sha256, file.copy_size)
