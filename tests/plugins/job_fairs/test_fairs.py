"""A fair in Batken through its services: five channels, vetting, plan, day, paper; and eight who book at once."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pypdf
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import testing
from core.audit import AuditEntry
from core.contract import Standing
from core.permissions import Denied
from core.platform import EXTENSION
from core.testing import Town
from core.toolkit import Actor, Conflict, GuardFailed, now
from plugins.job_fairs.models import Desk, Fair, Interview, Registration, Scan, Vacancy
from plugins.job_fairs.planner import Reason
from plugins.job_fairs.services import day, employers, fairs, planning, registrations, vacancies
from plugins.job_fairs.services.employers import Application, Opening, Stopped
from plugins.job_fairs.services.registrations import Person
from plugins.job_fairs.services.vacancies import Wanted

PEOPLE = 60


class World:
    """A council with a fair, and a second council that must see nothing of it."""

    def __init__(self, app: Flask) -> None:
        self.app, self.site = app, app.extensions[EXTENSION]
        self.town = Town(self.site)
        self.council = self.town.organisation("Совет Баткена", "regional_council")
        other = self.town.organisation("Совет Оша", "regional_council")
        self.organiser = self._actor("organiser", self.council, "job_fairs.organiser")
        self.helper = self._actor("helper", self.council, "job_fairs.helper")
        self.stranger = self._actor("stranger", other, "job_fairs.organiser")
        self.fair_id = UUID(int=0)

    def _actor(self, name: str, organisation: UUID, role: str) -> Actor:
        return self.town.actor(self.town.person(f"{name}@example.org", organisation, role))

    def fair(self, session: Session) -> Fair:
        return session.get_one(Fair, self.fair_id)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    app = testing.make_app(tmp_path_factory.mktemp("fair") / "instance")
    made = World(app)
    with app.app_context():
        _prepare(made)
        yield made
    made.site.database.close()


def _prepare(world: World) -> None:
    """The fair as far as a published plan; its steps are asserted on the way."""
    with world.site.database.transaction() as session:
        starts = (now() + timedelta(days=30)).replace(hour=4, minute=0)
        title = {"ru": "Ярмарка вакансий в Баткене", "ky": "Баткендеги жумуш жарманкеси"}
        facts = fairs.Facts(
            "KG-B", title, "Дом культуры", "+996 3622 00000", starts, slots=16, rest=1, reserve=20
        )
        fair = fairs.propose(session, world.organiser, world.council, facts)
        world.fair_id = fair.id
        with pytest.raises(GuardFailed, match="applications_closed"):
            apply(session, fair, 1)
        fairs.move(session, world.organiser, fair, "announce", revision=1)
        there = [apply(session, fair, number) for number in range(1, 7)]
        with pytest.raises(GuardFailed, match="applied_already"):
            apply(session, fair, 1)
        for number, each in enumerate(there[:5]):
            employers.accept(
                session,
                world.organiser,
                each,
                revision=1,
                zone="AB"[number % 2],
                booth=f"A{number}",
                desks=2,
                lunch=6,
                vacancies=employers.proposed(each),
            )
        with pytest.raises(GuardFailed, match="booth_taken"):
            employers.accept(session, world.organiser, there[5], revision=1, zone="A", booth="A1", desks=1)
        with pytest.raises(GuardFailed, match="reason_missing"):
            employers.reject(session, world.organiser, there[5], revision=1, reason=" ")
        employers.reject(
            session, world.organiser, there[5], revision=there[5].revision, reason="Нет вакансий."
        )
        fairs.move(session, world.organiser, fair, "open", revision=fair.revision)
        for number in range(PEOPLE - 6):
            enter(session, world, fair, registrations.CHANNELS[number % 4], number)
        fairs.move(session, world.organiser, fair, "plan", revision=fair.revision)
        version = planning.make(session, world.organiser, fair, "balanced")
        assert planning.publish(session, world.organiser, fair, version, revision=fair.revision) == len(
            version.content
        )
        for number in range(PEOPLE - 6, PEOPLE):
            enter(session, world, fair, "walk_in", number)


def apply(session: Session, fair: Fair, number: int, name: str = "", **opening: Any) -> Any:
    facts: dict[str, Any] = {"title": "Швея", "isco08": "8153"} | opening
    told = Application(name or f"ОсОО «Пример {number}»", f"{number:014d}", 2, "", [Opening(**facts)])
    return employers.apply(session, Actor(), fair, told)


def enter(session: Session, world: World, fair: Fair, channel: str, number: int) -> Registration:
    there = [each.id for each in fair.participations if each.state == "accepted"]
    wishes = [there[(number + step) % 5] for step in range(1 + number % 4)]
    first = number % 8
    person = Person(channel, first, min(15, first + 7), "12"[number % 2], 1960 + number % 45)
    actor = Actor() if channel == "web" else world.helper
    return registrations.register(session, actor, fair, UUID(int=9000 + number), person, wishes, consent=True)


def test_people_come_by_five_channels_and_a_repeat_is_taken_once(world: World) -> None:
    with world.site.database.transaction() as session:
        fair = world.fair(session)
        channels = Counter(each.channel for each in registrations.of(session, fair))
        assert set(channels) == set(registrations.CHANNELS)
        again = enter(session, world, fair, "paper", 3)
        assert again.channel == registrations.CHANNELS[3]
        assert len(registrations.of(session, fair)) == PEOPLE
        with pytest.raises(GuardFailed, match="registration_closed"):
            enter(session, world, fair, "web", 900)
        with pytest.raises(GuardFailed) as refused:
            registrations.register(
                session, world.helper, fair, uuid4(), Person("helper", 9, 2), [uuid4()], consent=False
            )
        assert refused.value.codes == ["consent_missing", "wishes_wrong", "window_wrong"]


def test_the_plan_says_its_bound_whom_it_serves_and_why_wishes_failed(world: World) -> None:
    with world.site.database.reading() as session:
        fair = world.fair(session)
        version = planning.versions(session, fair)[0]
        result = version.result
        assert 0.9 * result["bound"] <= result["interviews"] <= result["bound"]
        assert result["served"] >= 0.99 * result["hopeful"]
        assert sum(result["reasons"].values()) == result["wishes"] - result["interviews"]
        assert Reason.OPEN.value not in result["reasons"]
        kinds = Counter(each["kind"] for each in result["groups"])
        assert set(kinds) == {"sex", "stay"}
        assert sum(each["people"] for each in result["groups"] if each["kind"] == "sex") == PEOPLE - 6


def test_a_second_version_moves_nobody_and_gives_walk_ins_what_is_free(world: World) -> None:
    with world.site.database.transaction() as session:
        fair = world.fair(session)
        before = {(e.registration_id, e.desk_id, e.slot) for e in planning.standing(session, fair)}
        version = planning.make(session, world.organiser, fair, "people")
        planning.publish(session, world.organiser, fair, version, revision=fair.revision)
        after = {(e.registration_id, e.desk_id, e.slot) for e in planning.standing(session, fair)}
        assert before <= after
        with pytest.raises(GuardFailed, match="published_already"):
            planning.publish(session, world.organiser, fair, version, revision=fair.revision)
        walk_in = session.get_one(Registration, UUID(int=9000 + PEOPLE - 1))
        for desk, slot in planning.free_for(session, fair, walk_in)[:1]:
            planning.book(session, world.helper, fair, walk_in, desk, slot)
            with pytest.raises(GuardFailed, match="taken"), session.begin_nested():
                planning.book(session, world.helper, fair, walk_in, desk, slot)


def test_a_plan_made_before_a_change_is_not_published(world: World) -> None:
    with world.site.database.transaction() as session:
        fair = world.fair(session)
        version = planning.make(session, world.organiser, fair, "balanced")
        first = planning.standing(session, fair)[0]
        day.mark(session, world.helper, fair, first.id, "cancelled")
        enter(session, world, fair, "helper", 950).state = "withdrawn"
        row = version.content[0]
        version.content = [[str(uuid4()), row[1], row[2]], *version.content[1:]]
        with pytest.raises(GuardFailed, match="plan_stale"):
            planning.publish(session, world.organiser, fair, version, revision=fair.revision)
        session.rollback()


def test_a_scan_uploaded_twice_counts_once_and_two_doors_make_a_line(world: World) -> None:
    with world.site.database.transaction() as session:
        fair = world.fair(session)
        person = registrations.of(session, fair)[0]
        scan = uuid4()
        for _ in range(2):
            day.check_in(session, world.helper, fair, person.code, scan, "север", now() - timedelta(hours=1))
        assert len(list(session.scalars(select(Scan).filter_by(registration_id=person.id)))) == 1
        assert day.counts(session, fair).twice == []
        day.check_in(session, world.helper, fair, f"{person.code[:3]} {person.code[3:]}", uuid4(), "юг")
        counted = day.counts(session, fair)
        assert counted.twice == [(person.code, ["север", "юг"])]
        assert counted.present == 1
        other = registrations.of(session, fair)[1]
        with pytest.raises(GuardFailed, match="scan_of_another"):
            day.check_in(session, world.helper, fair, other.code, scan, "юг")
        with pytest.raises(GuardFailed, match="code_wrong"):
            day.check_in(session, world.helper, fair, "123", uuid4(), "юг")


def test_an_absent_employer_frees_its_people(world: World) -> None:
    with world.site.database.transaction() as session:
        fair = world.fair(session)
        gone = next(each for each in fair.participations if each.state == "accepted")
        employers.absent(session, world.organiser, gone, revision=gone.revision)
        assert not [e for e in planning.standing(session, fair) if e.participation_id == gone.id]
        states = set(session.scalars(select(Interview.state).filter_by(participation_id=gone.id)))
        assert "employer_absent" in states
        assert states <= {"employer_absent", "cancelled"}
        session.rollback()


def test_another_council_finds_nothing_and_a_helper_may_not_plan(world: World) -> None:
    with world.site.database.transaction() as session:
        fair = world.fair(session)
        with pytest.raises(Denied):
            fairs.find(session, world.stranger, fair.id)
        with pytest.raises(Denied):
            planning.make(session, world.helper, fair, "balanced")
        with pytest.raises(Denied):
            day.check_in(session, world.stranger, fair, "1", uuid4(), "")
        with pytest.raises(Denied):
            registrations.register(
                session, world.stranger, fair, uuid4(), Person("phone", 0, 1), [], consent=True
            )
        assert fairs.listed(session, world.stranger) == []
        kept = session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("job_fairs.%")))
        assert {"job_fairs.plan.publish", "job_fairs.registration.register"} <= set(kept)


def test_a_published_entry_stops_an_employer_and_a_like_name_only_warns(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = {"source": "x", "state": "published", "since": now().date(), "url": "/ru/x", "summary": "Запись"}
    with world.site.database.transaction() as session:
        fair = world.fair(session)
        fair.state = "open"
        for match in ("number", "name"):
            found = [Standing(**entry, match=match)]
            monkeypatch.setattr(world.site.plugins, "employer_standing", lambda *_, found=found, **__: found)
            if match == "number":
                with pytest.raises(Stopped) as stop:
                    apply(session, fair, 70)
                assert stop.value.entries[0]["summary"] == "Запись"
            else:
                assert apply(session, fair, 71).standing[0]["match"] == "name"
        session.rollback()


def test_each_vacancy_is_looked_at_and_only_accepted_ones_are_public(world: World) -> None:
    with world.site.database.transaction() as session:
        fair = world.fair(session)
        fair.state = "open"
        before = vacancies.found(session, Wanted())[0]
        made = apply(session, fair, 80)
        made.vacancies.append(Vacancy(title="Повар", isco08="5120"))
        session.flush()
        first, second = made.vacancies
        place: dict[str, Any] = {"zone": "A", "booth": "Z9", "desks": 1}
        with pytest.raises(GuardFailed, match="no_vacancy"), session.begin_nested():
            employers.accept(session, world.organiser, made, revision=1, **place)
        session.refresh(made)
        with pytest.raises(GuardFailed, match="reason_missing"), session.begin_nested():
            vacancies.vet(session, world.organiser, second, "refuse", revision=1)
        session.refresh(second)
        vacancies.vet(session, world.organiser, second, "refuse", revision=1, reason="Нет адреса.")
        with pytest.raises(Denied):
            vacancies.vet(session, world.helper, first, "accept", revision=1)
        with pytest.raises(Denied):
            vacancies.find(session, world.stranger, first.id)
        with pytest.raises(Conflict):
            vacancies.vet(session, world.organiser, second, "accept", revision=1)
        employers.accept(session, world.organiser, made, revision=1, **place, vacancies=[first.id, second.id])
        assert (first.state, second.state) == ("accepted", "refused")
        assert vacancies.refusals(session, made) == {second.id: "Нет адреса."}
        assert vacancies.shown([made]) == [first]
        assert vacancies.found(session, Wanted())[0] == before + 1
        with pytest.raises(GuardFailed, match="last_vacancy"), session.begin_nested():
            vacancies.vet(
                session, world.organiser, first, "refuse", revision=first.revision, reason="Поздно."
            )
        session.rollback()


def test_work_abroad_waits_for_its_licence_and_for_whoever_looks_it_up(world: World) -> None:
    with world.site.database.transaction() as session:
        fair = world.fair(session)
        fair.state = "open"
        bare, licensed = (apply(session, fair, 80 + n, abroad=True, licence=n * "7") for n in (0, 1))
        assert employers.proposed(licensed) == []
        for made, checked, code in (
            (bare, True, "licence_missing"),
            (licensed, False, "licence_unchecked"),
        ):
            with pytest.raises(GuardFailed, match=code), session.begin_nested():
                vacancies.vet(
                    session, world.organiser, made.vacancies[0], "accept", revision=1, licence_checked=checked
                )
        session.refresh(licensed.vacancies[0])
        own = licensed.vacancies[0]
        vacancies.vet(session, world.organiser, own, "accept", revision=1, licence_checked=True)
        assert (own.state, own.licence_checked) == ("accepted", True)
        session.rollback()


def test_contacts_are_sealed_and_stand_nowhere_else(world: World) -> None:
    first, second = (
        world.town.person(f"holder{n}@example.org", world.council, "core.key_holder", "job_fairs.helper")
        for n in (1, 2)
    )
    world.town.vault(world.council, first, second)
    with world.site.database.transaction() as session:
        fair = world.fair(session)
        there = next(each.id for each in fair.participations if each.state == "accepted")
        contact = {"name": "Гүлзат Канарейкина", "phone": "+996555123987"}
        person = Person("phone", 0, 5, "2", 1999)
        registrations.register(
            session, world.helper, fair, UUID(int=5), person, [there], contact, consent=True
        )
    folder: Path = world.site.settings.instance
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert "Канарейкина".encode() not in content, path
            assert b"996555123987" not in content, path


@pytest.mark.parametrize("lang", ["ru", "ky"])
def test_papers_hold_codes_times_and_the_telephone(world: World, lang: str, tmp_path: Path) -> None:
    browser = world.town.browser(world.app, "helper@example.org")
    with world.site.database.reading() as session:
        codes = [each.code for each in registrations.of(session, world.fair(session))]
    for kind in ("slips", "desks", "doors", "programme", "poster"):
        answer = browser.get(f"/{lang}/job_fairs/{world.fair_id}/paper/{kind}.pdf")
        assert answer.status_code == 200
        path = tmp_path / f"{kind}.pdf"
        path.write_bytes(answer.data)
        pdf = pypdf.PdfReader(path)
        text = "".join(page.extract_text() for page in pdf.pages)
        assert "UTC+6" in text
        assert "3622" in text
        width = float(pdf.pages[0].mediabox.width)
        assert round(width / 72 * 25.4) == (148 if kind == "slips" else 210)
        if kind == "slips":
            assert len(pdf.pages) >= len(codes)
        if kind in ("slips", "doors"):
            shown = text.replace("\u00a0", " ")
            assert all(f"{each[:3]} {each[3:]}" in shown for each in codes)


BOOKER = """
import sys
from uuid import UUID
from random import Random
from sqlalchemy.exc import IntegrityError, OperationalError
from core.database import Database
from plugins.job_fairs.plugin import plugin
from plugins.job_fairs.models import Desk, Interview, Registration
from sqlalchemy import select
database, seed = Database(sys.argv[1]), int(sys.argv[2])
draws, fair_id = Random(seed), UUID(sys.argv[3])
with database.reading() as session:
    desks = [(d.id, d.participation_id) for d in session.scalars(select(Desk))]
    people = list(session.scalars(select(Registration.id)))
