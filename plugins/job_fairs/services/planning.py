"""From registrations to a plan, from a plan to appointments that nobody moves by accident."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.toolkit import Actor, GuardFailed, audit, now, require
from plugins.job_fairs import planner, rights
from plugins.job_fairs.lifecycle import FAIR
from plugins.job_fairs.models import Desk, Fair, Interview, PlanVersion, Registration
from plugins.job_fairs.planner import Plan, Problem, Reason, Weights, solver
from plugins.job_fairs.planner.measure import stays
from plugins.job_fairs.services import registrations, weighing

PLANNABLE = ("planning", "published", "running")


@dataclass(frozen=True)
class Setting:
    """A fair as the planner sees it, and who its numbers are."""

    problem: Problem
    people: list[Registration]
    desks: list[list[Desk]]
    employers: list[UUID]


def setting(session: Session, fair: Fair, *, reserve: bool = True) -> Setting:
    """The problem of a fair as it stands; what is published is locked. `reserve` holds desks back for walk-ins."""
    people = [each for each in registrations.of(session, fair) if each.state in registrations.COUNTED]
    there = [each for each in fair.participations if each.state == "accepted"]
    number = {each.id: index for index, each in enumerate(there)}
    persons = {each.id: index for index, each in enumerate(people)}
    booked = [each for each in standing(session, fair) if each.registration_id in persons]
    locked = tuple(
        planner.Interview(persons[each.registration_id], number[each.participation_id], each.slot)
        for each in booked
        if each.participation_id in number
    )
    zones = sorted({each.zone for each in there})
    problem = Problem(
        capacity=_capacity(fair, [each.desks for each in there], locked, fair.reserve if reserve else 0),
        available=tuple(frozenset(range(each.first_slot, each.last_slot + 1)) for each in people),
        wishes=tuple(
            tuple(number[wish.participation_id] for wish in each.wishes if wish.participation_id in number)
            for each in people
        ),
        rest=fair.rest,
        walk=fair.walk,
        zones=tuple(zones.index(each.zone) for each in there),
        locked=locked,
    )
    return Setting(problem, people, [each.desks for each in there], [each.id for each in there])


def _capacity(
    fair: Fair, desks: list[list[Desk]], locked: tuple[planner.Interview, ...], reserve: int
) -> tuple[tuple[int, ...], ...]:
    """Open desks by employer and slot, less the reserve spread over the day, never less than what is locked."""
    used = Counter((each.employer, each.slot) for each in locked)
    rows = []
    for employer, own in enumerate(desks):
        seen, row = 0, []
        for slot in range(fair.slots):
            there = sum(desk.open_in(slot) for desk in own)
            kept = (seen + there) * reserve // 100 - seen * reserve // 100
            seen += there
            row.append(max(there - kept, used[employer, slot]))
        rows.append(tuple(row))
    return tuple(rows)


def standing(session: Session, fair: Fair) -> list[Interview]:
    """The appointments that stand, in the order of the day."""
    rows = select(Interview).filter_by(fair_id=fair.id, active=True)
    return list(session.scalars(rows.order_by(Interview.slot, Interview.participation_id, Interview.id)))


def appointments(session: Session, fair: Fair) -> list[Interview]:
    """What stands and is no offer any more: what papers and screens show."""
    return [each for each in standing(session, fair) if each.state != "offered"]


def make(
    session: Session, actor: Actor, fair: Fair, choice: str, engine: str = "1", own: Weights | None = None
) -> PlanVersion:
    """Make a new version of the plan by what shall count, or by weights of one's own; nothing is published by it.

    Raises Denied, GuardFailed.
    """
    require(actor, rights.FAIR_MANAGE, fair.subject())
    if fair.state not in PLANNABLE:
        raise GuardFailed("plan", ["not_plannable"])
    seen = setting(session, fair)
    choice, weights = (weighing.OWN, own) if own else (choice, weighing.CHOICES[choice])
    try:
        made = solver.plan(seen.problem, weights) if engine == "2" else planner.plan(seen.problem, weights)
    except solver.NoSolver as error:
        raise GuardFailed("plan", ["no_solver"]) from error
    if wrong := planner.faults(seen.problem, made):
        raise AssertionError(f"the planner made a plan with faults: {wrong[:3]}")
    last = session.scalar(select(func.max(PlanVersion.number)).filter_by(fair_id=fair.id)) or 0
    version = PlanVersion(
        fair_id=fair.id, number=last + 1, engine=engine, person_id=actor.person_id,
        weights=weighing.stored(choice, weights),
        content=with_desks(seen, made, standing(session, fair)), result=result(seen, made, own),
    )  # fmt: skip
    session.add(version)
    session.flush()
    audit.record(session, actor, "job_fairs.plan.make", version.id)
    return version


def with_desks(seen: Setting, made: Plan, booked: list[Interview]) -> list[list[Any]]:
    """The plan with a desk for each interview: locked ones keep theirs."""
    keeps = {(each.registration_id, each.slot): each.desk_id for each in booked}
    taken = {(each.desk_id, each.slot) for each in booked}
    rows = []
    for person, employer, slot in made.interviews:
        registration = seen.people[person].id
        desk = keeps.get((registration, slot)) or next(
            each.id for each in seen.desks[employer] if each.open_in(slot) and (each.id, slot) not in taken
        )
        taken.add((desk, slot))
        rows.append([str(registration), str(desk), slot])
    return rows


def result(seen: Setting, made: Plan, own: Weights | None = None) -> dict[str, Any]:
    """The numbers that stand beside a plan: how good, for whom, and why the rest failed."""
    bound = _bound(seen.problem)
    whole = planner.measure(seen.problem, made)
    why = planner.reasons(seen.problem, made)
    sexes = [each.sex for each in seen.people]
    groups = [("sex", planner.by_group(seen.problem, made, sexes))]
    groups.append(("stay", planner.by_group(seen.problem, made, stays(seen.problem))))
    return {
        "interviews": whole.interviews, "bound": int(bound.value), "bound_source": bound.source,
        "served": whole.served, "hopeful": whole.hopeful, "people": len(seen.people),
        "first_met": whole.first_met, "firsts": whole.firsts, "wishes": whole.wishes,
        "reasons": {each.value: count for each, count in Counter(why.values()).items()},
        "unmet": [[str(seen.people[s].id), str(seen.employers[e]), each.value] for (s, e), each in why.items()],
        "groups": [
            {
                "kind": kind, "group": each.group, "people": each.people, "served": each.measure.served,
                "first_met": each.measure.first_met, "each": round(each.each, 2),
            }
            for kind, found in groups for each in found
        ],
        "weighings": weighing.table(seen.problem, sexes, own),
    }  # fmt: skip


def _bound(problem: Problem) -> planner.Bound:
    """The best bound that is to be had here."""
    try:
        return solver.lp_bound(problem)
    except solver.NoSolver:
        return planner.flow_bound(problem)


def versions(session: Session, fair: Fair) -> list[PlanVersion]:
    """The versions of the plan, newest first."""
    rows = select(PlanVersion).filter_by(fair_id=fair.id)
    return list(session.scalars(rows.order_by(PlanVersion.number.desc())))


def publish(session: Session, actor: Actor, fair: Fair, version: PlanVersion, *, revision: int) -> int:
    """Freeze a version and make its appointments; those that stand never move. Gives how many are new.

    Raises Denied, Conflict, GuardFailed when people, desks or appointments have changed since it was made.
    """
    require(actor, rights.FAIR_MANAGE, fair.subject())
    if version.published_at is not None:
        raise GuardFailed("publish", ["published_already"])
    booked = {(str(e.registration_id), str(e.desk_id), e.slot) for e in standing(session, fair)}
    if _stale(session, fair, version, booked):
        raise GuardFailed("publish", ["plan_stale"])
    if fair.state == "planning":
        FAIR.move(session, actor, fair, "publish", revision=revision)
    new = [row for row in version.content if tuple(row) not in booked]
    session.add_all(appointment(session, fair, version.number, *row) for row in new)
    version.published_at = now()
    settle(session)
    audit.record(session, actor, "job_fairs.plan.publish", version.id)
    return len(new)


def check(session: Session, actor: Actor, fair: Fair, version: PlanVersion) -> list[str]:
    """What is wrong with a version as things stand now, in codes of the checker; empty if nothing. Raises Denied."""
    require(actor, rights.FAIR_VIEW, fair.subject())
    booked = {(str(e.registration_id), str(e.desk_id), e.slot) for e in standing(session, fair)}
    return _faults(session, fair, version, booked)


def _stale(session: Session, fair: Fair, version: PlanVersion, booked: set[tuple[str, str, int]]) -> bool:
    return bool(_faults(session, fair, version, booked))


def _faults(
    session: Session, fair: Fair, version: PlanVersion, booked: set[tuple[str, str, int]]
) -> list[str]:
    seen = setting(session, fair)
    person = {str(each.id): index for index, each in enumerate(seen.people)}
    desk = {str(d.id): index for index, own in enumerate(seen.desks) for d in own}
    if not booked <= {(row[0], row[1], row[2]) for row in version.content}:
        return ["appointments were made since"]
    if any(row[0] not in person or row[1] not in desk for row in version.content):
        return ["people or desks are gone since"]
    made = Plan.of([planner.Interview(person[r], desk[d], slot) for r, d, slot in version.content])
    return planner.faults(seen.problem, made)


def appointment(
    session: Session, fair: Fair, version: int, registration: str, desk: str, slot: int,
    *, state: str = "published", ends: datetime | None = None,
) -> Interview:  # fmt: skip
    """A row of a plan as an appointment, or as an offer that ends."""
    own = session.get_one(Desk, UUID(desk))
    return Interview(
        fair_id=fair.id, version=version, desk_id=own.id, participation_id=own.participation_id,
        registration_id=UUID(registration), slot=slot, state=state, expires_at=ends,
    )  # fmt: skip


def settle(session: Session) -> None:
    """Write the appointments; the unique keys decide. Raises GuardFailed when a place is taken."""
    try:
        session.flush()
    except IntegrityError as error:
        raise GuardFailed("book", ["taken"]) from error


def book(
    session: Session, actor: Actor, fair: Fair, registration: Registration, desk: Desk, slot: int
) -> Interview:
    """Give somebody a free desk by hand, such as a walk-in. Raises Denied, GuardFailed when it is taken."""
    require(actor, rights.DAY_WORK, fair.subject())
    if registration.fair_id != fair.id or desk.participation.fair_id != fair.id or not desk.open_in(slot):
        raise GuardFailed("book", ["no_such_desk"])
    made = Interview(
        fair_id=fair.id, desk_id=desk.id, participation_id=desk.participation_id,
        registration_id=registration.id, slot=slot,
    )  # fmt: skip
    session.add(made)
    settle(session)
    audit.record(session, actor, "job_fairs.interview.book", made.id)
    return made


def call_off(session: Session, actor: Actor, fair: Fair, interview_id: UUID) -> Interview:
    """Take an appointment away by hand, such as to move somebody. Raises Denied, GuardFailed."""
    require(actor, rights.DAY_WORK, fair.subject())
    found = session.get(Interview, interview_id)
    if found is None or found.fair_id != fair.id or not found.active or found.state == "done":
        raise GuardFailed("call_off", ["no_such_interview"])
    found.state, found.active = "cancelled", False
    audit.record(session, actor, "job_fairs.interview.cancelled", found.id)
    return found


def free_for(session: Session, fair: Fair, registration: Registration) -> list[tuple[Desk, int]]:
    """What else is free for a person, the reserve included: for each employer the first desk that fits."""
    seen = setting(session, fair, reserve=False)
    person = next((n for n, each in enumerate(seen.people) if each.id == registration.id), None)
    if person is None:
        return []
    taken = {(each.desk_id, each.slot) for each in standing(session, fair)}
    found = []
    for _, employer, slot in planner.free_desks(seen.problem, Plan(seen.problem.locked), person):
        own = (each for each in seen.desks[employer] if each.open_in(slot) and (each.id, slot) not in taken)
        found += [(desk, slot) for desk in own][:1]
    return found


def also_free(session: Session, fair: Fair) -> dict[UUID, list[tuple[str, int]]]:
    """For each person the employers, wished or not, who have a free desk that fits, with the first such slot."""
    seen = setting(session, fair)
    names = {each.id: each.name for each in fair.participations}
    made = Plan(seen.problem.locked)
    return {
        each.id: [
            (names[seen.employers[employer]], slot)
            for _, employer, slot in planner.free_desks(seen.problem, made, person)
        ]
        for person, each in enumerate(seen.people)
    }


def unmet(version: PlanVersion) -> dict[str, list[tuple[str, Reason]]]:
    """The wishes not met, by registration: employer and reason."""
    made: dict[str, list[tuple[str, Reason]]] = {}
    for registration, employer, reason in version.result.get("unmet", ()):
        made.setdefault(registration, []).append((employer, Reason(reason)))
    return made
