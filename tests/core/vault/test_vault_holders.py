"""Holders come and go; the sheet, locks, and keys in memory."""

from uuid import UUID

import pytest
from sqlalchemy import delete, func, select, update
from vault_house import FIELDS, House  # type: ignore[import-not-found]

from core import vault
from core.accounts.models import Membership, Person, SignIn
from core.accounts.passwords import hashed
from core.audit import AuditEntry
from core.database import new_id
from core.permissions import Denied
from core.settings import Settings
from core.testing import PASSWORD
from core.vault import Closed, NotReady, VaultProblem, holders, keyring, member_keys, sheets
from core.vault.models import KeyGrant, MemberKey, OrganisationKey

OTHER = "совсем другой длинный пароль"


def settings_of(house: House) -> Settings:
    found: Settings = house.town.site.settings
    return found


def unlock(house: House, person: UUID, password: str = PASSWORD) -> bool:
    return keyring.unlock(house.database, settings_of(house), person, person, password)


def missing(house: House) -> tuple[str, ...]:
    with house.database.reading() as session:
        return vault.readiness(session, house.ours).missing


def lock(house: House) -> int:
    with house.database.transaction() as session:
        return holders.lock(session, house.actor(house.member), house.ours)


def reopen(house: House, person: UUID) -> int:
    with house.database.transaction() as session:
        return holders.unlock_after_lock(session, house.actor(person), keyring.of(person), house.ours)


def test_nothing_is_sealed_before_two_have_unlocked_and_the_sheet_is_confirmed(any_house: House) -> None:
    house, database = any_house, any_house.database
    organisation = house.town.organisation("Новые")
    one = house.town.person("one@new.example", organisation, "core.key_holder")
    two = house.town.person("two@new.example", organisation, "core.key_holder")

    def state() -> vault.Readiness:
        with database.reading() as session:
            return vault.readiness(session, organisation)

    assert state().missing == ("no_key",)
    sheet = holders.begin(database, settings_of(house), house.actor(one), organisation, PASSWORD)
    assert state().missing == ("sheet_unconfirmed", "second_holder")
    holders.join(database, settings_of(house), house.actor(two), PASSWORD)
    assert unlock(house, one)
    with database.transaction() as session:
        (waiting,) = holders.waiting(session, organisation)
        assert waiting.person_id == two
        assert len(waiting.fingerprint) == 19
        holders.grant(session, house.actor(one), keyring.of(one), organisation, two)
        assert not holders.waiting(session, organisation)
    numbers = state().sheet_groups
    with database.transaction() as session:
        right = {number: f" {sheets.groups(sheet)[number - 1].lower()} " for number in numbers}
        for wrong in (
            {},
            {numbers[0]: right[numbers[0]]},
            dict.fromkeys(numbers, "AAAA"),
            right | {14: "AAAA"},
        ):
            with pytest.raises(VaultProblem, match="wrong_groups"):
                holders.confirm_sheet(session, house.actor(one), organisation, wrong)
        holders.confirm_sheet(session, house.actor(one), organisation, right)
    assert state().missing == ("second_holder",)
    with pytest.raises(NotReady, match="second_holder"):
        house.put(place=house.place(organisation))
    assert unlock(house, two)
    assert state().ready
    assert [(each.person_id, each.unlocked) for each in state().holders] == [(one, True), (two, True)]
    place = house.put(place=house.place(organisation))
    assert house.read(place, two) == FIELDS
    keyring.forget_person(one)
    keyring.forget_person(two)


def test_only_who_may_hold_a_key_becomes_a_holder(house: House) -> None:
    settings, member = settings_of(house), house.actor(house.member)
    with pytest.raises(Denied):
        holders.begin(house.database, settings, member, house.ours, PASSWORD)
    with pytest.raises(Denied):
        holders.join(house.database, settings, member, PASSWORD)
    with pytest.raises(Denied):
        holders.begin(house.database, settings, house.actor(house.stranger), house.ours, PASSWORD)
    with pytest.raises(VaultProblem, match="exists"):
        holders.begin(house.database, settings, house.actor(house.third), house.ours, PASSWORD)
    with pytest.raises(VaultProblem, match="wrong_password"):
        holders.join(house.database, settings, house.actor(house.third), OTHER)
    with house.database.transaction() as session, pytest.raises(VaultProblem, match="not_waiting"):
        holders.grant(session, house.actor(house.first), keyring.of(house.first), house.ours, house.third)


