"""Employers apply by a link, are vetted by a person, and get a booth and desks."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.toolkit import Actor, Denied, GuardFailed, Subject, audit, platform, require
from plugins.job_fairs import rights
from plugins.job_fairs.lifecycle import PARTICIPATION, VACANCY
from plugins.job_fairs.models import Desk, Fair, Interview, Participation, Vacancy

SCHEME = "kg-inn"


class Stopped(Exception):
    """A published entry stands against the employer; `entries` say what everybody may read."""

    def __init__(self, entries: list[dict[str, Any]]) -> None:
        """Keep what the page shows."""
        super().__init__("published entry")
        self.entries = entries


@dataclass(frozen=True)
class Opening:
    """A vacancy as the employer gives it; wages in KGS a month."""

    title: str
    isco08: str
    openings: int = 1
    wage_min: int | None = None
    wage_max: int | None = None
    contract: bool = False
    abroad: bool = False
    licence: str = ""
    schedule: str = "day"
    valid_through: date | None = None
    soate: str = ""


@dataclass(frozen=True)
class Application:
    """What an employer tells when it applies."""

    name: str
    inn: str
    desks: int = 1
    needs: str = ""
    openings: list[Opening] = field(default_factory=list)


def apply(session: Session, actor: Actor, fair: Fair, told: Application) -> Participation:
    """Apply, without an account. Raises Stopped for a published entry, GuardFailed for a second application."""
    if fair.state not in ("announced", "open"):
        raise GuardFailed("apply", ["applications_closed"])
    entries = _standing(session, told)
    if stopping := [each for each in entries if each["match"] == "number"]:
        raise Stopped(stopping)
    if session.scalars(select(Participation).filter_by(fair_id=fair.id, inn=told.inn)).first():
        raise GuardFailed("apply", ["applied_already"])
    made = Participation(
        fair=fair, name=told.name, inn=told.inn, needs=told.needs, desks_wanted=told.desks, standing=entries
    )
    made.vacancies = [Vacancy(**asdict(each)) for each in told.openings]
    session.add(made)
    session.flush()
    audit.record(session, actor, "job_fairs.participation.apply", made.id)
    return made


def _standing(session: Session, told: Application) -> list[dict[str, Any]]:
    found = platform.plugins.employer_standing(
        session, scheme=SCHEME, number=told.inn, name=told.name, country="KG"
    )
    return [asdict(each) | {"since": each.since.isoformat()} for each in found]


def find(
    session: Session, actor: Actor, participation_id: UUID, permission: str = rights.FAIR_MANAGE
) -> Participation:
    """The employer at a fair, for somebody who may. Raises Denied."""
    found = session.get(Participation, participation_id)
    if found is None:
        raise Denied(permission, Subject(object_id=participation_id))
    require(actor, permission, found.subject())
    return found


def accept(
    session: Session, actor: Actor, employer: Participation, *, revision: int, zone: str, booth: str, desks: int,
    lunch: int | None = None, vacancies: Collection[UUID] = (),
) -> None:  # fmt: skip
    """Give a booth and desks, open all day but for the slot `lunch`; its accepted vacancies are shown from now on.

    `vacancies`: those that the person has read and accepts with it. Work abroad is never among them: `vet` is for it.
    Raises Denied, Conflict, GuardFailed.
    """
    taken = select(Participation).filter_by(fair_id=employer.fair_id, booth=booth)
    if booth and session.scalars(taken.where(Participation.id != employer.id)).first():
        raise GuardFailed("accept", ["booth_taken"])
    for each in (one for one in employer.vacancies if one.id in vacancies and one.state == "proposed"):
        VACANCY.move(session, actor, each, "accept", revision=each.revision)
    PARTICIPATION.move(session, actor, employer, "accept", revision=revision)
    employer.zone, employer.booth = zone, booth
    last = employer.fair.slots - 1
    employer.desks = [
        # Colleagues eat one after the other, so that somebody is always there.
        Desk(number=number + 1, first_slot=0, last_slot=last, lunch=None if lunch is None else lunch + number)
        for number in range(desks)
    ]


def proposed(employer: Participation) -> list[UUID]:
    """The vacancies that may be accepted together with their employer."""
    return [each.id for each in employer.vacancies if each.state == "proposed" and not each.abroad]


def reject(session: Session, actor: Actor, employer: Participation, *, revision: int, reason: str) -> None:
    """Say no, with the reason. Raises Denied, Conflict, GuardFailed."""
    PARTICIPATION.move(session, actor, employer, "reject", revision=revision, reason=reason)


def absent(session: Session, actor: Actor, employer: Participation, *, revision: int) -> None:
    """It did not come: its interviews are off, and the people are free for others."""
    PARTICIPATION.move(session, actor, employer, "absent", revision=revision)
    rows = select(Interview).filter_by(participation_id=employer.id, active=True)
    for each in session.scalars(rows):
        each.active, each.state = False, "employer_absent"
