"""The day itself: who came through which door, and what became of each interview."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.toolkit import Actor, GuardFailed, audit, now, require
from plugins.job_fairs import codes, rights
from plugins.job_fairs.models import Fair, Interview, Registration, Scan
from plugins.job_fairs.services.registrations import COUNTED

ENDS = ("done", "seeker_absent", "employer_absent", "cancelled")
OFF = ("seeker_absent", "employer_absent", "cancelled")
"""Where the desk is free again."""


def check_in(
    session: Session,
    actor: Actor,
    fair: Fair,
    typed: str,
    scan_id: UUID,
    door: str,
    at: datetime | None = None,
    *,
    offline: bool = False,
) -> Registration:
    """Let somebody in by code. The same scan again counts once; another door is noted, never refused.

    `at` is the clock of the device, for scans that waited for the network. Raises Denied, GuardFailed.
    """
    require(actor, rights.DAY_WORK, fair.subject())
    found = by_code(session, fair, typed)
    known = session.get(Scan, scan_id)
    if known is not None:
        if known.registration_id != found.id:
            raise GuardFailed("check_in", ["scan_of_another"])
        return found
    session.add(
        Scan(
            id=scan_id,
            registration_id=found.id,
            door=door[:40],
            at=at or now(),
            person_id=actor.person_id,
            offline=offline,
        )
    )
    found.state = "present"
    session.flush()
    audit.record(session, actor, "job_fairs.registration.check_in", found.id)
    return found


@dataclass(frozen=True)
class Waited:
    """A scan that waited on a phone until there was a network; `at` is the phone's clock."""

    id: UUID
    code: str
    door: str
    at: datetime


def take(session: Session, actor: Actor, fair: Fair, waited: Sequence[Waited]) -> dict[UUID, str]:
    """Take in what a phone has kept; gives for each scan "" or why it was not taken. A repeat counts once.

    One wrong code does not hold back the others. Raises Denied.
    """
    require(actor, rights.DAY_WORK, fair.subject())
    told: dict[UUID, str] = {}
    for each in waited:
        try:
            check_in(session, actor, fair, each.code, each.id, each.door, each.at, offline=True)
            told[each.id] = ""
        except GuardFailed as error:
            told[each.id] = error.codes[0]
    return told


def door_codes(session: Session, actor: Actor, fair: Fair) -> list[str]:
    """The codes with which somebody may come in, those of merged registrations too. Raises Denied."""
    require(actor, rights.DAY_WORK, fair.subject())
    rows = select(Registration.code).where(
        Registration.fair_id == fair.id, Registration.state.in_((*COUNTED, "merged"))
    )
    return sorted(session.scalars(rows))


def by_code(session: Session, fair: Fair, typed: str) -> Registration:
    """The registration of a code. Raises GuardFailed: a digit is wrong, or nobody has it here."""
    code = codes.read(typed)
    if not code:
        raise GuardFailed("check_in", ["code_wrong"])
    found = session.scalars(select(Registration).filter_by(fair_id=fair.id, code=code)).first()
    if found is not None and found.merged_into is not None:
        found = session.get(Registration, found.merged_into)
    if found is None:
        raise GuardFailed("check_in", ["code_unknown"])
    if found.state not in COUNTED:
        raise GuardFailed("check_in", ["gone"])
    return found


def mark(session: Session, actor: Actor, fair: Fair, interview_id: UUID, state: str) -> Interview:
    """Say what became of an interview. Raises Denied, GuardFailed."""
    require(actor, rights.DAY_WORK, fair.subject())
    found = session.get(Interview, interview_id)
    standing = found is not None and found.fair_id == fair.id and found.active and found.state != "offered"
    if found is None or not standing or state not in ENDS:
        raise GuardFailed("mark", ["no_such_interview"])
    found.state, found.active = state, state not in OFF
    audit.record(session, actor, f"job_fairs.interview.{state}", found.id)
    return found


@dataclass(frozen=True)
class Counts:
    """Live counts of a day; `twice` lists codes that two doors let in, with the doors."""

    registered: int
    present: int
    interviews: dict[str, int]
    twice: list[tuple[str, list[str]]]


def counts(session: Session, fair: Fair) -> Counts:
    """What the day looks like now."""
    rows_of_people = select(Registration).where(
        Registration.fair_id == fair.id, Registration.state.in_(COUNTED)
    )
    people = list(session.scalars(rows_of_people))
    states = Counter(session.scalars(select(Interview.state).filter_by(fair_id=fair.id)))
    rows = select(Scan).join(Registration).where(Registration.fair_id == fair.id).order_by(Scan.at, Scan.id)
    doors: dict[str, list[str]] = {}
    for scan in session.scalars(rows):
        doors.setdefault(scan.registration.code, []).append(scan.door)
    twice = [(code, seen) for code, seen in doors.items() if len(set(seen)) > 1]
    return Counts(len(people), sum(each.state == "present" for each in people), dict(states), twice)
