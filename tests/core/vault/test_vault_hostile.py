"""What somebody tries who wants in: roles taken, locks walked round, keys exchanged in the database, races."""

import contextlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update
from vault_house import FIELDS, House  # type: ignore[import-not-found]

from core import vault
from core.accounts.models import Membership, Notification, Person
from core.accounts.roles import KEY_HOLDER, MEMBER
from core.platform import EXTENSION
from core.testing import PASSWORD, Town
from core.vault import Closed, Damaged, VaultProblem, boxes, holders, keyring, rotation
from core.vault.models import KeyGrant, OrganisationKey


def unlock(house: House, person: UUID) -> bool:
    return keyring.unlock(house.database, house.town.site.settings, person, person, PASSWORD)


def lock(house: House) -> None:
    with house.database.transaction() as session:
        holders.lock(session, house.actor(house.member), house.ours)


def state(house: House) -> vault.Readiness:
    with house.database.reading() as session:
        return vault.readiness(session, house.ours)


def take_role(house: House, person: UUID) -> None:
    with house.database.transaction() as session:
        session.execute(update(Membership).filter_by(person_id=person).values(roles=[MEMBER]))


def test_whoever_loses_the_role_opens_nothing_at_the_next_request(any_house: House) -> None:
    house, place = any_house, any_house.put()
    assert house.read(place, house.second) == FIELDS
    take_role(house, house.second)
    with pytest.raises(Closed, match="no_grant"):
        house.read(place, house.second)
    with house.database.transaction() as session, pytest.raises(Closed, match="no_grant"):
        keys = keyring.of(house.second)
        vault.scan(session, house.actor(house.second), house.ours, keys, "Айгүл")
    assert house.read(place, house.first) == FIELDS


def test_whoever_lost_the_role_is_no_holder_and_gets_no_key_of_the_next_epoch(any_house: House) -> None:
    house = any_house
    take_role(house, house.second)
    assert state(house).missing == ("second_holder",)
    assert [each.person_id for each in state(house).holders] == [house.first]
    rotation.rotate(house.database, house.actor(house.first), keyring.of(house.first), house.ours)
    with house.database.reading() as session:
        key = vault.rotation.organisation_keys.current(session, house.ours)
        assert key is not None
        given = session.scalars(select(KeyGrant.person_id).filter_by(key_id=key.id)).all()
    assert given == [house.first]


def test_beginning_anew_does_not_walk_round_a_lock(any_house: House) -> None:
    """Close the holders' accounts, make a new key, open one holder's account again: still two are needed."""
    house, place = any_house, any_house.put()
    lock(house)
    with house.database.transaction() as session:
        both = update(Person).where(Person.id.in_([house.first, house.second]))
        session.execute(both.values(disabled=True))
    settings = house.town.site.settings
    holders.begin(house.database, settings, house.actor(house.third), house.ours, PASSWORD)
    with house.database.transaction() as session:
        session.execute(update(Person).filter_by(id=house.first).values(disabled=False))
    assert unlock(house, house.first)
    with pytest.raises(Closed, match="locked"):
        house.read(place)
    assert "locked" in state(house).missing


@pytest.mark.parametrize("how", ["locked", "new sheet"])
def test_evidence_is_never_sealed_to_the_site_once_two_hold_the_key(house: House, how: str) -> None:
    if how == "locked":
        lock(house)
    else:
        with house.database.transaction() as session:
            holders.new_sheet(session, house.actor(house.first), keyring.of(house.first), house.ours)
    assert not state(house).ready
    with house.database.reading() as session:
        key = vault.rotation.organisation_keys.current(session, house.ours)
        assert key is not None
        assert vault.recipients(session, house.ours) == [key.recipient, key.sheet_recipient]


def test_idle_keys_leave_the_memory_also_when_nobody_comes(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring, "IDLE", 0.2)
    for waiting in keyring._sweeper:
        waiting.cancel()  # it was set for the real ten minutes
    keyring._sweeper.clear()
    assert unlock(house, house.first)
    until = time.monotonic() + 5
    while keyring._unlocked and time.monotonic() < until:
        time.sleep(0.05)
    assert keyring._unlocked == {}


def test_a_public_key_that_was_exchanged_is_damage_at_the_next_reading(any_house: House) -> None:
    """Whoever writes to the database could else read all that is sealed from now on, and nobody would notice."""
    house, place = any_house, any_house.put()
    foreign = boxes.recipient_of(boxes.new_identity())
    with house.database.transaction() as session:
        session.execute(
            update(OrganisationKey).filter_by(organisation_id=house.ours).values(recipient=foreign)
        )
    with pytest.raises(Damaged, match="public"):
        house.read(place)


def test_of_two_who_begin_at_once_one_begins(any_app: Flask) -> None:
    town = Town(any_app.extensions[EXTENSION])
    place = town.organisation("Новые")
    people = [town.person(f"{name}@new.example", place, KEY_HOLDER) for name in ("one", "two", "tri")]
    gate = threading.Barrier(len(people))

    def begin(person: UUID) -> str:
        actor = town.actor(person)
        gate.wait()
        try:
            holders.begin(town.site.database, town.site.settings, actor, place, PASSWORD)
        except VaultProblem as problem:
            return problem.code
        return "begun"

    with ThreadPoolExecutor(len(people)) as pool:
        assert sorted(pool.map(begin, people)) == ["begun", "exists", "exists"]


def test_of_two_who_let_in_at_once_one_does(any_house: House) -> None:
    house = any_house
    holders.join(house.database, house.town.site.settings, house.actor(house.third), PASSWORD)
    gate = threading.Barrier(2)

    def grant(person: UUID) -> str:
        actor, keys = house.actor(person), keyring.of(person)
        gate.wait()
        try:
            with house.database.transaction() as session:
                holders.grant(session, actor, keys, house.ours, house.third)
        except VaultProblem as problem:
            return problem.code
        return "granted"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(grant, (house.first, house.second))) == ["granted", "not_waiting"]


def test_what_is_sealed_while_the_key_is_turned_is_read_afterwards(any_house: House) -> None:
    house, over = any_house, threading.Event()
    places = [house.put() for _ in range(5)]

    def write() -> None:
        while not over.is_set():
            with contextlib.suppress(vault.NotReady):
                places.append(house.put())
            time.sleep(0.01)

    writer = threading.Thread(target=write)
    writer.start()
    for _ in range(3):
        rotation.rotate(house.database, house.actor(house.first), keyring.of(house.first), house.ours)
        with house.database.transaction() as session:
            # As after typing the groups: else nothing could be sealed to the new key.
            session.execute(update(OrganisationKey).values(sheet_confirmed_at=OrganisationKey.created_at))
        time.sleep(0.1)
    over.set()
    writer.join()
    assert all(house.read(place) == FIELDS for place in places)


def test_the_use_of_the_sheet_is_told_to_the_other_holders(house: House) -> None:
    settings = house.town.site.settings
    third = house.actor(house.third)
    holders.restore_from_sheet(house.database, settings, third, house.ours, house.sheet, PASSWORD)
    with house.database.reading() as session:
        told = session.scalars(select(Notification.person_id)).all()
    assert set(told) == {house.first, house.second}
