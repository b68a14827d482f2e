"""An invented fair of an invented council, half-way: employers vetted, people registered, a plan published."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.toolkit import Actor, Passage, SampleCast, actor_of, new_id, now
from plugins.job_fairs import waves
from plugins.job_fairs.models import Fair, Participation, Vacancy
from plugins.job_fairs.services import day, employers, fairs, outcomes, planning, registrations
from plugins.job_fairs.services.employers import Application, Opening
from plugins.job_fairs.services.fairs import Facts
from plugins.job_fairs.services.registrations import Person
from plugins.job_fairs.waves import Told

EMPLOYERS = (
    ("ОсОО «Придуманная игла»", "01234567890123", Opening("Швея", "8153", 12, 25000, 40000, contract=True)),
    ("ОсОО «Мнимый мост»", "01234567890124", Opening("Каменщик", "7112", 6, 35000, 50000, contract=True)),
    ("Столовая «Выдуманный казан»", "01234567890125", Opening("Повар", "5120", 3, 22000, 30000)),
    ("ОсОО «Примерный путь»", "01234567890126", Opening("Водитель грузовика", "8332", 4, 30000, 45000)),
)
PEOPLE, PAST_PEOPLE = 24, 60


def add(session: Session, cast: SampleCast) -> None:
    """Make three fairs: one with a published plan, one that is announced, and one that is reported."""
    council = actor_of(session, cast.people["council"])
    first = _fair(session, council, cast.organisations["osh"], 21, "Ярмарка вакансий в Оше (пример)")
    _take(session, council, first)
    second = _fair(session, council, cast.organisations["osh"], 60, "Ярмарка вакансий в Узгене (пример)")
    fairs.move(session, council, second, "announce", revision=second.revision)
    _apply(session, second, *EMPLOYERS[0])
    third = _fair(
        session, council, cast.organisations["osh"], -130, "Весенняя ярмарка вакансий в Оше (пример)"
    )
    _past(session, council, third)


def _past(session: Session, council: Actor, fair: Fair) -> None:
    """A fair of last season to its end: who came, what became of them, and the report."""
    _take(session, council, fair, PAST_PEOPLE)
    fairs.move(session, council, fair, "start", revision=fair.revision)
    for number, each in enumerate(registrations.of(session, fair)):
        if number % 6:
            day.check_in(session, council, fair, each.code, new_id(), "", fair.starts)
    for interview in planning.appointments(session, fair):
        end = "done" if interview.registration.state == "present" else "seeker_absent"
        day.mark(session, council, fair, interview.id, end)
    fairs.move(session, council, fair, "close", revision=fair.revision)
    for wave in waves.WAVES:
        _ask(session, council, fair, wave)
    fairs.move(session, council, fair, "report", revision=fair.revision)


def _ask(session: Session, council: Actor, fair: Fair, wave: str) -> None:
    answers = ("hired", "no", "second", "hired", "not_reached", "no", "hired")
    told = {}
    for number, each in enumerate(outcomes.came(session, fair)):
        status = answers[(number + len(wave)) % len(answers)]
        told[each.id] = (Told(status, "seeker", 1, "yes" if number % 2 else "no", "20to35"), 0)
    outcomes.note(session, council, fair, wave, told)


def _fair(session: Session, council: Actor, organisation_id: UUID, days: int, title: str) -> Fair:
    starts = (now() + timedelta(days=days)).replace(hour=4, minute=0, second=0, microsecond=0)
    names = {
        "ru": title,
        "ky": title.replace("Ярмарка вакансий в", "Жумуш жарманкеси:").replace("пример", "үлгү"),
    }
    facts = Facts("KG-O", names, "Дом культуры, ул. Примерная, 1", "+996 3222 0 00 00", starts, slots=16)
    return fairs.propose(session, council, organisation_id, facts)


def _take(session: Session, council: Actor, fair: Fair, people: int = PEOPLE) -> None:
    fairs.move(session, council, fair, "announce", revision=fair.revision)
    there = [_apply(session, fair, *each) for each in EMPLOYERS]
    for number, each in enumerate(there[:3]):
        employers.accept(
            session, council, each, revision=each.revision, zone="AB"[number % 2], booth=f"{'AB'[number % 2]}{number}",
            desks=2, lunch=6, vacancies=employers.proposed(each),
        )  # fmt: skip
    fairs.move(session, council, fair, "open", revision=fair.revision)
    for number in range(people):
        first, channel = number % 9, registrations.CHANNELS[number % 4]
        wishes = [there[(number + step) % 3].id for step in range(1 + number % 3)]
        person = Person(channel, first, min(15, first + 6), "12"[number % 2], 1970 + number % 36, "ru")
        registrations.register(session, council, fair, new_id(), person, wishes, consent=True)
    fairs.move(session, council, fair, "plan", revision=fair.revision)
    version = planning.make(session, council, fair, "balanced")
    planning.publish(session, council, fair, version, revision=fair.revision)


def _apply(session: Session, fair: Fair, name: str, inn: str, opening: Opening) -> Participation:
    return employers.apply(session, Actor(), fair, Application(name, inn, 2, "", [opening]))


def remove(session: Session, organisation_ids: Sequence[UUID]) -> None:
    """Remove the fairs of these organisations and all that hangs on them."""
    ids = select(Fair.id).where(Fair.organisation_id.in_(organisation_ids))
    there = select(Participation.id).where(Participation.fair_id.in_(ids))
    offered = select(Vacancy.id).where(Vacancy.participation_id.in_(there))
    for each in (ids, there, offered):
        session.execute(delete(Passage).where(Passage.object_id.in_(each)))
    session.execute(delete(Fair).where(Fair.id.in_(ids)))
