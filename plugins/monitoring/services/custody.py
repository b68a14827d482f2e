"""The custodian: nobody opens a sealed contact alone. One person asks and says why, another one agrees.

A permission lets two people, who asked and who agreed, open that one contact for a day. The reason may itself tell of
somebody, so it is sealed (the server reads it for the two), and the audit holds ids alone: of the request, and of both.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.toolkit import (
    Actor,
    Denied,
    GuardFailed,
    Subject,
    audit,
    mark,
    now,
    people_with,
    platform,
    require,
    vault,
    visible,
)
from plugins.monitoring import rights
from plugins.monitoring.models import IdentityRequest, Report
from plugins.monitoring.services.notices import tell

LASTS = timedelta(hours=24)
PATIENCE = timedelta(days=14)
"""A request that nobody has decided by then does not wait any longer."""

TABLE = "monitoring_identity_request"
ASKED = mark("Somebody asks to open a sealed contact of the report %(reference)s")
GRANTED = mark("You may open the sealed contact of the report %(reference)s for a day")
REFUSED = mark("The sealed contact of the report %(reference)s stays closed")


def ask(session: Session, actor: Actor, report: Report, source_id: UUID, reason: str) -> IdentityRequest:
    """Ask the custodian to let a contact be opened. Raises Denied or GuardFailed.

    Asking twice leaves one request, with the later reason.
    """
    require(actor, rights.IDENTITY_READ, report.subject())
    keepers = _custodians(session, report, actor)
    missing = {"reason_missing": not reason.strip(), "no_custodian": not keepers}
    if any(missing.values()):
        raise GuardFailed("ask", [code for code, lacking in missing.items() if lacking])
    waits = (each for each in of_source(session, source_id) if is_waiting(each))
    made = next((each for each in waits if each.asked_by == actor.person_id), None)
    if made is None:
        made = IdentityRequest(report_id=report.id, source_id=source_id, asked_by=actor.person_id)
        session.add(made)
        session.flush()
        tell(session, report, keepers, ASKED)
    vault.seal_internal(session, place(report, made.id), {"reason": reason.strip()})
    audit.record(session, actor, "monitoring.identity.ask", made.id)
    return made


def _custodians(session: Session, report: Report, actor: Actor) -> list[UUID]:
    people = people_with(session, platform.register, rights.IDENTITY_GRANT, report.subject())
    return [person.id for person in people if person.id != actor.person_id]


def place(report: Report, request_id: UUID) -> vault.Place:
    """Where the reason of a request is sealed."""
    return vault.Place(TABLE, request_id, report.organisation_id)


def reason(session: Session, report: Report, request: IdentityRequest) -> str:
    """Why somebody asks, for those who may know; "" once it was erased. Raises vault.Damaged."""
    return vault.open_internal(session, place(report, request.id)).get("reason", "")


def of_source(session: Session, source_id: UUID) -> Sequence[IdentityRequest]:
    """The requests about a source, newest first."""
    rows = select(IdentityRequest).where(IdentityRequest.source_id == source_id)
    return session.scalars(rows.order_by(IdentityRequest.id.desc())).all()


def is_waiting(request: IdentityRequest) -> bool:
    """Whether it still waits for a custodian."""
    return request.state == "waiting" and request.asked_at > now() - PATIENCE


def waiting(session: Session, actor: Actor) -> Sequence[tuple[IdentityRequest, Report]]:
    """What waits for this custodian, oldest first; own requests are for another one."""
    mine = visible(actor, rights.IDENTITY_GRANT, organisation=Report.organisation_id)
    rows = (
        select(IdentityRequest, Report)
        .join(Report, Report.id == IdentityRequest.report_id)
        .where(mine, IdentityRequest.state == "waiting", IdentityRequest.asked_at > now() - PATIENCE)
        .where(IdentityRequest.asked_by != actor.person_id)
        .order_by(IdentityRequest.id)
    )
    return [(request, report) for request, report in session.execute(rows)]


def decide(session: Session, actor: Actor, report: Report, request_id: UUID, *, grant: bool) -> None:
    """Agree, for a day, or refuse. Raises Denied or GuardFailed; nobody decides on their own request."""
    require(actor, rights.IDENTITY_GRANT, report.subject())
    found = session.get(IdentityRequest, request_id, with_for_update={"of": IdentityRequest})
    if found is None or found.report_id != report.id:
        raise Denied(rights.IDENTITY_GRANT, Subject(object_id=request_id))
    wrong = {"own_request": found.asked_by == actor.person_id, "request_decided": not is_waiting(found)}
    if any(wrong.values()):
        raise GuardFailed("decide", [code for code, holds in wrong.items() if holds])
    found.state = "granted" if grant else "refused"
    found.decided_by, found.decided_at = actor.person_id, now()
    found.until = now() + LASTS if grant else None
    audit.record(session, actor, f"monitoring.identity.{'grant' if grant else 'refuse'}", found.id)
    if found.asked_by:
        tell(session, report, [found.asked_by], GRANTED if grant else REFUSED)


def standing(session: Session, actor: Actor, source_id: UUID) -> IdentityRequest | None:
    """The permission under which `actor` may open this contact now, if there is one."""
    return next((each for each in of_source(session, source_id) if each.open_for(actor.person_id)), None)


def note_opening(session: Session, actor: Actor, source_id: UUID) -> None:
    """Write down under which permission a contact is opened. Raises GuardFailed without one."""
    found = standing(session, actor, source_id)
    if found is None:
        raise GuardFailed("open", ["not_granted"])
    audit.record(session, actor, "monitoring.identity.open", found.id)


def close_all(session: Session, actor: Actor, report: Report, source_id: UUID) -> None:
    """The contact is gone: nothing is asked about it any more, and the reasons go with it."""
    for each in of_source(session, source_id):
        vault.erase(session, actor, place(report, each.id))
        each.until = None
        each.state = "refused" if each.state == "waiting" else each.state
