"""Taking in a table of cases: all of it or nothing, and never the same case twice."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from core.toolkit import Actor
from plugins.monitoring.intake.importing import CaseRow, ImportPlan
from plugins.monitoring.intake.survey import Candidate
from plugins.monitoring.services import intake
from plugins.monitoring.services.intake import Outcome


def take(session: Session, actor: Actor, plan: ImportPlan, organisation_id: UUID) -> Outcome:
    """Make a draft of each case for a person to complete: a table tells neither safety nor consents.

    Raises ValueError for a plan with a refused row: nothing is taken in part.
    """
    if not plan.ok:
        raise ValueError("a plan with refused rows is not taken")
    return intake.take(session, actor, candidates(plan.cases), organisation_id)


def candidates(cases: Sequence[CaseRow]) -> list[Candidate]:
    """The drafts that these cases would become."""
    return [Candidate(case.reference, case.employer, _answers(case)) for case in cases]


def _answers(case: CaseRow) -> dict[str, object]:
    received = case.received.isoformat() if case.received else ""
    return {
        "origin": {"method": "document_review", "received_on": received},
        "employer": _employer(case),
        "allegations": [_allegation(case)],
    }


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
