"""New epochs: who reads what, and killing a rotation anywhere."""

import os
import signal
from multiprocessing import get_context
from typing import Any

import pytest
from sqlalchemy import event, func, select, update
from vault_house import FIELDS, House  # type: ignore[import-not-found]

from core import vault
from core.database import Database
from core.permissions import ANONYMOUS
from core.testing import PASSWORD
from core.vault import Closed, NotReady, Place, VaultProblem, holders, internal, keyring, rotation, sheets
from core.vault.boxes import pyrage, x25519
from core.vault.models import DataKey, InternalKey, KeyGrant, OrganisationKey, SealedRecord

KILLS = 20
RECORDS = 12


def confirm(house: House, sheet: str) -> None:
    with house.database.transaction() as session:
        asked = vault.readiness(session, house.ours).sheet_groups
        typed = {number: sheets.groups(sheet)[number - 1] for number in asked}
        holders.confirm_sheet(session, house.actor(house.first), house.ours, typed)


def outdated(house: House) -> int:
    with house.database.reading() as session:
        return rotation.outdated(session, house.ours)


def rotate(house: House) -> str:
    return rotation.rotate(house.database, house.actor(house.first), keyring.of(house.first), house.ours)


def test_after_a_rotation_everything_opens_and_nothing_hangs_on_the_old_key(any_house: House) -> None:
    places = [any_house.put() for _ in range(5)]
    foreign = any_house.put(place=any_house.place(any_house.theirs))
    with any_house.database.transaction() as session:
        old = [x25519.Recipient.from_str(each) for each in vault.recipients(session, any_house.ours)]
    file = pyrage.encrypt(b"evidence", old)
    sheet = rotate(any_house)
    assert outdated(any_house) == 0
    with pytest.raises(NotReady, match="sheet_unconfirmed"):
        any_house.put()
    confirm(any_house, sheet)
    places.append(any_house.put())
    for person in (any_house.first, any_house.second):
        assert all(any_house.read(place, person) == FIELDS for place in places)
    assert any_house.read(foreign, any_house.stranger) == FIELDS
    with any_house.database.transaction() as session:
        actor, keys = any_house.actor(any_house.second), keyring.of(any_house.second)
        assert vault.open_file(session, actor, any_house.ours, keys, file) == b"evidence"
        grants = select(KeyGrant.id).join(OrganisationKey, OrganisationKey.id == KeyGrant.key_id)
        grants = grants.where(OrganisationKey.organisation_id == any_house.ours, OrganisationKey.epoch == 1)
        assert session.scalars(grants).all() == []


def test_who_is_withdrawn_reads_no_more(any_house: House) -> None:
    house, place = any_house, any_house.put()
    stale = keyring.of(house.second)
    sheet = holders.withdraw(
        house.database, house.actor(house.first), keyring.of(house.first), house.ours, house.second
    )
    with house.database.transaction() as session, pytest.raises(Closed, match="no_grant"):
        vault.unseal(session, house.actor(house.second), place, stale)
    assert house.read(place) == FIELDS
    with pytest.raises(VaultProblem, match="wrong_sheet"):
        holders.restore_from_sheet(
            house.database,
            house.town.site.settings,
            house.actor(house.third),
            house.ours,
            house.sheet,
            PASSWORD,
        )
    confirm(house, sheet)
    with house.database.reading() as session:
        assert vault.readiness(session, house.ours).missing == ("second_holder",)
    first = (house.database, house.actor(house.first), keyring.of(house.first), house.ours)
    with pytest.raises(VaultProblem, match="oneself"):
        holders.withdraw(*first, house.first)
    with pytest.raises(VaultProblem, match="no_holder"):
        holders.withdraw(*first, house.second)


def test_who_stays_withdrawn_from_one_organisation_keeps_the_other(house: House) -> None:
    """Rotating one organisation touches nothing of another."""
    foreign = house.put(place=house.place(house.theirs))
    rotate(house)
    with house.database.reading() as session:
        epochs = session.execute(
            select(SealedRecord.organisation_id, DataKey.epoch).join(
                DataKey, DataKey.sealed_record_id == SealedRecord.id
            )
        ).all()
    assert epochs == [(house.theirs, 1)]
    assert house.read(foreign, house.stranger) == FIELDS


def test_a_rotation_killed_at_twenty_points_leaves_nothing_unreadable(
    any_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 1)
    places = [any_house.put() for _ in range(RECORDS)]
    any_house.database.close()
    unreadable, interrupted = 0, 0
    for point in range(1, KILLS + 1):
        assert _rotated_in_child(any_house, point) == -signal.SIGKILL
        unreadable += _unreadable(any_house, places)
        interrupted += outdated(any_house) > 0
        any_house.database.close()
    assert _rotated_in_child(any_house, 10_000) == 0
    assert _unreadable(any_house, places) == 0
    kind = any_house.database.engine.dialect.name
    print(
        f"S15 on {kind}: {KILLS} kills, {interrupted} half done, {unreadable} of {RECORDS} records unreadable"
    )
    assert unreadable == 0
    assert interrupted > 3, "the kills must fall into the middle too"
    assert outdated(any_house) == 0


def _unreadable(house: House, places: list[Place]) -> int:
    """How many of these the other holder does not read as they were written."""
    actor, keys, failed = house.actor(house.second), keyring.of(house.second), 0
    with house.database.transaction() as session:
        for place in places:
            try:
                failed += vault.unseal(session, actor, place, keys) != FIELDS
            except (vault.Damaged, Closed):
                failed += 1
    return failed


