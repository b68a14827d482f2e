"""Contacts go after the last wave of outcomes: the rule, and the daily job on each database."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit import AuditEntry, verify
from core.platform import EXTENSION, Platform
from core.testing import Town, drain
from core.toolkit import Actor, now, vault
from core.vault.models import DataKey, SealedField
from plugins.job_fairs import jobs, retention
from plugins.job_fairs.forms.fair import FairForm
from plugins.job_fairs.models import Fair, Registration
from plugins.job_fairs.services import contacts, employers, fairs, registrations
from plugins.job_fairs.services.employers import Application, Opening
from plugins.job_fairs.services.registrations import Person

DAYS = st.dates(date(2000, 1, 1), date(2200, 1, 1))
BISHKEK = ZoneInfo("Asia/Bishkek")
NAME, PHONE = "Гүлзат Канарейкина", "+996555123987"
PEOPLE = 5


@given(DAYS, DAYS)
def test_contacts_are_kept_for_the_last_wave_and_a_month_and_a_later_fair_never_goes_first(
    one: date, other: date
) -> None:
    until = retention.kept_until(one)
    wave = until - retention.GRACE
    assert (wave.year * 12 + wave.month) - (one.year * 12 + one.month) == retention.LAST_WAVE_MONTHS
    assert wave.day == one.day or (wave.day < one.day and (wave + timedelta(days=1)).day == 1)
    assert timedelta(89 + 30) <= until - one <= timedelta(92 + 30)
    assert (retention.kept_until(one) <= retention.kept_until(other)) or one > other


def test_the_day_is_that_of_bishkek_and_an_earlier_cancellation_counts() -> None:
    # The last slot ends at 01:00 of 1 June there, when UTC still has 31 May.
    fair = Fair(starts=datetime(2026, 5, 31, 15, tzinfo=UTC), slots=16, slot_minutes=15, state="closed")
    fair.changed_at = datetime(2026, 3, 30, 12, tzinfo=UTC)
    assert contacts.kept_until(fair) == date(2026, 10, 1)
    fair.state = "cancelled"
    assert contacts.kept_until(fair) == date(2026, 7, 30)
    fair.changed_at = datetime(2026, 9, 9, tzinfo=UTC)
    assert contacts.kept_until(fair) == date(2026, 10, 1)


class Council:
    """A council that can seal, with an organiser."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.site: Platform = app.extensions[EXTENSION]
        town = Town(self.site)
        self.id = town.organisation("Совет Баткена", "regional_council")
        self.holders = [
            town.person(f"{name}@example.org", self.id, "core.key_holder", "job_fairs.organiser")
            for name in ("one", "two")
        ]
        town.vault(self.id, *self.holders)
        self.organiser = town.actor(self.holders[0])
        self.browser = town.browser(app, "one@example.org")

    def fair(self, days: int) -> UUID:
        """A fair in so many days with people whose contacts are sealed, and one who gave none."""
        with self.app.app_context(), self.site.database.transaction() as session:
            facts = fairs.Facts("KG-B", {"ru": "Ярмарка"}, "Дом культуры", "1", now() + timedelta(days))
            fair = fairs.propose(session, self.organiser, self.id, facts)
            fairs.move(session, self.organiser, fair, "announce", revision=1)
            told = Application("ОсОО «Пример»", "1" * 14, 1, "", [Opening("Швея", "8153")])
            there = employers.apply(session, Actor(), fair, told)
            employers.accept(
                session,
                self.organiser,
                there,
                revision=1,
                zone="A",
                booth="1",
                desks=1,
                vacancies=employers.proposed(there),
            )
            fairs.move(session, self.organiser, fair, "open", revision=2)
            for number in range(PEOPLE + 1):
                self._enter(session, fair, there.id, {"name": NAME, "phone": PHONE} if number else {})
            return fair.id

    def _enter(self, session: Session, fair: Fair, wish: UUID, contact: dict[str, str]) -> None:
        person = Person("phone", 0, 5, "2", 1999)
        registrations.register(session, self.organiser, fair, uuid4(), person, [wish], contact, consent=True)

    def run(self) -> None:
        """The daily job, as the worker runs it, and what it queues."""
        with self.app.app_context():
            self.site.jobs[jobs.FORGET_CONTACTS.name].run(self.site.database, [{}])
        drain(self.app)

    def left(self, fair_id: UUID) -> int:
        """How many contacts of that fair are sealed still."""
        with self.site.database.reading() as session:
            people = registrations.of(session, session.get_one(Fair, fair_id))
            return len(vault.has(session, [registrations.place(each) for each in people]))

    def told(self, fair_id: UUID) -> list[list[str]]:
        """What the audit says of erasures at that fair."""
        with self.site.database.reading() as session:
            rows = select(AuditEntry.fields).filter_by(action=contacts.ERASED, object_id=fair_id)
            return list(session.scalars(rows.order_by(AuditEntry.sequence)))

    def until(self, fair_id: UUID) -> date:
        """The last day of the contacts of that fair."""
        with self.site.database.reading() as session:
            return contacts.kept_until(session.get_one(Fair, fair_id))

    def sealed_bytes(self) -> list[bytes]:
        """A stretch of each wrapped key and each sealed text: what would lie on a disk."""
        with self.site.database.reading() as session:
            rows = [*session.scalars(select(DataKey.wrapped)), *session.scalars(select(SealedField.body))]
        return [bytes(row)[24:64] for row in rows]

    def on_disk(self, needles: list[bytes]) -> set[bytes]:
        """Those that stand in any file of the data folder."""
        folder: Path = self.site.settings.data
        files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
        return {needle for needle in needles if any(needle in each for each in files)}