def test_a_request_can_be_turned_down(house: House) -> None:
    holders.join(house.database, settings_of(house), house.actor(house.third), PASSWORD)
    with house.database.transaction() as session:
        holders.refuse(session, house.actor(house.first), house.ours, house.third)
        assert not holders.waiting(session, house.ours)


def test_another_password_opens_nothing(house: House) -> None:
    keyring.forget(house.first)
    assert not unlock(house, house.first, OTHER)
    assert keyring.of(house.first) is None
    assert not unlock(house, house.member)


def test_a_changed_password_keeps_the_key(any_house: House) -> None:
    house, place = any_house, any_house.put()
    with pytest.raises(VaultProblem, match="wrong_password"):
        member_keys.turned(house.database, settings_of(house), house.first, OTHER, OTHER)
    turned = member_keys.turned(house.database, settings_of(house), house.first, PASSWORD, OTHER)
    with house.database.transaction() as session:
        holders.rewrap(session, house.first, turned)
    keyring.forget(house.first)
    assert not unlock(house, house.first)
    assert unlock(house, house.first, OTHER)
    assert house.read(place) == FIELDS
    assert member_keys.turned(house.database, settings_of(house), house.member, PASSWORD, OTHER) is None


def test_a_reset_forgets_the_key_and_another_holder_lets_the_person_in_again(any_house: House) -> None:
    house, place = any_house, any_house.put()
    with house.database.transaction() as session:
        holders.forget(session, house.second)
        session.execute(
            update(Person).filter_by(id=house.second).values(password_hash=hashed(settings_of(house), OTHER))
        )
    assert keyring.of(house.second) is None
    assert missing(house) == ("second_holder",)
    holders.join(house.database, settings_of(house), house.actor(house.second), OTHER)
    with house.database.transaction() as session:
        holders.grant(session, house.actor(house.first), keyring.of(house.first), house.ours, house.second)
    assert unlock(house, house.second, OTHER)
    assert house.read(place, house.second) == FIELDS
    assert missing(house) == ()


def test_a_replaced_member_key_in_memory_opens_nothing(house: House) -> None:
    place, stale = house.put(), keyring.of(house.second)
    with house.database.transaction() as session:
        session.execute(update(MemberKey).filter_by(person_id=house.second).values(recipient="age1other"))
    with house.database.transaction() as session, pytest.raises(Closed, match="no_grant"):
        vault.unseal(session, house.actor(house.second), place, stale)


def test_all_holders_gone_the_site_runs_on_and_the_sheet_lets_a_member_back_in(any_house: House) -> None:
    house, place = any_house, any_house.put()
    with house.database.transaction() as session:
        holders.forget(session, house.first)
        holders.forget(session, house.second)
    assert missing(house) == ("no_holder", "second_holder")
    with house.database.reading() as session:
        assert vault.readiness(session, house.ours).lost
        assert vault.recipients(session, house.ours) == []
        assert vault.has(session, [place]) == {place.record_id}
    with pytest.raises(Closed, match="nobody"):
        house.read(place)
    third, settings = house.actor(house.third), settings_of(house)
    for wrong in ("", "nonsense", str(sheets.new_sheet())):
        with pytest.raises(VaultProblem, match="wrong_sheet"):
            holders.restore_from_sheet(house.database, settings, third, house.ours, wrong, PASSWORD)
    typed = " ".join(sheets.groups(house.sheet)).lower()
    holders.restore_from_sheet(house.database, settings, third, house.ours, typed, PASSWORD)
    assert unlock(house, house.third)
    assert house.read(place, house.third) == FIELDS