def _rotated_in_child(house: House, point: int) -> int | None:
    """Rotate in a process that dies by SIGKILL before its `point`-th write or commit; gives the exit code."""
    child = get_context("fork").Process(target=_rotate_and_die, args=(house, point))
    child.start()
    child.join(60)
    return child.exitcode


def _rotate_and_die(house: House, point: int) -> None:
    database = Database(house.town.site.settings.database, **house.database._info)
    count = 0

    def strike(*_: Any) -> None:
        nonlocal count
        count += 1
        if count >= point:
            os.kill(os.getpid(), signal.SIGKILL)

    def write(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.split()[0] in {"INSERT", "UPDATE", "DELETE"}:
            strike()

    event.listen(database.engine, "before_cursor_execute", write)
    event.listen(database.engine, "commit", strike)
    actor = house.actor(house.first)
    rotation.rotate(database, actor, keyring.of(house.first), house.ours)
    database.close()
    os._exit(0)


def test_an_interrupted_rotation_is_finished_by_finish(house: House) -> None:
    places = [house.put() for _ in range(4)]
    actor, keys = house.actor(house.first), keyring.of(house.first)
    with house.database.transaction() as session:
        rotation.begin(session, actor, keys, house.ours)
    assert outdated(house) == 4
    assert all(house.read(place) == FIELDS for place in places)
    assert rotation.finish(house.database, actor, keys, house.ours) == 4
    assert rotation.finish(house.database, actor, keys, house.ours) == 0
    assert outdated(house) == 0


def test_a_damaged_data_key_does_not_stop_the_others(house: House) -> None:
    bad, good = house.put(), house.put()
    with house.database.transaction() as session:
        record = session.scalars(select(SealedRecord.id).filter_by(record_id=bad.record_id)).one()
        session.execute(update(DataKey).filter_by(sealed_record_id=record).values(wrapped=b"rubbish"))
    rotate(house)
    assert outdated(house) == 1
    assert house.read(good) == FIELDS


def test_what_was_erased_while_rotating_does_not_come_back(house: House) -> None:
    place = house.put()
    actor, keys = house.actor(house.first), keyring.of(house.first)
    with house.database.transaction() as session:
        rotation.begin(session, actor, keys, house.ours)
    with house.database.reading() as session:
        batch = session.scalars(select(DataKey)).all()
        turned = list(rotation._turned(session, actor, keys, house.ours, batch))
    with house.database.transaction() as session:
        vault.erase(session, actor, place)
    with house.database.transaction() as session:
        rotation._write(session, turned)
        assert session.scalar(select(func.count()).select_from(DataKey)) == 0


def test_internal_fields_are_read_by_the_server_alone_with_its_key(any_house: House) -> None:
    place, database = any_house.place(), any_house.database
    with database.transaction() as session:
        vault.seal_internal(session, place, FIELDS)
        vault.seal_internal(session, place, {"phone": ""})
    left = {name: text for name, text in FIELDS.items() if name != "phone"}
    with database.reading() as session:
        assert vault.open_internal(session, place) == left
        assert vault.open_internal(session, any_house.place()) == {}
    thief = Database(any_house.town.site.settings.database, vault_key=bytes(32))
    with thief.reading() as session, pytest.raises(vault.Damaged, match="core_organisation"):
        vault.open_internal(session, place)
    thief.close()


def test_both_modes_of_one_record_stand_beside_each_other(house: House) -> None:
    place = house.put({"name": "Айгүл"})
    with house.database.transaction() as session:
        vault.seal_internal(session, place, {"name": "служебное"})
        assert vault.open_internal(session, place) == {"name": "служебное"}
    assert house.read(place) == {"name": "Айгүл"}


def test_the_internal_key_is_rotated_and_the_old_one_goes(
    any_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(internal, "BATCH", 2)
    places = [any_house.place() for _ in range(5)]
    for place in places:
        with any_house.database.transaction() as session:
            vault.seal_internal(session, place, FIELDS)
    assert internal.rotate(any_house.database, any_house.ours) == 5
    assert internal.rotate(any_house.database, any_house.theirs) == 0
    with any_house.database.reading() as session:
        assert session.scalars(select(InternalKey.epoch)).all() == [2]
        assert all(vault.open_internal(session, place) == FIELDS for place in places)


def test_an_interrupted_internal_rotation_is_finished_by_the_next(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    places: list[Place] = [house.place() for _ in range(3)]
    for place in places:
        with house.database.transaction() as session:
            vault.seal_internal(session, place, FIELDS)
    monkeypatch.setattr(internal, "BATCH", 1)
    real, calls = internal._step, 0

    def failing(*arguments: Any) -> int:
        nonlocal calls
        calls += 1
        if calls > 1:
            raise RuntimeError("power")
        return real(*arguments)

    monkeypatch.setattr(internal, "_step", failing)
    with pytest.raises(RuntimeError):
        internal.rotate(house.database, house.ours)
    with house.database.reading() as session:
        assert all(vault.open_internal(session, place) == FIELDS for place in places)
    monkeypatch.setattr(internal, "_step", real)
    assert internal.rotate(house.database, house.ours) == 2
    with house.database.reading() as session:
        assert session.scalars(select(InternalKey.epoch)).all() == [2]
        assert all(vault.open_internal(session, place) == FIELDS for place in places)


def test_anybody_may_seal_and_it_is_noted(house: House) -> None:
    with house.database.transaction() as session:
        vault.seal(session, ANONYMOUS, house.place(), {"name": "x"})
        assert session.scalar(select(func.count()).select_from(SealedRecord)) == 1
