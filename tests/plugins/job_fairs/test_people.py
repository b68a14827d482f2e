"""People of a fair: imported, merged, withdrawn, offered what becomes free, with an own calendar; fairs that move."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import icalendar
import ics
import pytest
import vobject
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from core import testing
from core.permissions import Denied
from core.platform import EXTENSION
from core.testing import Town
from core.toolkit import Actor, Conflict, GuardFailed, now, vault
from plugins.job_fairs import cli, codes
from plugins.job_fairs.likeness import Known, signs
from plugins.job_fairs.models import Fair, Interview, Participation, Registration
from plugins.job_fairs.services import (
    booths,
    day,
    employers,
    extracts,
    fairs,
    people,
    planning,
    registrations,
    waiting,
)
from plugins.job_fairs.services.contacts import day_of
from plugins.job_fairs.services.employers import Application, Opening
from plugins.job_fairs.services.fairs import Facts
from plugins.job_fairs.services.registrations import Person

HEAD = "channel;name;phone;sex;birth_year;language;from;until;wishes;consent\n"
ROW = "{channel};{name};{phone};ж;1990;ky;10:00;11:00;{wishes};да\n"
NAME = "Айгүл Канарейкина"


def table(*rows: dict[str, str]) -> bytes:
    base = {"channel": "paper", "name": "", "phone": "", "wishes": "A1"}
    return (HEAD + "".join(ROW.format(**(base | row)) for row in rows)).encode()


class World:
    """A council that can seal, with a fair of two employers whose plan is published; one person got nothing."""

    def __init__(self, app: Any) -> None:
        self.app, self.site = app, app.extensions[EXTENSION]
        town = self.town = Town(self.site)
        self.council = town.organisation("Совет Баткена", "regional_council")
        holders = [
            town.person(f"{name}@example.org", self.council, "core.key_holder", "job_fairs.organiser")
            for name in ("one", "two")
        ]
        town.vault(self.council, *holders)
        self.holder, self.organiser = holders[0], town.actor(holders[0])
        other = town.organisation("Совет Оша", "regional_council")
        self.stranger = town.actor(town.person("stranger@example.org", other, "job_fairs.organiser"))
        with app.app_context(), self.site.database.transaction() as session:
            self.fair_id = self._fair(session)

    def _fair(self, session: Any) -> UUID:
        starts = (now() + timedelta(days=30)).replace(hour=4, minute=0, second=0, microsecond=0)
        facts = Facts("KG-B", {"ru": "Ярмарка", "ky": "Жарманке"}, "Клуб", "1", starts, slots=4, reserve=0)
        fair = fairs.propose(session, self.organiser, self.council, facts)
        fairs.move(session, self.organiser, fair, "announce", revision=fair.revision)
        for number in (1, 2):
            told = Application(
                f"ОсОО «{number}»", f"{number:014d}", 1, "", [Opening("Швея", "8153", 4, 20000, 30000)]
            )
            there = employers.apply(session, Actor(), fair, told)
            employers.accept(
                session,
                self.organiser,
                there,
                revision=1,
                zone="A",
                booth=f"A{number}",
                desks=1,
                vacancies=employers.proposed(there),
            )
        fairs.move(session, self.organiser, fair, "open", revision=fair.revision)
        wish = [fair.participations[0].id]
        for number in range(5):
            person = Person("phone", 0, 3, "2", 1980 + number)
            registrations.register(
                session, self.organiser, fair, UUID(int=100 + number), person, wish, consent=True
            )
        fairs.move(session, self.organiser, fair, "plan", revision=fair.revision)
        version = planning.make(session, self.organiser, fair, "balanced")
        planning.publish(session, self.organiser, fair, version, revision=fair.revision)
        return fair.id

    def fair(self, session: Any) -> Fair:
        return session.get_one(Fair, self.fair_id)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World(testing.make_app(tmp_path_factory.mktemp("people") / "instance"))
    with made.app.app_context():
        yield made
    made.site.database.close()


def test_a_freed_desk_is_offered_to_who_still_waits_and_an_offer_ends(world: World, monkeypatch: Any) -> None:
    with world.site.database.transaction() as session:
        fair = world.fair(session)
        (left,) = waiting.people(session, fair)
        assert waiting.offer(session, world.organiser, fair, 24) == 0
        taken = planning.appointments(session, fair)[0]
        planning.call_off(session, world.organiser, fair, taken.id)
        # Whoever was called off waits again, and is served after those who have nothing: both have nothing here.
        assert waiting.offer(session, world.organiser, fair, 24) == 1
        (offer,) = waiting.offers(session, fair)
        assert offer.expires_at is not None
        assert offer not in planning.appointments(session, fair)
        fair.state, ended = "closed", day_of(fair.starts)
        (extract,) = extracts.offered(session, world.organiser, ended, ended)
        told = [line.rpartition(",")[2] for line in extract.content.splitlines()[1:]]
        assert sorted(told) == ["0", "0", "1", "1", "1"], "an offer is no interview that was planned"
        fair.state = "published"
        with pytest.raises(GuardFailed, match="no_such_interview"):
            day.mark(session, world.organiser, fair, offer.id, "done")
        with pytest.raises(Denied):
            waiting.answer(session, world.stranger, fair, offer.id, yes=True)
        waiting.answer(session, world.organiser, fair, offer.id, yes=False)
        # Not again to the same person: the other one gets it.
        assert waiting.offer(session, world.organiser, fair, 24) == 1
        (second,) = waiting.offers(session, fair)
        assert {offer.registration_id, second.registration_id} == {
            left.registration.id,
            taken.registration_id,
        }
        second.expires_at = now() - timedelta(seconds=1)
        session.flush()
        with pytest.raises(GuardFailed, match="offer_over"):
            waiting.answer(session, world.organiser, fair, second.id, yes=True)
        assert waiting.end_over(session) == 1
        assert (second.state, second.active) == ("expired", False)
        session.rollback()


def test_withdrawal_destroys_the_contact_at_once_and_frees_the_desk(world: World) -> None:
    with world.site.database.transaction() as session:
        fair = world.fair(session)
        wish = [fair.participations[1].id]
        person = Person("phone", 0, 3, "2", 1991)
        made = registrations.register(
            session,
            world.organiser,
            fair,
            uuid4(),
            person,
            wish,
            {"name": NAME, "phone": "+996555000111"},
            consent=True,
        )
        desk = fair.participations[1].desks[0]
        booked = planning.book(session, world.organiser, fair, made, desk, 1)
        people.give_feed(session, world.organiser, made)
        with pytest.raises(Denied):
            people.withdraw(session, world.stranger, made)
        people.withdraw(session, world.organiser, made)
        assert vault.has(session, [registrations.place(made)]) == set()
        assert (made.state, made.feed_token, made.birth_year, booked.active) == (
            "withdrawn",
            None,
            None,
            False,
        )
        assert made.code not in {each.code for each in planning.setting(session, fair).people}
        with pytest.raises(GuardFailed, match="gone"):
            day.check_in(session, world.organiser, fair, made.code, uuid4(), "1")
        session.rollback()


def test_duplicates_are_proposed_by_sealed_names_only_while_the_vault_is_open_and_merged_by_a_person(
    world: World,
) -> None:
    with world.site.database.transaction() as session:
        fair = world.fair(session)
        first, second = (
            registrations.register(
                session, world.organiser, fair, uuid4(), Person("phone", 0, 3, "2", born), [fair.participations[n].id],
                {"name": name, "phone": phone}, consent=True,
            )
            for n, (name, phone, born) in enumerate(
                [("Айгүл Токтосунова", "0555 12-34-56", 1970), ("Токтосунова Айгул", "+996555123456", None)]
            )
        )  # fmt: skip
        assert people.duplicates(session, world.organiser, fair) == []
        keys = vault.keyring.of(world.holder)
        (pair,) = people.duplicates(session, world.organiser, fair, keys)
        assert {pair.first.id, pair.second.id} == {first.id, second.id}
        assert pair.signs == ("phone", "name")
        day.check_in(session, world.organiser, fair, second.code, uuid4(), "север")
        people.merge(session, world.organiser, first, second)
        assert [wish.rank for wish in first.wishes] == [0, 1]
        assert (first.state, second.state) == ("present", "merged")
        assert vault.has(session, [registrations.place(first), registrations.place(second)]) == {first.id}
        assert day.check_in(session, world.organiser, fair, second.code, uuid4(), "юг").id == first.id
        assert day.counts(session, fair).twice == [(first.code, ["север", "юг"])]
        with pytest.raises(GuardFailed, match="gone"):
            people.merge(session, world.organiser, first, second)
        session.rollback()


PERSON = st.builds(
    Known, st.sampled_from("0129"), st.none() | st.integers(1980, 1983), st.frozensets(st.sampled_from("ab")),
    st.sampled_from(["", "Азамат Осмонов", "Осмонов Азамат", "Бермет Алиева"]),
    st.sampled_from(["", "0555123456", "+996 555 12 34 56"]),
)  # fmt: skip


@given(PERSON, PERSON)
def test_signs_are_the_same_from_both_sides_and_a_shared_telephone_is_not_enough(
    one: Known, other: Known
) -> None:
    found = signs(one, other)
    assert found == signs(other, one)
    assert found != ("phone",)
    if {one.sex, other.sex} == {"1", "2"}:
        assert found == ()


def test_a_table_is_judged_row_by_row_and_taken_whole_or_not_at_all(world: World, tmp_path: Path) -> None:
    good = table({"name": NAME, "phone": "0555 1"}, {"channel": "phone", "wishes": "ОсОО «2» | A1"})
    bad = good + b"paper;;;q;17;ky;10:07;11:00;Z9;\xd0\xbd\xd0\xb5\xd1\x82\n"
    file = tmp_path / "list.csv"
    options = [str(world.fair_id), str(file), "--as", "one@example.org", "--json"]
    for content, dry, status, taken in (
        (bad, False, 1, 0),
        (good, True, 0, 0),
        (good, False, 0, 2),
        (good, False, 0, 2),
    ):
        file.write_bytes(content)
        answer = CliRunner().invoke(cli.import_people, [*options, *(["--dry-run"] if dry else [])])
        told = json.loads(answer.stdout)
        assert (answer.exit_code, told["taken"]) == (status, taken), answer.output
        if content is bad:
            assert told["rows"][2]["problems"] == [
                "sex_unknown",
                "birth_year_wrong",
                "window_wrong",
                "employer_unknown",
            ]
            assert told["rows"][:2] == [{"row": 2, "problems": []}, {"row": 3, "problems": []}]
    with world.site.database.reading() as session:
        rows = select(func.count(Registration.id)).where(Registration.fair_id == world.fair_id)
        assert session.scalar(rows) == 7
    endless = HEAD.encode() + b'"' + b"x" * 200_000
    broken = (b"", b"a;b\n1;2\n", b"\xff\xfe", HEAD.encode(), b"from,until,wishes,consent\n\0", endless)
    for content in broken:
        file.write_bytes(content)
        answer = CliRunner().invoke(cli.import_people, options)
        assert answer.exit_code == 1, content
        assert "cannot be read" in answer.output


def test_commands_plan_check_publish_and_print(world: World, tmp_path: Path) -> None:
    by, fair = ["--as", "one@example.org", "--json"], str(world.fair_id)
    run = CliRunner().invoke
    made = json.loads(run(cli.plan, [fair, *by]).stdout)
    assert made["interviews"] <= made["bound"]
    assert [each["choice"] for each in made["weighings"]] == ["balanced", "count", "people", "ranks"]
    own = json.loads(run(cli.plan, [fair, *by, "--weights", "3", "1", "0.5"]).stdout)
    assert own["weighings"][-1]["choice"] == "own"
    assert own["weighings"][-1]["interviews"] == own["interviews"]
    assert {each["kind"] for each in own["weighings"][-1]["groups"]} == {"sex", "stay"}
    assert run(cli.plan, [fair, *by, "--weights", "0", "0", "1"]).exit_code == 2
    made = json.loads(run(cli.plan, [fair, *by]).stdout)
    assert json.loads(run(cli.check, [fair, *by]).stdout)["faults"] == []
    assert json.loads(run(cli.publish, [fair, *by]).stdout)["version"] == made["version"]
    again = run(cli.publish, [fair, *by])
    assert again.exit_code == 1
    answer = run(
        cli.print_papers,
        [fair, str(tmp_path), "--kind", "slips", "--language", "ky", "--as", "one@example.org"],
    )
    assert answer.exit_code == 0
    assert "1/1  slips ky" in answer.stderr
    assert (tmp_path / "slips-ky.pdf").read_bytes().startswith(b"%PDF")
    assert run(cli.check, [fair, "--as", "stranger@example.org"]).exit_code == 1
    assert run(cli.plan, [fair, "--as", "nobody@example.org"]).exit_code == 1


def test_sequence_rises_only_on_start_end_place_or_status(world: World) -> None:
    with world.site.database.transaction() as session:
        fair = world.fair(session)
        facts = Facts(**{name: getattr(fair, name) for name in Facts.__dataclass_fields__})
        before = fair.sequence
        for change, rises in (
            ({"title": {"ru": "Иная", "ky": "Башка"}}, False), ({}, False),
            ({"phone": "2", "partners": "НПО", "rest": 1}, False),
            ({"venue": "Школа"}, True), ({"starts": fair.starts + timedelta(days=1)}, True),
        ):  # fmt: skip
            facts, seen, stamp = replace(facts, **change), fair.sequence, fair.changed_at  # type: ignore[arg-type]
            fairs.edit(session, world.organiser, fair, facts, revision=fair.revision)
            assert fair.sequence == seen + rises, change
            assert (fair.changed_at == stamp) == (not change)
        assert fair.sequence == before + 2
        with pytest.raises(GuardFailed, match="frame_stands"):
            fairs.edit(session, world.organiser, fair, replace(facts, slots=3), revision=fair.revision)
        with pytest.raises(Conflict):
            fairs.edit(session, world.organiser, fair, facts, revision=1)
        fairs.move(session, world.organiser, fair, "postpone", revision=fair.revision, reason="Снег.")
        assert fair.sequence == before + 3
        following = fairs.again(session, world.organiser, fair, fair.starts + timedelta(days=200))
        assert [each.id for each in fairs.series(session, fair)] == [following.id]
        assert (following.state, following.venue, following.sequence) == ("draft", "Школа", 0)
        session.rollback()


def test_the_feed_answers_304_until_something_changes_and_own_feeds_name_nobody(world: World) -> None:
    client = world.app.test_client()
    first = client.get("/ru/job_fairs/calendar.ics")
    assert client.get("/ru/job_fairs/calendar.ics").data == first.data
    unchanged = client.get("/ru/job_fairs/calendar.ics", headers={"If-None-Match": first.headers["ETag"]})
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    with world.site.database.transaction() as session:
        fair = world.fair(session)
        booked = planning.appointments(session, fair)[0]
        own = people.give_feed(session, world.organiser, booked.registration)
        registration_id, number = booked.registration_id, str(booked.id)
    body = client.get(f"/ru/job_fairs/my/{own}.ics").data
    for word in ("ОсОО", "Швея", "Ярмарка", "ваканс"):
        assert word not in body.replace(b"\r\n ", b"").decode()
    event = icalendar.Calendar.from_ical(body).walk("VEVENT")[0]
    assert event["UID"] == f"appointment-{number}@{urlsplit(world.site.settings.base_url).hostname}"
    assert vobject.readOne(body.decode()).vevent.uid.value == event["UID"]
    assert {each.uid for each in ics.Calendar(body.decode()).events} == {str(event["UID"])}
    with world.site.database.transaction() as session:
        people.end_feed(session, world.organiser, session.get_one(Registration, registration_id))
    assert client.get(f"/ru/job_fairs/my/{own}.ics").status_code == 404


def test_the_public_pages_filter_vacancies_and_speak_to_machines(world: World) -> None:
    client = world.app.test_client()
    for query, number in {
        "": 2, "region=KG-B&occupation=швея&wage=25 000&schedule=day": 2, "region=KG-O": 0, "wage=40000": 0,
        "occupation=81": 2, "occupation=повар": 0, "schedule=night": 0, "region=x&wage=-1&after=x": 2,
    }.items():  # fmt: skip
        page = client.get(f"/ru/job_fairs/open/vacancies?{query}").get_data(as_text=True)
        assert page.count("<section><h2>Швея") == number, query
    page = client.get(f"/ru/job_fairs/open/{world.fair_id}").get_data(as_text=True)
    event, *postings = json.loads(page.partition('application/ld+json">')[2].partition("</script>")[0])
    assert (event["@type"], event["eventStatus"]) == ("Event", "https://schema.org/EventScheduled")
    assert postings[0]["occupationalCategory"]["codeValue"] == "8153"
    assert postings[0]["baseSalary"]["value"] == {
        "@type": "QuantitativeValue",
        "unitText": "MONTH",
        "minValue": 20000,
        "maxValue": 30000,
    }


def test_booths_change_places_and_no_square_is_given_twice(world: World) -> None:
    with world.site.database.transaction() as session:
        fair = world.fair(session)
        one, other = (each.id for each in booths.there(fair))
        booths.place(session, world.organiser, fair, {one: (1, 1), other: (2, 1)})
        booths.place(session, world.organiser, fair, {one: (2, 1), other: (1, 1)})
        assert session.get_one(Participation, one).grid_x == 2
        for squares, code in (({one: (1, 1)}, "place_taken"), ({one: (7, 1)}, "no_such_square")):
            with pytest.raises(GuardFailed, match=code):
                booths.place(session, world.organiser, fair, squares)
        session.rollback()


def test_what_a_phone_kept_is_taken_once_and_one_wrong_code_holds_nothing_back(world: World) -> None:
    browser = world.town.browser(world.app, "one@example.org")
    with world.site.database.reading() as session:
        person = registrations.of(session, world.fair(session))[0].code
    scans = [
        {"id": str(uuid4()), "code": code, "door": "A", "at": at}
        for code, at in (
            (person, now().isoformat()), (codes.code(0), "2001-01-01T00:00:00+00:00"), ("12\x00", now().isoformat()),
        )
    ]  # fmt: skip
    address = f"/ru/job_fairs/{world.fair_id}/scans"
    for _ in range(2):
        told = json.loads(browser.post(address, scans=json.dumps(scans)).data)
        assert [bool(told[each["id"]]) for each in scans] == [False, True, True]
    with world.site.database.reading() as session:
        assert day.counts(session, world.fair(session)).present == 1
        assert session.scalar(select(func.count(Interview.id)).where(Interview.state == "offered")) == 0
    for wrong in ("", "{}", "[1]", '[{"id": "x"}]', json.dumps([scans[0] | {"at": "9999-99-99"}])):
        assert browser.post(address, scans=wrong).status_code == 422, wrong