def test_beginning_anew_after_a_loss_keeps_the_lost_closed_until_its_sheet_is_found(house: House) -> None:
    place, settings = house.put(), settings_of(house)
    with house.database.transaction() as session:
        holders.forget(session, house.first)
        holders.forget(session, house.second)
    holders.begin(house.database, settings, house.actor(house.third), house.ours, PASSWORD)
    assert unlock(house, house.third)
    with pytest.raises(Closed, match="no_grant"):
        house.read(place, house.third)
    with house.database.transaction() as session:
        keys = keyring.of(house.third)
        assert vault.scan(session, house.actor(house.third), house.ours, keys, "Айгүл") == []
    holders.restore_from_sheet(
        house.database, settings, house.actor(house.third), house.ours, house.sheet, PASSWORD
    )
    assert house.read(place, house.third) == FIELDS
    vault.rotation.rotate(house.database, house.actor(house.third), keyring.of(house.third), house.ours)
    assert house.read(place, house.third) == FIELDS


def test_a_new_sheet_replaces_the_old_one(house: House) -> None:
    with house.database.transaction() as session:
        keys = keyring.of(house.first)
        text = holders.new_sheet(session, house.actor(house.first), keys, house.ours)
    assert missing(house) == ("sheet_unconfirmed",)
    third, settings = house.actor(house.third), settings_of(house)
    with pytest.raises(VaultProblem, match="wrong_sheet"):
        holders.restore_from_sheet(house.database, settings, third, house.ours, house.sheet, PASSWORD)
    holders.restore_from_sheet(house.database, settings, third, house.ours, text, PASSWORD)


def test_a_sheet_is_read_as_people_type_it() -> None:
    text = str(sheets.new_sheet())
    parts = sheets.groups(text)
    assert sheets.PREFIX + "".join(parts) == text
    assert [len(part) for part in parts] == [4] * 14 + [2]
    confused = text.removeprefix(sheets.PREFIX).replace("0", "O").replace("A", "А").replace("C", "С")
    for typed in (text, text.lower(), f"\n{'  '.join(parts)}\t", "-".join(parts), confused):
        assert str(sheets.parse(typed)) == text
    with pytest.raises(ValueError, match="age"):
        sheets.parse(text[:-1] + ("Q" if text[-1] != "Q" else "P"))


def test_a_lock_ends_all_sessions_and_needs_two_holders(any_house: House) -> None:
    house, place = any_house, any_house.put()
    with house.database.transaction() as session:
        people = (house.first, house.second, house.member, house.stranger)
        session.add_all(
            SignIn(token_hash=new_id().hex, person_id=each, second_factor=True) for each in people
        )
    stale = keyring.of(house.first)
    assert lock(house) == 3
    with house.database.reading() as session:
        assert session.scalars(select(SignIn.person_id)).all() == [house.stranger]
    assert keyring.of(house.first) is None
    assert missing(house) == ("locked",)
    with pytest.raises(NotReady, match="locked"):
        house.put()
    with house.database.transaction() as session, pytest.raises(Closed, match="locked"):
        vault.unseal(session, house.actor(house.first), place, stale)
    with pytest.raises(Closed, match="nobody"):
        reopen(house, house.first)
    assert unlock(house, house.first)
    with pytest.raises(Closed, match="locked"):
        house.read(place)
    assert reopen(house, house.first) == 1
    assert unlock(house, house.first)
    assert reopen(house, house.first) == 1, "the same one twice is not two"
    with pytest.raises(Closed, match="locked"):
        house.read(place)
    assert unlock(house, house.second)
    assert reopen(house, house.second) == 0
    assert house.read(place) == FIELDS
    with house.database.transaction() as session, pytest.raises(Closed, match="nobody"):
        # Another process may still have what was unlocked before the lock.
        vault.unseal(session, house.actor(house.first), place, stale)
    with pytest.raises(VaultProblem, match="not_locked"):
        reopen(house, house.second)


def test_a_locked_vault_lets_nobody_in_but_by_the_sheet(house: House) -> None:
    place = house.put()
    holders.join(house.database, settings_of(house), house.actor(house.third), PASSWORD)
    lock(house)
    assert unlock(house, house.first)
    keys = keyring.of(house.first)
    with house.database.transaction() as session, pytest.raises(Closed, match="locked"):
        holders.grant(session, house.actor(house.first), keys, house.ours, house.third)
    with pytest.raises(Closed, match="locked"):
        holders.withdraw(house.database, house.actor(house.first), keys, house.ours, house.second)
    with house.database.transaction() as session, pytest.raises(Closed, match="locked"):
        holders.new_sheet(session, house.actor(house.first), keys, house.ours)
    third = house.actor(house.third)
    holders.restore_from_sheet(house.database, settings_of(house), third, house.ours, house.sheet, PASSWORD)
    assert reopen(house, house.first) == 1
    assert unlock(house, house.third)
    assert reopen(house, house.third) == 0
    assert house.read(place, house.third) == FIELDS


