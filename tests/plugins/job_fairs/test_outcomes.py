"""After the fair: three waves, what is counted and what is hidden, the report; pure rules first, then a real site."""

import io
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import testing
from core.periodic.periods import read
from core.permissions import Denied
from core.platform import EXTENSION
from core.testing import Town
from core.toolkit import Actor, GuardFailed, now
from plugins.job_fairs import figures, waves
from plugins.job_fairs.figures import One
from plugins.job_fairs.models import Fair, Registration
from plugins.job_fairs.services import (
    day,
    employers,
    fairs,
    outcomes,
    periodic,
    planning,
    registrations,
    reports,
)
from plugins.job_fairs.services.employers import Application, Opening
from plugins.job_fairs.services.registrations import Person
from plugins.job_fairs.waves import Told

HIRED = Told("hired", "seeker", 1, "yes", "20to35")
PEOPLE = 31


def test_waves_follow_each_other_and_contacts_outlive_the_last() -> None:
    first = date(2026, 11, 30)
    assert [waves.due(first, wave) for wave in waves.WAVES] == [first, date(2026, 12, 14), date(2027, 2, 28)]


def test_what_follows_from_an_answer_is_filled_in_and_what_belongs_to_others_goes() -> None:
    assert Told("no", "", 0, "yes", "over50").settled() == Told("no", "seeker", 1)
    assert Told("not_reached", "employer", 3).settled() == Told("not_reached", "", 3)
    assert Told("unknown", "", 2).settled() == Told("unknown", "", 2)
    for wrong in (
        ("dead",),
        ("hired", "aunt"),
        ("hired", "", 10),
        ("hired", "", 1, "maybe"),
        ("no", "", 1, "", "rich"),
    ):
        with pytest.raises(ValueError):
            Told(*wrong)


BANDS = [
    (2013, "14"),
    (2009, "14"),
    (2008, "18"),
    (1998, "18"),
    (1997, "29"),
    (1981, "45"),
    (1966, "60"),
    (None, ""),
]


@pytest.mark.parametrize(("born", "band"), BANDS)
def test_age_bands_follow_the_year_of_the_fair(born: int | None, band: str) -> None:
    assert figures.band(born, 2026) == band


def test_each_band_says_its_ages() -> None:
    assert [figures.ages(each) for each in figures.BANDS] == ["<18", "18-28", "29-44", "45-59", "60+", ""]


ONE = st.builds(
    One, st.sampled_from(figures.SEXES), st.sampled_from(figures.BANDS), st.sampled_from(figures.STEPS),
    st.tuples(*[st.sampled_from(waves.STATUSES)] * 3),
)  # fmt: skip


@given(st.lists(ONE, max_size=40))
def test_tables_add_up_and_only_those_who_came_are_asked(people: list[One]) -> None:
    for by in ("sex", "band"):
        _, steps = figures.table(people, by, figures.STEPS)
        assert sum(map(sum, steps)) == len(people)
        for wave in range(3):
            _, asked = figures.table(people, by, waves.STATUSES, wave)
            assert sum(map(sum, asked)) == sum(each.step != "away" for each in people)


def test_a_rate_says_only_what_is_shown_already() -> None:
    assert figures.rate((5, 10, 20, 7, 8), 50) == figures.Rate(20, 35, 45, 50)
    assert figures.rate((5, 10, None, None, 8), 50) == figures.Rate(None, 35, 45, 50)
    assert figures.rate((None, None, 20, 7, 8), 50) == figures.Rate(20, 35, None, 50)
    assert figures.rate((None,) * 5, None) == figures.Rate(None, None, None, None)


