"""Text messages: how long they are, whom they reach, and what they tell of an appointment that was moved."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from core import testing, vault
from core.audit import AuditEntry
from core.permissions import Denied
from core.platform import EXTENSION
from core.testing import Town
from core.toolkit import Actor, now
from plugins.job_fairs import cli, printing, sms, structured
from plugins.job_fairs.models import Fair, Interview, Participation, Registration, Vacancy
from plugins.job_fairs.services import employers, fairs, messages, planning, registrations
from plugins.job_fairs.services.employers import Application, Opening
from plugins.job_fairs.services.fairs import Facts
from plugins.job_fairs.services.registrations import Person


@pytest.mark.parametrize(
    ("text", "parts"),
    [("", 1), ("я" * 70, 1), ("я" * 71, 2), ("я" * 134, 2), ("я" * 135, 3), ("😀" * 35, 1), ("😀" * 36, 2)],
)
def test_a_message_of_letters_beyond_latin_has_seventy_and_a_part_of_a_chain_sixty_seven(
    text: str, parts: int
) -> None:
    assert sms.parts(text) == parts


@given(st.text())
def test_parts_hold_the_text_and_no_pair_is_cut(text: str) -> None:
    number, size = sms.parts(text), sms.units(text)
    assert (number == 1) == (size <= 70)
    if number > 1:
        assert size <= number * 67
        assert size > (number - 1) * 66


class World:
    """A fair to come with three people: one agreed to messages, one did not, one has no telephone."""

    def __init__(self, app: Any) -> None:
        self.app, self.site = app, app.extensions[EXTENSION]
        town = self.town = Town(self.site)
        council = town.organisation("Совет Баткена", "regional_council")
        holders = [
            town.person(f"{name}@example.org", council, "core.key_holder", "job_fairs.organiser")
            for name in ("one", "two")
        ]
        town.vault(council, *holders)
        self.holder, self.organiser = holders[0], town.actor(holders[0])
        other = town.organisation("Совет Оша", "regional_council")
        self.stranger = town.actor(town.person("stranger@example.org", other, "job_fairs.organiser"))
        with app.app_context(), self.site.database.transaction() as session:
            self.fair_id = self._fair(session, council)

    def _fair(self, session: Any, council: UUID) -> UUID:
        facts = Facts("KG-B", {"ru": "Ярмарка"}, "Клуб", "1", now() + timedelta(days=30), slots=4, reserve=0)
        fair = fairs.propose(session, self.organiser, council, facts)
        fairs.move(session, self.organiser, fair, "announce", revision=fair.revision)
        told = Application("ОсОО «Пример»", "1" * 14, 2, "", [Opening("Швея", "8153", 4)])
        there = employers.apply(session, Actor(), fair, told)
        mine = employers.proposed(there)
        employers.accept(
            session, self.organiser, there, revision=1, zone="F", booth="12345678", desks=2, vacancies=mine
        )
        fairs.move(session, self.organiser, fair, "open", revision=fair.revision)
        for number, (agreed, phone) in enumerate(
            [(True, "0555 12-39-87"), (False, "0555000000"), (True, "")]
        ):
            person = Person("phone", 0, 3, "2", language=("ky", "ru")[number % 2], messages=agreed)
            registrations.register(
                session, self.organiser, fair, UUID(int=70 + number), person, [there.id],
                {"name": "Гүлзат", "phone": phone}, consent=True,
            )  # fmt: skip
        fairs.move(session, self.organiser, fair, "plan", revision=fair.revision)
        version = planning.make(session, self.organiser, fair, "balanced")
        planning.publish(session, self.organiser, fair, version, revision=fair.revision)
        return fair.id


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World(testing.make_app(tmp_path_factory.mktemp("messages") / "instance"))
    with made.app.app_context():
        yield made
    made.site.database.close()


def due(world: World, session: Any) -> list[messages.Message]:
    return messages.due(session, world.organiser, session.get_one(Fair, world.fair_id), printing.message)


def test_only_who_agreed_is_told_and_the_export_leaves_who_has_no_telephone(world: World) -> None:
    with world.site.database.transaction() as session:
        fair = session.get_one(Fair, world.fair_id)
        made = due(world, session)
        assert {each.registration_id for each in made} == {UUID(int=70), UUID(int=72)}
        with pytest.raises(vault.Closed):
            messages.with_phones(session, world.organiser, fair, made, None)
        with pytest.raises(Denied):
            messages.due(session, world.stranger, fair, printing.message)
        keys = vault.keyring.of(world.holder)
        (told,) = messages.with_phones(session, world.organiser, fair, made, keys)
        assert (told.phone, told.registration_id) == ("996555123987", UUID(int=70))
        assert messages.row(told)["parts"] == 1
        rows = select(AuditEntry.object_id).filter_by(action="core.vault.read")
        assert set(session.scalars(rows)) == {UUID(int=70), UUID(int=72)}
        exported = select(AuditEntry.object_id).filter_by(action="job_fairs.message.export")
        assert list(session.scalars(exported)) == [fair.id]
        session.rollback()
    browser = world.town.browser(world.app, "one@example.org")
    page = browser.get(f"/ru/job_fairs/{world.fair_id}/messages").text
    assert made[0].text in page
    assert "123987" not in page
    assert browser.get(f"/ru/job_fairs/{world.fair_id}/messages.csv").status_code == 409


def test_a_closed_vault_is_told_in_words_wherever_telephones_stand(world: World) -> None:
    with world.site.database.transaction() as session:
        session.get_one(Registration, UUID(int=70)).state = "present"
    browser = world.town.browser(world.app, "one@example.org")
    for path in ("messages.json", "outcomes/day/contacts", "duplicates/contacts"):
        answer = browser.get(f"/ru/job_fairs/{world.fair_id}/{path}")
        assert (answer.status_code, "Хранилище закрыто" in answer.text) == (409, True), path
    with world.site.database.transaction() as session:
        session.get_one(Registration, UUID(int=70)).state = "confirmed"


def test_a_moved_appointment_is_told_once_and_one_that_is_over_not_at_all(world: World) -> None:
    with world.site.database.transaction() as session:
        fair = session.get_one(Fair, world.fair_id)
        first = session.scalars(select(Interview).filter_by(registration_id=UUID(int=70))).one()
        planning.call_off(session, world.organiser, fair, first.id)
        session.flush()
        kinds = {each.registration_id: each.kind for each in due(world, session)}
        assert kinds[UUID(int=70)] == "off"
        person = session.get_one(Registration, UUID(int=70))
        planning.book(session, world.organiser, fair, person, first.desk, 3)
        own = [each for each in due(world, session) if each.registration_id == UUID(int=70)]
        assert [each.kind for each in own] == ["moved"]
        assert own[0].text.startswith("Жаңы убакыт")
        fair.starts = now() - timedelta(hours=3)
        assert due(world, session) == []
        session.rollback()


def test_the_command_writes_texts_by_code_and_no_telephone(world: World, tmp_path: Path) -> None:
    options = [str(world.fair_id), str(tmp_path), "--as", "one@example.org", "--kind", "doors"]
    answer = CliRunner().invoke(cli.print_papers, [*options, "--language", "ru", "--sms", "--json"])
    assert answer.exit_code == 0, answer.output
    told = json.loads((tmp_path / "sms.json").read_text("utf-8"))
    assert {tuple(each) for each in told} == {("code", "text", "kind", "parts")}
    assert len(told) == 2


@pytest.mark.parametrize("language", ["ru", "ky"])
@pytest.mark.parametrize("kind", ["stands", "moved", "off"])
def test_the_longest_message_is_one_part(world: World, kind: str, language: str) -> None:
    fair = Fair(starts=datetime(2027, 12, 28, 17, 45, tzinfo=UTC), slot_minutes=15, slots=4)
    person = Registration(code="128866", language=language, fair=fair)
    place = Participation(zone="F", booth="W" * 8)
    text = printing.message(kind, Interview(slot=3, registration=person, participation=place))
    assert sms.parts(text) == 1
    assert "128866" in text
    assert "29.12 00:30" in text


def test_answers_come_from_their_lists(world: World) -> None:
    with world.site.database.reading() as session:
        fair = session.get_one(Fair, world.fair_id)
        wish = [fair.participations[0].id]
        for wrong in (
            {"soate": "1"}, {"education": "phd"}, {"returned": "x"}, {"wanted": ("99999",)},
            {"wanted": ("5120", "8153", "7112", "7115")}, {"wanted": ("5120", "5120")},
        ):  # fmt: skip
            facts: dict[str, Any] = wrong
            found = registrations.missing(session, fair, Person("phone", 0, 1, **facts), wish, consent=True)
            assert "answer_wrong" in found, wrong
        sound = Person(
            "phone", 0, 1, soate="41705214000000", education="vocational", returned="yes", wanted=("5120",)
        )
        assert "answer_wrong" not in registrations.missing(session, fair, sound, wish, consent=True)


def test_a_vacancy_tells_search_engines_where_the_work_is_and_until_when(world: World) -> None:
    with world.site.database.reading() as session:
        own = session.scalars(select(Vacancy)).one()
        assert structured.posting(own, "x")["jobLocation"]["address"]["addressRegion"] == "KG-B"
        own.soate, own.valid_through = "41702205000000", datetime(2027, 5, 1, tzinfo=UTC).date()
        told = structured.posting(own, "x")
        assert told["validThrough"] == "2027-05-01"
        assert told["jobLocation"]["identifier"]["value"] == "41702205000000"
        assert told["jobLocation"]["address"]["addressRegion"] == "KG-Y"
        session.rollback()
