"""What the coordinator does with a report: take it, link its employer, name two verifiers, move it on."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from core.toolkit import (
    Actor,
    Conflict,
    audit,
    fold,
    history,
    mark,
    organisations_of,
    people_with,
    platform,
    queue_index,
    require,
)
from plugins.monitoring import rights
from plugins.monitoring.lifecycle import REPORT
from plugins.monitoring.models import Employer, Report
from plugins.monitoring.register import kin
from plugins.monitoring.services import candidates, consents, finding, register
from plugins.monitoring.services.candidates import Proposal
from plugins.monitoring.services.notices import tell

VERIFY = mark("You were named to verify the report %(reference)s")
CONFIRM = mark("Findings of the report %(reference)s wait for your confirmation")
ASKED = mark("More information is needed for the report %(reference)s")
ANSWERED = mark("The report %(reference)s was answered")
MOVED = mark("The report %(reference)s has moved on")


def move(
    session: Session, actor: Actor, report: Report, name: str, *, revision: int, reason: str = ""
) -> None:
    """Make one transition and tell those whose turn it is."""
    REPORT.move(session, actor, report, name, revision=revision, reason=reason)
    if name == "withdraw":
        consents.withdraw_all(session, actor, report)
    queue_index(session, [finding.uid(report)])
    people, message = _next(session, report, name)
    tell(session, report, [person for person in people if person and person != actor.person_id], message)


def _next(session: Session, report: Report, name: str) -> tuple[Sequence[UUID | None], str]:
    coordinators = [
        person.id
        for person in people_with(session, platform.register, rights.REPORT_TRIAGE, report.subject())
    ]
    turns: dict[str, tuple[Sequence[UUID | None], str]] = {
        "ask": ([report.reporter_id], ASKED),
        "answer": (coordinators, ANSWERED),
        "verify": ([report.verifier_id], VERIFY),
        "send_back": ([report.verifier_id], VERIFY),
        "propose": ([report.second_verifier_id], CONFIRM),
    }
    return turns.get(name, ([report.reporter_id, *coordinators], MOVED))


def name_verifiers(
    session: Session, actor: Actor, report: Report, first: UUID | None, second: UUID | None, *, revision: int
) -> None:
    """Name the two verifiers; who fits is judged when verification starts. Raises Denied or Conflict."""
    _claim(session, actor, report, revision)
    report.verifier_id, report.second_verifier_id = first, second
    audit.record(
        session, actor, "monitoring.report.name_verifiers", report.id, ("verifier", "second_verifier")
    )


def link_employer(
    session: Session, actor: Actor, report: Report, employer_id: UUID, *, revision: int
) -> None:
    """Say which registered employer the report is about. Raises Denied or Conflict."""
    _claim(session, actor, report, revision)
    employer = kin.survivor(session, finding.employer(session, actor, employer_id))
    register.hear(session, employer, report.employer_name)
    report.employer_id = employer.id
    audit.record(session, actor, "monitoring.report.link_employer", report.id, ("employer",))


def register_employer(
    session: Session, actor: Actor, legal_name: str, country: str, region: str, scheme: str, number: str
) -> Employer:
    """Add an employer to the register, as a report tells of it."""
    facts = register.Facts(legal_name=legal_name, country=country, region=region)
    return register.add(session, actor, facts, [(scheme, number)] if number else [])


def _claim(session: Session, actor: Actor, report: Report, revision: int) -> None:
    require(actor, rights.REPORT_TRIAGE, report.subject())
    if report.revision != revision or report.state != "triage":
        raise Conflict(history(session, report.id, since=revision))
    report.revision += 1


def proposals(session: Session, report: Report, limit: int = 5) -> list[Proposal]:
    """Registered employers that may be the one reported: same number first, then like names. A person decides."""
    number = [(report.identifier_scheme, report.identifier_value)] if report.identifier_value else []
    return candidates.proposals(session, [report.employer_name], number, limit=limit)


def possible_verifiers(session: Session, report: Report) -> list[tuple[UUID, str, bool]]:
    """Active verifiers: id, name, and whether they may be the first (not of the reporting organisation)."""
    people = people_with(session, platform.register, rights.REPORT_VERIFY, None)
    return [
        (person.id, person.name, report.organisation_id not in organisations_of(session, person.id))
        for person in sorted(people, key=lambda each: fold(each.name))
        if person.id != report.reporter_id
    ]