class World:
    """A council whose fair is on its day: 31 people came, three of them men."""

    def __init__(self, app: Any) -> None:
        self.app, self.site = app, app.extensions[EXTENSION]
        town = self.town = Town(self.site)
        self.council = town.organisation("Совет Баткена", "regional_council")
        other = town.organisation("Совет Оша", "regional_council")
        self.organiser = town.actor(town.person("organiser@example.org", self.council, "job_fairs.organiser"))
        self.desk = town.actor(town.person("desk@example.org", self.council, "job_fairs.desk"))
        self.stranger = town.actor(town.person("stranger@example.org", other, "job_fairs.organiser"))
        with app.app_context(), self.site.database.transaction() as session:
            self.fair_id = self._fair(session)

    def _fair(self, session: Any) -> UUID:
        facts = fairs.Facts("KG-B", {"ru": "Ярмарка"}, "Клуб", "1", now() - timedelta(minutes=5), slots=16)
        fair = fairs.propose(session, self.organiser, self.council, facts)
        fairs.move(session, self.organiser, fair, "announce", revision=fair.revision)
        told = Application("ОсОО «Пример»", "1" * 14, 3, "", [Opening("Швея", "8153", 4)])
        there = employers.apply(session, Actor(), fair, told)
        employers.accept(
            session,
            self.organiser,
            there,
            revision=1,
            zone="A",
            booth="A1",
            desks=3,
            vacancies=employers.proposed(there),
        )
        fairs.move(session, self.organiser, fair, "open", revision=fair.revision)
        for number in range(PEOPLE + 6):
            person = Person("phone", 0, 15, "1" if number % 12 == 3 else "2", 1975 + number)
            registrations.register(
                session, self.organiser, fair, UUID(int=number + 1), person, [there.id], consent=True
            )
        fairs.move(session, self.organiser, fair, "plan", revision=fair.revision)
        version = planning.make(session, self.organiser, fair, "balanced")
        planning.publish(session, self.organiser, fair, version, revision=fair.revision)
        fairs.move(session, self.organiser, fair, "start", revision=fair.revision)
        for number in range(PEOPLE):
            code = session.get_one(Registration, UUID(int=number + 1)).code
            day.check_in(session, self.organiser, fair, code, uuid4(), "1")
        for each in planning.appointments(session, fair):
            came = each.registration.state == "present"
            day.mark(session, self.organiser, fair, each.id, "done" if came else "seeker_absent")
        return fair.id

    def fair(self, session: Any) -> Fair:
        return session.get_one(Fair, self.fair_id)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World(testing.make_app(tmp_path_factory.mktemp("outcomes") / "instance"))
    with made.app.app_context():
        yield made
    made.site.database.close()


def test_a_wave_waits_for_its_day_and_strangers_and_desks_enter_nothing(world: World) -> None:
    with world.site.database.transaction() as session:
        fair, told = world.fair(session), {UUID(int=1): (HIRED, 0)}
        with pytest.raises(GuardFailed, match="wave_not_due"):
            outcomes.note(session, world.organiser, fair, "weeks", told)
        for who in (world.stranger, world.desk):
            with pytest.raises(Denied):
                outcomes.note(session, who, fair, "day", told)
        with pytest.raises(GuardFailed, match="not_present"):
            outcomes.note(session, world.organiser, fair, "day", {UUID(int=PEOPLE + 1): (HIRED, 0)})


def test_two_who_answer_for_one_person_do_not_overwrite_each_other(world: World) -> None:
    with world.site.database.transaction() as session:
        fair = world.fair(session)
        assert outcomes.note(session, world.organiser, fair, "day", {UUID(int=1): (HIRED, 0)}) == 1
        assert outcomes.note(session, world.organiser, fair, "day", {UUID(int=1): (HIRED, 0)}) == 0
        with pytest.raises(GuardFailed, match="outcome_changed"):
            outcomes.note(session, world.organiser, fair, "day", {UUID(int=1): (Told("no"), 0)})
        assert outcomes.note(session, world.organiser, fair, "day", {UUID(int=1): (Told("no"), 1)}) == 1
        session.rollback()


