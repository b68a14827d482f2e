"""Taking in a table of cases: all of it or nothing, and never the same case twice."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.toolkit import Actor, Subject, audit, new_id, require
from plugins.monitoring import rights
from plugins.monitoring.importing import CaseRow, ImportPlan
from plugins.monitoring.models import Report
from plugins.monitoring.services.drafts import reference


@dataclass(frozen=True)
class ImportOutcome:
    """What an import did: how many drafts it made, and which rows were there already."""

    added: int
    known: tuple[str, ...]


def take(session: Session, actor: Actor, plan: ImportPlan, organisation_id: UUID) -> ImportOutcome:
    """Make a draft of each case for a person to complete: safety and consents cannot be imported.

    Raises ValueError for a plan with a refused row: nothing is taken in part.
    """
    require(actor, rights.REPORT_CREATE, Subject(organisation_id))
    if not plan.ok:
        raise ValueError("a plan with refused rows is not taken")
    cases = plan.cases
    known = set(
        session.scalars(select(Report.external_reference).where(Report.organisation_id == organisation_id))
    )
    fresh = [case for case in cases if not case.reference or case.reference not in known]
    for case in fresh:
        draft = _draft(actor, case, organisation_id)
        session.add(draft)
        session.flush()
        audit.record(session, actor, "monitoring.report.import", draft.id)
    return ImportOutcome(len(fresh), tuple(case.reference for case in cases if case not in fresh))


def _draft(actor: Actor, case: CaseRow, organisation_id: UUID) -> Report:
    return Report(
        id=new_id(),
        reference=reference(),
        external_reference=case.reference or None,
        organisation_id=organisation_id,
        reporter_id=actor.person_id,
        employer_name=case.employer[:300],
        answers={
            "origin": {
                "method": "document_review",
                "received_on": case.received.isoformat() if case.received else "",
            },
            "employer": _employer(case),
            "allegations": [_allegation(case)],
        },
    )


def _employer(case: CaseRow) -> dict[str, str]:
    number = next(iter(case.identifiers), None)
    return {
        "name": case.employer,
        "role": "employer",
        "country": case.country,
        "region": case.region,
        "sector": case.sector,
        "scheme": number.scheme if number else "",
        "identifier": number.value if number else "",
        "site": "",
    }


def _allegation(case: CaseRow) -> dict[str, object]:
    return {
        "violation": case.violation,
        "from_month": f"{case.received:%Y-%m}" if case.received else "",
        "women": str(case.women or ""),
        "men": str(case.men or ""),
        "unknown": str(case.unknown or ""),
        "minors": str(case.minors or ""),
        "amount": f"{case.amount_due:.2f}" if case.amount_due is not None else "",
        "paid": f"{case.amount_paid:.2f}" if case.amount_paid is not None else "",
        "currency": case.currency,
        "facts": case.description,
    }