def test_any_member_locks_and_no_stranger(house: House) -> None:
    with house.database.transaction() as session, pytest.raises(Denied):
        holders.lock(session, house.actor(house.stranger), house.ours)
    assert missing(house) == ()


def test_idle_keys_are_forgotten(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = keyring.clock()
    assert keyring.of(house.first)
    assert keyring.of(house.second)
    monkeypatch.setattr(keyring, "clock", lambda: moment + keyring.IDLE - 1)
    assert keyring.of(house.first) is not None
    monkeypatch.setattr(keyring, "clock", lambda: moment + 2 * keyring.IDLE - 2)
    assert keyring.of(house.first) is not None, "use prolongs"
    assert house.second not in keyring._unlocked, "idle ones go at any use of the ring"
    monkeypatch.setattr(keyring, "clock", lambda: moment + 3 * keyring.IDLE)
    assert keyring.of(house.first) is None
    assert keyring._unlocked == {}
    assert keyring.of(None) is None


def test_a_closed_account_is_no_holder(house: House) -> None:
    with house.database.transaction() as session:
        session.execute(update(Person).filter_by(id=house.second).values(disabled=True))
    assert missing(house) == ("second_holder",)


def test_who_has_left_the_organisation_opens_nothing_from_that_moment(any_house: House) -> None:
    """The grant stays, so that a mistake loses no data; neither it nor keys still in memory admit anybody."""
    place = any_house.put()
    assert any_house.read(place, any_house.second) == FIELDS
    keys, grants = (
        keyring.of(any_house.second),
        select(func.count(KeyGrant.id)).filter_by(person_id=any_house.second),
    )
    with any_house.database.transaction() as session:
        session.execute(delete(Membership).filter_by(person_id=any_house.second))
    with any_house.database.transaction() as session:
        assert session.scalar(grants) == 1
        with pytest.raises((Denied, Closed)):
            vault.unseal(session, any_house.actor(any_house.second), place, keys)
    assert missing(any_house) == ("second_holder",)


def test_no_secret_is_shown_by_repr_or_audit(house: House) -> None:
    keys = keyring.of(house.first)
    assert keys is not None
    made = member_keys.make(settings_of(house), house.third, PASSWORD)
    secrets = [str(keys.identity), str(made.identity), house.sheet, PASSWORD]
    house.read(house.put())
    with house.database.reading() as session:
        entries = session.scalars(select(AuditEntry)).all()
        shown = [repr((e.action, e.fields)) for e in entries] + [repr(keys), repr(made)]
        assert session.scalar(select(func.count()).select_from(OrganisationKey)) == 2
    assert not [secret for secret in secrets if any(secret in text for text in shown)]


def test_the_real_cost_of_a_member_key(house: House, tmp_path: object) -> None:
    """Outside of tests the key is stretched with 64 MiB; the row says so, and opens."""
    real = Settings(instance=settings_of(house).instance)
    made = member_keys.make(real, house.member, PASSWORD)
    assert (made.memory, made.passes) == (64 * 1024, 3)
    with house.database.transaction() as session:
        member_keys.store(session, house.member, made)
    row = member_keys.load(house.database, house.member)
    assert row is not None
    assert str(member_keys.opened(row, PASSWORD)) == str(made.identity)
    row.memory = 2**31
    with pytest.raises(vault.Damaged, match="too much memory"):
        member_keys.opened(row, PASSWORD)


def test_a_member_key_of_somebody_else_does_not_open(house: House) -> None:
    with house.database.transaction() as session:
        theirs = session.scalars(select(MemberKey).filter_by(person_id=house.second)).one()
        kept = {name: getattr(theirs, name) for name in ("recipient", "salt", "memory", "passes", "sealed")}
        session.execute(delete(MemberKey).filter_by(person_id=house.first))
        session.add(MemberKey(person_id=house.first, **kept))
    assert not unlock(house, house.first), "the same password, the key of another person"
