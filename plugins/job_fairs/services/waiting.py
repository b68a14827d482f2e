"""The waiting list: a desk that has become free is offered to whoever still wishes it; an offer ends by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.toolkit import Actor, Database, GuardFailed, audit, now, require
from plugins.job_fairs import rights
from plugins.job_fairs.models import Fair, Interview, Participation, Registration
from plugins.job_fairs.planner.engine import fill_only
from plugins.job_fairs.planner.model import Problem
from plugins.job_fairs.services import planning
from plugins.job_fairs.services.planning import Setting

OFFERABLE = ("published", "running")
HOURS = (2, 12, 24, 48)
"""How long an offer may hold a desk."""

ENDED = ("declined", "expired")


@dataclass(frozen=True)
class Waiting:
    """A person and the employers whom they still wish to meet."""

    registration: Registration
    wishes: tuple[Participation, ...]


def people(session: Session, fair: Fair) -> list[Waiting]:
    """Who waits for what: those without any interview first, then in the order in which they came."""
    seen = planning.setting(session, fair)
    booked = {(each.registration_id, each.participation_id) for each in planning.standing(session, fair)}
    served = {registration for registration, _ in booked}
    there = {each.id: each for each in fair.participations if each.state == "accepted"}
    made = [
        Waiting(
            each,
            tuple(
                there[wish.participation_id]
                for wish in each.wishes
                if wish.participation_id in there and (each.id, wish.participation_id) not in booked
            ),
        )
        for each in seen.people
    ]
    return sorted((each for each in made if each.wishes), key=lambda each: each.registration.id in served)


def offers(session: Session, fair: Fair) -> list[Interview]:
    """The offers that stand, the one that ends first at the top."""
    rows = select(Interview).filter_by(fair_id=fair.id, active=True, state="offered")
    return list(session.scalars(rows.order_by(Interview.expires_at, Interview.id)))


def offer(session: Session, actor: Actor, fair: Fair, hours: int) -> int:
    """Offer all free desks to whom they fit, for so many hours, at most until the fair begins. Gives how many.

    Nobody is offered again what they declined or let go. Raises Denied, GuardFailed.
    """
    require(actor, rights.FAIR_MANAGE, fair.subject())
    if fair.state not in OFFERABLE:
        raise GuardFailed("offer", ["not_published"])
    ends = now() + timedelta(hours=hours)
    if fair.state == "published":
        ends = min(ends, fair.starts)
    if ends <= now():
        raise GuardFailed("offer", ["too_late"])
    end_over(session, fair)
    seen = planning.setting(session, fair)
    made = fill_only(_without(session, fair, seen), seen.problem.locked)
    rows = planning.with_desks(seen, made, planning.standing(session, fair))
    standing = {(each.registration_id, each.slot) for each in planning.standing(session, fair)}
    new = [row for row in rows if (UUID(row[0]), row[2]) not in standing]
    session.add_all(planning.appointment(session, fair, 0, *row, state="offered", ends=ends) for row in new)
    planning.settle(session)
    audit.record(session, actor, "job_fairs.fair.offer", fair.id, (f"offers={len(new)}",))
    return len(new)


def _without(session: Session, fair: Fair, seen: Setting) -> Problem:
    """The problem without the wishes whose offer has ended, and without what lies behind us."""
    rows = select(Interview.registration_id, Interview.participation_id).where(
        Interview.fair_id == fair.id, Interview.state.in_(ENDED)
    )
    over = {(registration, employer) for registration, employer in session.execute(rows)}
    locked = {(each.person, each.employer) for each in seen.problem.locked}
    wishes = tuple(
        tuple(e for e in own if (s, e) in locked or (seen.people[s].id, seen.employers[e]) not in over)
        for s, own in enumerate(seen.problem.wishes)
    )
    first = _first_slot(fair, now())
    available = tuple(frozenset(slot for slot in own if slot >= first) for own in seen.problem.available)
    return replace(seen.problem, wishes=wishes, available=available)


def _first_slot(fair: Fair, at: datetime) -> int:
    return next((slot for slot in range(fair.slots) if fair.begins(slot) > at), fair.slots)


def answer(session: Session, actor: Actor, fair: Fair, interview_id: UUID, *, yes: bool) -> Interview:
    """The person said yes: the offer is an appointment now. Or no: the desk is free. Raises Denied, GuardFailed."""
    require(actor, rights.SEEKER_REGISTER, fair.subject())
    found = session.get(Interview, interview_id)
    if found is None or found.fair_id != fair.id or not found.active or found.state != "offered":
        raise GuardFailed("answer", ["offer_over"])
    if yes and found.expires_at is not None and found.expires_at < now():
        raise GuardFailed("answer", ["offer_over"])
    found.state, found.active, found.expires_at = (
        ("published", True, None) if yes else ("declined", False, None)
    )
    audit.record(session, actor, f"job_fairs.interview.{'accept' if yes else 'decline'}", found.id)
    return found


def end_over(session: Session, fair: Fair | None = None) -> int:
    """End the offers whose time is over; gives how many."""
    rows = select(Interview).where(
        Interview.active, Interview.state == "offered", Interview.expires_at < now()
    )
    if fair is not None:
        rows = rows.where(Interview.fair_id == fair.id)
    over = session.scalars(rows).all()
    for each in over:
        each.active, each.state = False, "expired"
    session.flush()
    return len(over)


def end_all(database: Database, _payloads: Sequence[Mapping[str, Any]] = ()) -> None:
    """The job: end what is over at all fairs."""
    with database.transaction() as session:
        end_over(session)