done = 0
for _ in range(40):
    desk, employer = draws.choice(desks)
    try:
        with database.transaction() as session:
            session.add(Interview(fair_id=fair_id, desk_id=desk, participation_id=employer, slot=draws.randrange(6),
                                  registration_id=draws.choice(people)))
        done += 1
    except (IntegrityError, OperationalError):
        pass
print(done)
database.close()
"""


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_eight_processes_book_at_once_and_nobody_is_booked_twice(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    more: dict[str, Any] = {}
    if engine == "postgresql":
        more["database_url"] = request.getfixturevalue("postgresql_url")
    app = testing.make_app(tmp_path / "instance", **more)
    world = World(app)
    with app.app_context(), world.site.database.transaction() as session:
        facts = fairs.Facts("KG-B", {"ru": "Я", "ky": "Ж"}, "Дом", "1", now(), slots=6)
        fair = fairs.propose(session, world.organiser, world.council, facts)
        fairs.move(session, world.organiser, fair, "announce", revision=1)
        for number in (1, 2, 3):
            made = apply(session, fair, number)
            employers.accept(
                session,
                world.organiser,
                made,
                revision=1,
                zone="A",
                booth=str(number),
                desks=2,
                vacancies=employers.proposed(made),
            )
        fairs.move(session, world.organiser, fair, "open", revision=2)
        for number in range(12):
            person = Person("helper", 0, 5)
            wishes = [fair.participations[0].id]
            registrations.register(
                session, world.helper, fair, UUID(int=number + 1), person, wishes, consent=True
            )
        world.fair_id = fair.id
    url = world.site.database.engine.url.render_as_string(hide_password=False)
    world.site.database.close()
    argv = [sys.executable, "-W", "ignore", "-c", BOOKER, url]
    running = [
        subprocess.Popen([*argv, str(seed), str(world.fair_id)], stdout=subprocess.PIPE, text=True)
        for seed in range(8)
    ]
    booked = sum(int(each.communicate(timeout=120)[0]) for each in running)
    with world.site.database.reading() as session:
        rows = list(session.scalars(select(Interview)))
        assert len(rows) == booked > 20
        for key in ("desk_id", "registration_id"):
            assert max(Counter((getattr(r, key), r.slot) for r in rows).values()) == 1
        assert max(Counter((r.registration_id, r.participation_id) for r in rows).values()) == 1
        assert session.scalars(select(Desk)).first() is not None
    world.site.database.close()