@pytest.fixture
def council(any_app: Flask) -> Iterator[Council]:
    made = Council(any_app)
    yield made
    for holder in made.holders:
        vault.keyring.forget_person(holder)


def at(monkeypatch: pytest.MonkeyPatch, day: date, hour: time = time(0, 1)) -> None:
    """Let the job believe that it is then, in Bishkek."""
    monkeypatch.setattr(contacts, "now", lambda: datetime.combine(day, hour, BISHKEK).astimezone(UTC))


def test_the_job_erases_contacts_after_their_day_and_keeps_the_row(
    council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, later = council.fair(10), council.fair(40)
    with council.site.database.reading() as session:
        rows = select(Registration.id, Registration.code, Registration.sex, Registration.birth_year)
        before = sorted(session.execute(rows.filter_by(fair_id=first)))
    needles, last = council.sealed_bytes(), council.until(first)
    sqlite = council.site.database.is_sqlite
    assert not sqlite or council.on_disk(needles) == set(needles)

    at(monkeypatch, last, time(23, 59))
    council.run()
    assert council.left(first) == PEOPLE
    at(monkeypatch, last + timedelta(days=1))
    council.run()
    council.run()

    assert (council.left(first), council.left(later)) == (0, PEOPLE)
    assert council.told(first) == [[f"contacts={PEOPLE}"]]
    assert council.told(later) == []
    kept = council.sealed_bytes()
    assert 0 < len(kept) < len(needles)
    assert not sqlite or council.on_disk(needles) == set(kept)
    assert council.on_disk([NAME.encode(), PHONE.encode()]) == set()
    with council.site.database.reading() as session:
        assert sorted(session.execute(rows.filter_by(fair_id=first))) == before
        assert verify(session) == []


def test_a_killed_run_is_finished_by_the_next(council: Council, monkeypatch: pytest.MonkeyPatch) -> None:
    fair, erase, calls = council.fair(10), vault.erase, []

    def killed(session: Session, actor: Actor, place: vault.Place) -> bool:
        calls.append(place)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return erase(session, actor, place)

    monkeypatch.setattr(contacts, "BATCH", 2)
    monkeypatch.setattr(vault, "erase", killed)
    at(monkeypatch, council.until(fair) + timedelta(days=1))
    with pytest.raises(KeyboardInterrupt):
        council.run()
    gone = PEOPLE - council.left(fair)
    assert 0 < gone < 4
    assert sum(int(each.partition("=")[2]) for (each,) in council.told(fair)) == gone

    monkeypatch.setattr(vault, "erase", erase)
    council.run()
    assert council.left(fair) == 0
    assert sum(int(each.partition("=")[2]) for (each,) in council.told(fair)) == PEOPLE
    with council.site.database.reading() as session:
        assert session.scalar(select(func.count(DataKey.id))) == 0


def test_a_cancelled_fair_counts_from_its_cancellation_and_its_page_names_the_day(
    council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    fair = council.fair(300)
    planned = council.until(fair)
    with council.app.app_context(), council.site.database.transaction() as session:
        found = session.get_one(Fair, fair)
        fairs.move(session, council.organiser, found, "cancel", revision=found.revision, reason="Паводок")
    last = council.until(fair)
    assert last == retention.kept_until(now().astimezone(BISHKEK).date()) < planned
    page = council.browser.get(f"/ru/job_fairs/{fair}").text
    assert f"Контакты хранятся по {last.day}\u00a0" in page or f"Контакты хранятся по {last.day} " in page
    at(monkeypatch, last + timedelta(days=1))
    council.run()
    assert council.left(fair) == 0


def test_a_fair_of_another_age_is_not_taken(app: Flask) -> None:
    for year, taken in (("0001", False), ("2027", True), ("9999", False)):
        with app.test_request_context(method="POST", data={"day": f"31.12.{year}", "time": "23:00"}):
            assert (FairForm().starts is not None) == taken