def test_the_grid_keeps_a_page_or_nothing_and_nothing_typed_is_lost(world: World) -> None:
    browser = world.town.browser(world.app, "organiser@example.org")
    address = f"/ru/job_fairs/{world.fair_id}/outcomes/day"
    one, other = UUID(int=1), UUID(int=2)
    form = {
        f"status-{one}": "hired",
        f"attempts-{one}": "two",
        f"status-{other}": "no",
        f"attempts-{other}": "1",
    }
    answer = browser.post(address, **form)
    page = answer.get_data(as_text=True)
    assert (answer.status_code, answer.location) == (422, None)
    assert 'value="two"' in page
    assert "За это время сохранено" not in browser.get(address).get_data(as_text=True)
    with world.site.database.reading() as session:
        assert outcomes.missing(session, world.fair(session))["day"] == PEOPLE
    assert browser.get(f"{address}?after=x&missing=1").status_code == 200
    assert browser.get(f"{address}/contacts").status_code == 200


def test_a_fair_is_reported_when_all_were_asked_three_times_and_small_numbers_are_hidden(
    world: World,
) -> None:
    with world.site.database.transaction() as session:
        fair = world.fair(session)
        fairs.move(session, world.organiser, fair, "close", revision=fair.revision)
        fair.starts -= timedelta(days=100)
        for wave in waves.WAVES:
            with pytest.raises(GuardFailed, match="results_missing"):
                fairs.move(session, world.organiser, fair, "report", revision=fair.revision)
            people = outcomes.came(session, fair)
            told = {each.id: (HIRED if n % 2 else Told("no"), 0) for n, each in enumerate(people)}
            assert outcomes.note(session, world.organiser, fair, wave, told) == PEOPLE
        fairs.move(session, world.organiser, fair, "report", revision=fair.revision)
        made = reports.of(session, fair)
        men = next(each for each in made.tables if each.by == "sex" and not each.wave)
        assert men.groups == ("2", "1")
        assert men.shown.rows == (None, None)
        assert {cell for row in men.shown.cells for cell in row} == {None}
        assert men.shown.whole == PEOPLE + 6
        assert made.rates["months"] == figures.Rate(15, PEOPLE, PEOPLE, PEOPLE)
        assert reports.over([made, made], "months", "hired") == reports.Sum(30, at_least=False)
        with world.app.app_context():
            told = {each.name: each for each in periodic.given(session, read(f"{fair.starts.year}"))}
            assert list(periodic.given(session, read(f"{fair.starts.year - 1}"))) == []
    numbers = {name: {row.code: row.value for row in each.rows} for name, each in told.items()}
    assert numbers["job_fairs.people_by_sex"] == {"2": None, "1": None, "0": 0}
    assert numbers["job_fairs.hired_by_wave"] == {"day": 15, "weeks": 15, "months": 15}
    assert numbers["job_fairs.fairs_by_organisation"]["*"] == 1
    assert "may be higher" in told["job_fairs.people_by_sex"].note["en"]
    assert not told["job_fairs.hired_by_wave"].note


def test_a_sum_of_fairs_says_what_it_leaves_out_and_one_of_nothing_is_withheld() -> None:
    value = periodic._value
    assert [value(reports.Sum(*each)) for each in ((0, False), (7, False), (7, True), (0, True))] == [
        0,
        7,
        7,
        None,
    ]


@pytest.mark.parametrize("lang", ["ru", "ky", "en"])
def test_the_report_is_read_by_everybody_and_printed(world: World, lang: str) -> None:
    public = world.app.test_client().get(f"/{lang}/job_fairs/open/{world.fair_id}/report")
    assert public.status_code == 200
    assert "•" in public.get_data(as_text=True)
    browser = world.town.browser(world.app, "organiser@example.org")
    answer = browser.get(f"/{lang}/job_fairs/{world.fair_id}/report.pdf")
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.data)).pages)
    assert "•" in text
    assert "Ярмарка" in text
    assert browser.get(f"/{lang}/job_fairs/report").status_code == 200
