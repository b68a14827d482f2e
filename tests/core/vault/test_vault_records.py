"""Sealing and reading records, on both databases: what opens, and all that must not."""

import random
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import select, update
from vault_house import FIELDS, House  # type: ignore[import-not-found]

from core import vault
from core.audit import AuditEntry
from core.database import new_id
from core.permissions import ANONYMOUS, Denied
from core.testing import PASSWORD
from core.vault import Closed, Damaged, NotReady, Place, envelope, keyring, records
from core.vault.models import DataKey, KeyGrant, SealedField, SealedRecord

ACTIONS = ["core.vault.write", "core.vault.read"]


def test_what_is_sealed_is_read_by_both_holders_and_not_by_a_copy(any_house: House) -> None:
    place = any_house.put()
    assert any_house.read(place, any_house.first) == FIELDS
    assert any_house.read(place, any_house.second) == FIELDS
    with any_house.database.reading() as session:
        bodies = b"".join(session.scalars(select(SealedField.body)))
    assert not any(text.encode()[:8] in bodies for text in FIELDS.values())


def test_an_empty_text_takes_a_field_away_and_others_stay(any_house: House) -> None:
    place = any_house.put()
    any_house.put({"phone": "", "name": "Нурбек"}, place)
    assert any_house.read(place) == {"name": "Нурбек", "place": FIELDS["place"]}
    any_house.put({"name": "", "place": ""}, place)
    assert any_house.read(place) == {}
    with any_house.database.reading() as session:
        record = session.scalars(select(SealedRecord.id).filter_by(record_id=place.record_id)).one()
        assert not session.scalars(select(DataKey).filter_by(sealed_record_id=record)).all()
        assert vault.has(session, [place]) == set()


