"""What became of people: one grid a wave, filled in by telephone, and what is still missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.toolkit import Actor, GuardFailed, audit, now, require
from plugins.job_fairs import rights, waves
from plugins.job_fairs.lifecycle import AFTER
from plugins.job_fairs.models import Fair, Interview, Outcome, Registration
from plugins.job_fairs.services.contacts import day_of
from plugins.job_fairs.waves import Told

ASKABLE = ("running", *AFTER)
PAGE = 40


@dataclass(frozen=True)
class Row:
    """One person of a wave; `met` names the employers with whom an interview took place."""

    registration: Registration
    told: Told
    revision: int
    met: tuple[str, ...]


def due(fair: Fair, wave: str) -> date:
    """From which day the wave can be asked."""
    return waves.due(day_of(fair.ends if wave != "day" else fair.starts), wave)


def open_now(fair: Fair, wave: str) -> bool:
    """Whether answers of that wave may be entered: the fair has begun, and the wave's day has come."""
    return fair.state in ASKABLE and due(fair, wave) <= day_of(now())


def came(session: Session, fair: Fair) -> list[Registration]:
    """Whoever was let in, by code: they are asked."""
    rows = select(Registration).filter_by(fair_id=fair.id, state="present").order_by(Registration.code)
    return list(session.scalars(rows))


def rows(
    session: Session, fair: Fair, wave: str, *, after: str = "", missing: bool = False
) -> tuple[list[Row], str]:
    """The next people of a wave after that code, and the code behind which there are more ("" at the end)."""
    known = _known(session, fair, wave)
    met = _met(session, fair)
    people = [each for each in came(session, fair) if each.code > after]
    if missing:
        people = [
            each for each in people if each.id not in known or known[each.id].status not in waves.REACHED
        ]
    found = [_row(each, known.get(each.id), met.get(each.id, [])) for each in people[:PAGE]]
    return found, people[PAGE - 1].code if len(people) > PAGE else ""


def _row(registration: Registration, found: Outcome | None, met: Sequence[str]) -> Row:
    if found is None:
        return Row(registration, Told("unknown"), 0, tuple(met))
    told = Told(found.status, found.source, found.attempts, found.contract, found.wage)
    return Row(registration, told, found.revision, tuple(met))


def _known(session: Session, fair: Fair, wave: str, *, lock: bool = False) -> dict[UUID, Outcome]:
    """The answers of a wave; locked, where the database can, for whoever writes: two for one person wait in turn."""
    found = select(Outcome).join(Registration).where(Registration.fair_id == fair.id, Outcome.wave == wave)
    rows = session.scalars(found.with_for_update(of=Outcome) if lock else found)
    return {each.registration_id: each for each in rows}


def _met(session: Session, fair: Fair) -> dict[UUID, list[str]]:
    made: dict[UUID, list[str]] = {}
    for each in session.scalars(select(Interview).filter_by(fair_id=fair.id, state="done")):
        made.setdefault(each.registration_id, []).append(each.participation.name)
    return made


def note(session: Session, actor: Actor, fair: Fair, wave: str, told: Mapping[UUID, tuple[Told, int]]) -> int:
    """Keep what was learned of these people, all of it or nothing; gives how many rows changed.

    Each answer comes with the revision that it was typed over. Raises Denied; GuardFailed when the wave is not due,
    or somebody else has changed a row meanwhile.
    """
    require(actor, rights.OUTCOME_ENTER, fair.subject())
    if not open_now(fair, wave):
        raise GuardFailed("note", ["wave_not_due"])
    known, people = _known(session, fair, wave, lock=True), {each.id for each in came(session, fair)}
    changed = 0
    for registration_id, (typed, revision) in told.items():
        if registration_id not in people:
            raise GuardFailed("note", ["not_present"])
        changed += _keep(session, actor, wave, registration_id, known.get(registration_id), typed, revision)
    if changed:
        # Values stay out of the audit; a wave and a number are none.
        audit.record(session, actor, "job_fairs.fair.note_outcomes", fair.id, (f"{wave}={changed}",))
    return changed


def _keep(
    session: Session, actor: Actor, wave: str, registration_id: UUID, found: Outcome | None, typed: Told,
    revision: int,
) -> bool:  # fmt: skip
    wanted = typed.settled()
    if found is None and wanted == Told("unknown"):
        return False
    if found is not None and wanted == Told(
        found.status, found.source, found.attempts, found.contract, found.wage
    ):
        return False
    if revision != (found.revision if found else 0):
        raise GuardFailed("note", ["outcome_changed"])
    mine = found or Outcome(registration_id=registration_id, wave=wave, revision=0)
    for name in Told.__dataclass_fields__:
        setattr(mine, name, getattr(wanted, name))
    mine.revision, mine.noted_at, mine.person_id = mine.revision + 1, now(), actor.person_id
    session.add(mine)
    try:
        session.flush()
    except IntegrityError as error:
        raise GuardFailed("note", ["outcome_changed"]) from error
    return True


def missing(session: Session, fair: Fair) -> dict[str, int]:
    """How many who came were never asked, by wave: a fair is reported when these are all zero."""
    people = {each.id for each in came(session, fair)}
    made = {}
    for wave in waves.WAVES:
        known = _known(session, fair, wave)
        made[wave] = sum(each not in known or known[each].status == "unknown" for each in people)
    return made