@given(
    texts=st.dictionaries(st.text(min_size=1, max_size=20), st.text(max_size=3000), min_size=1, max_size=4)
)
@examples(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_comes_back(house: House, texts: dict[str, str]) -> None:
    texts = {name: text.replace("\x00", "") for name, text in texts.items()}
    texts = {name: text for name, text in texts.items() if _encodable(name + text)}
    place = house.put(texts)
    assert house.read(place) == {name: text for name, text in texts.items() if text}


def _encodable(text: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in text)


def test_only_an_unlocked_holder_of_that_organisation_reads(any_house: House) -> None:
    place = any_house.put()
    with pytest.raises(Denied):
        any_house.read(place, any_house.stranger)
    with pytest.raises(Closed, match="no_grant"):
        any_house.read(place, any_house.member)
    keyring.forget(any_house.first)
    with pytest.raises(Closed, match="nobody"):
        any_house.read(place, any_house.first)


def test_the_keys_of_another_person_do_not_serve(house: House) -> None:
    place = house.put()
    with house.database.transaction() as session, pytest.raises(Closed, match="nobody"):
        vault.unseal(session, house.actor(house.third), place, keyring.of(house.first))


def test_a_member_without_a_grant_reads_nothing(house: House) -> None:
    place, database = house.put(), house.database
    vault.holders.join(database, house.town.site.settings, house.actor(house.third), PASSWORD)
    assert keyring.unlock(database, house.town.site.settings, house.third, house.third, PASSWORD)
    with pytest.raises(Closed, match="no_grant"):
        house.read(place, house.third)


def test_a_wrong_key_is_damage(any_house: House) -> None:
    """The grants of two organisations exchanged: each opens, to the wrong key."""
    place = any_house.put()
    with any_house.database.transaction() as session:
        session.execute(
            update(DataKey).values(wrapped=vault.records.boxes.box(b"k" * 32, _foreign_recipient(any_house)))
        )
    with pytest.raises(Damaged, match="Data key"):
        any_house.read(place)


def _foreign_recipient(house: House) -> str:
    with house.database.reading() as session:
        key = vault.records.organisation_keys.current(session, house.theirs)
        assert key is not None
        return key.recipient


@pytest.mark.parametrize("text", [b"", b"\x01", b"\x02" + bytes(90), b"\x01" + bytes(27), bytes(1000)])
def test_rubbish_is_damage(house: House, text: bytes) -> None:
    place = house.put()
    with house.database.transaction() as session:
        session.execute(update(SealedField).values(body=text))
    with pytest.raises(Damaged, match=str(place.record_id)):
        house.read(place)


@pytest.mark.parametrize("wrapped", [b"", b"age-encryption.org/v1\n", bytes(400)])
def test_a_rubbish_data_key_is_damage(house: House, wrapped: bytes) -> None:
    place = house.put()
    with house.database.transaction() as session:
        session.execute(update(DataKey).values(wrapped=wrapped))
    with pytest.raises(Damaged):
        house.read(place)


def test_a_rubbish_grant_is_damage(house: House) -> None:
    place = house.put()
    with house.database.transaction() as session:
        session.execute(update(KeyGrant).values(sealed=b"age-encryption.org/v1\nrubbish"))
    with pytest.raises(Damaged, match="epoch 1"):
        house.read(place)


def test_nothing_opens_in_another_place(any_house: House) -> None:
    """Bodies and data keys exchanged between fields, records, tables, organisations: all refused."""
    one = any_house.put({"name": "Первая", "phone": "111"})
    two = any_house.put({"name": "Вторая", "phone": "222"})
    sealed = _rows(any_house, one), _rows(any_house, two)
    swaps = [
        {"name": sealed[0]["phone"], "phone": sealed[0]["name"]},
        {"name": sealed[1]["name"]},
        {"name": sealed[1]["name"], "phone": sealed[1]["phone"]},
    ]
    for swap in swaps:
        with any_house.database.transaction() as session:
            _put_back(session, one, swap)
        with pytest.raises(Damaged):
            any_house.read(one)
        with any_house.database.transaction() as session:
            _put_back(session, one, sealed[0])
        assert any_house.read(one) == {"name": "Первая", "phone": "111"}


@pytest.mark.parametrize("column", ["table", "record_id", "organisation_id", "mode"])
def test_a_record_that_is_renamed_does_not_open(house: House, column: str) -> None:
    place = house.put()
    other = {
        "table": "monitoring_draft",
        "record_id": new_id(),
        "organisation_id": house.theirs,
        "mode": "U",
    }
    with house.database.transaction() as session:
        rows = update(SealedRecord).where(SealedRecord.record_id == place.record_id)
        if column == "mode":
            # The one mode's rows claimed to be the other's.
            session.execute(rows.values(mode="S"))
        else:
            session.execute(rows.values({column: other[column]}))
    with house.database.transaction() as session, pytest.raises(Damaged):
        if column == "mode":
            vault.open_internal(session, place)
        moved = {each: getattr(place, each) for each in ("table", "record_id", "organisation_id")}
        moved |= {column: other[column]}
        reader = house.stranger if column == "organisation_id" else house.first
        vault.unseal(session, house.actor(reader), Place(**moved), keyring.of(reader))


def test_a_field_put_back_from_an_older_state_is_refused(any_house: House) -> None:
    place = any_house.put({"name": "Старое имя", "phone": "1"})
    old = _rows(any_house, place)
    with any_house.database.reading() as session:
        old_key = session.scalars(select(DataKey).where(DataKey.id == old["name"][1])).one()
        session.expunge_all()
    any_house.put({"name": "Новое имя"}, place)
    assert any_house.read(place)["name"] == "Новое имя"
    with any_house.database.transaction() as session:
        if session.get(DataKey, old_key.id) is None:
            session.add(
                DataKey(**{c: getattr(old_key, c) for c in ("id", "sealed_record_id", "epoch", "wrapped")})
            )
            session.flush()
        _put_back(session, place, {"name": old["name"]})
    with pytest.raises(Damaged, match="name of monitoring_report"):
        any_house.read(place)


def test_a_field_that_is_missing_or_too_many_is_refused(house: House) -> None:
    place = house.put()
    with house.database.transaction() as session:
        row = session.scalars(select(SealedField).filter_by(name="phone")).one()
        row.name = "other"
    with pytest.raises(Damaged, match=r"\['other', 'phone'\]"):
        house.read(place)


def test_every_bit_counts(house: House) -> None:
    """A seeded sample of bits of 60 ciphertexts and 20 data keys; none opens, none raises anything else."""
    chance, tried = random.Random(20261123), 0
    for _ in range(20):
        place = house.put({name: text * chance.randint(1, 9) for name, text in FIELDS.items()})
        with house.database.reading() as session:
            record = session.scalars(select(SealedRecord).filter_by(record_id=place.record_id)).one()
            rows, keys = envelope.rows_of(session, [record.id])
            opener = records._opener(session, house.actor(house.first), house.ours, keyring.of(house.first))
            bodies = rows[record.id]
            assert len(envelope.texts(record, bodies, keys, opener)) == len(FIELDS)
            for name, row in bodies.items():
                bits = len(row.body) * 8
                for at in [0, 8, bits - 1, *chance.sample(range(bits), 40)]:
                    changed = bodies | {name: row._replace(body=_flipped(row.body, at))}
                    with pytest.raises(Damaged):
                        envelope.texts(record, changed, keys, opener)
                    tried += 1
            for key in keys.values():
                for at in chance.sample(range(len(key.wrapped) * 8), 20):
                    other = {key.id: key._replace(wrapped=_flipped(key.wrapped, at))}
                    with pytest.raises(Damaged):
                        envelope.texts(record, bodies, other, opener)
                    tried += 1
    print(f"S13: 0 of {tried} flipped bits opened, 60 ciphertexts and 20 data keys, seed 20261123")


def _flipped(whole: bytes, at: int) -> bytes:
    changed = bytearray(whole)
    changed[at // 8] ^= 1 << at % 8
    return bytes(changed)


def test_nothing_is_sealed_before_the_vault_is_ready(house: House) -> None:
    empty = house.town.organisation("Новые")
    with house.database.transaction() as session, pytest.raises(NotReady, match="no_key"):
        vault.seal(session, ANONYMOUS, house.place(empty), FIELDS)


def test_search_opens_everything_and_finds_by_letters_and_digits(any_house: House) -> None:
    place = any_house.put()
    other = any_house.put({"name": "Straße Ｗｉｄｅ"})
    foreign = any_house.place(any_house.theirs)
    any_house.put({"name": FIELDS["name"]}, foreign)
    for text, found in [
        ("ТОКТОБАЕВА", [place]), ("0555123456", []), ("996555123456", [place]), ("555-12-34-56", [place]),
        ("strasse wide", [other]), ("айгүл  токтобаева", [place]), ("nobody", []),
    ]:  # fmt: skip
        with any_house.database.transaction() as session:
            keys = keyring.of(any_house.first)
            hits = vault.scan(session, any_house.actor(any_house.first), any_house.ours, keys, text)
        assert hits == found, text


def test_search_leaves_a_damaged_record_out_and_says_so_in_the_audit(any_house: House) -> None:
    bad, good = any_house.put(), any_house.put()
    with any_house.database.transaction() as session:
        record = session.scalars(select(SealedRecord).filter_by(record_id=bad.record_id)).one()
        session.execute(update(SealedField).filter_by(sealed_record_id=record.id).values(body=b"rubbish"))
    with any_house.database.transaction() as session:
        keys = keyring.of(any_house.first)
        assert vault.scan(session, any_house.actor(any_house.first), any_house.ours, keys, "Айгүл") == [good]
    assert ("core.vault.damaged", bad.record_id) in [(e.action, e.object_id) for e in _entries(any_house)]


def test_writing_and_reading_leave_ids_and_field_names_in_the_audit(any_house: House) -> None:
    place = any_house.put()
    any_house.read(place)
    entries = [entry for entry in _entries(any_house) if entry.object_id == place.record_id]
    assert [entry.action for entry in entries] == ACTIONS
    assert [entry.fields for entry in entries] == [sorted(FIELDS)] * 2
    assert [entry.person_id for entry in entries] == [None, any_house.first]


def test_has_knows_the_whole_place(house: House) -> None:
    place = house.put()
    with house.database.reading() as session:
        elsewhere = Place("other", place.record_id, place.organisation_id)
        assert vault.has(session, [place, house.place()]) == {place.record_id}
        assert vault.has(session, [elsewhere]) == set()
        assert vault.has(session, []) == set()


def test_a_file_sealed_to_the_recipients_opens_for_a_holder_and_by_the_sheet(any_house: House) -> None:
    with any_house.database.transaction() as session:
        known = vault.recipients(session, any_house.ours)
    sealed = vault.records.boxes.pyrage.encrypt(
        b"evidence", [vault.records.boxes.x25519.Recipient.from_str(each) for each in known]
    )
    with any_house.database.transaction() as session:
        keys = keyring.of(any_house.second)
        actor = any_house.actor(any_house.second)
        assert vault.open_file(session, actor, any_house.ours, keys, sealed) == b"evidence"
        with pytest.raises(Damaged):
            vault.open_file(session, actor, any_house.ours, keys, sealed[:-1])
    assert vault.records.boxes.unbox(sealed, [vault.sheets.parse(any_house.sheet)], "") == b"evidence"


Row = tuple[bytes, UUID]


def _rows(house: House, place: Place) -> dict[str, Row]:
    with house.database.reading() as session:
        rows = (
            select(SealedField)
            .join(SealedRecord, SealedRecord.id == SealedField.sealed_record_id)
            .where(SealedRecord.record_id == place.record_id)
        )
        return {row.name: (row.body, row.data_key_id) for row in session.scalars(rows)}


def _put_back(session: object, place: Place, rows: dict[str, Row]) -> None:
    for name, (body, key) in rows.items():
        record = session.scalars(select(SealedRecord).filter_by(record_id=place.record_id)).one()  # type: ignore[attr-defined]
        session.execute(  # type: ignore[attr-defined]
            update(SealedField)
            .filter_by(sealed_record_id=record.id, name=name)
            .values(body=body, data_key_id=key)
        )


def _entries(house: House) -> list[AuditEntry]:
    with house.database.reading() as session:
        found = list(session.scalars(select(AuditEntry).order_by(AuditEntry.sequence)))
        session.expunge_all()
        return found
