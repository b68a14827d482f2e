"""Erasing, shown by looking for the bytes in every file of the data folder; and the commands."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select, text
from vault_house import FIELDS, House  # type: ignore[import-not-found]

from core import vault
from core.accounts.actors import SYSTEM
from core.audit import AuditEntry
from core.cli import build
from core.testing import PASSWORD
from core.vault import erasure
from core.vault.models import DataKey, SealedField


def files_with(folder: Path, needles: list[bytes]) -> list[str]:
    """Which files hold any of these bytes."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            found += [path.name for needle in needles if needle in content]
    return found


def sealed_bytes(house: House) -> list[bytes]:
    """A stretch from the middle of each wrapped data key and each sealed body."""
    with house.database.reading() as session:
        rows = [*session.scalars(select(DataKey.wrapped)), *session.scalars(select(SealedField.body))]
    return [bytes(row)[20:60] for row in rows] + [bytes(row)[-40:] for row in rows]


def test_erased_is_gone_from_every_file(house: House) -> None:
    data = house.town.site.settings.data
    kept = house.put({"name": "Останется"})
    before = sealed_bytes(house)
    place = house.put()
    needles = [each for each in sealed_bytes(house) if each not in before]
    assert len(needles) == 8
    house.put({"phone": "другой"}, place)
    with house.database.transaction() as session:
        vault.seal_internal(session, place, {"note": "внутреннее"})
    plain = [
        word.encode()
        for fields in (FIELDS, {"n": "внутреннее"})
        for value in fields.values()
        for word in [value]
    ]
    assert files_with(data, needles), "the search must find what is there"
    assert not files_with(data, plain)
    with house.database.transaction() as session:
        assert vault.erase(session, SYSTEM, place)
        assert not vault.erase(session, SYSTEM, place)
    assert files_with(data, needles), (
        "deleting alone leaves it on the disk; otherwise scrubbing shows nothing"
    )
    assert vault.scrub(house.database)
    assert not files_with(data, [*needles, *plain])
    assert house.read(place) == {}
    assert house.read(kept) == {"name": "Останется"}


def test_words_in_a_full_text_index_go_too(house: House) -> None:
    data = house.town.site.settings.data
    with house.database.transaction() as session:
        session.execute(text("CREATE VIRTUAL TABLE notes USING fts5(body)"))
        session.execute(text("INSERT INTO notes(body) VALUES ('zyxwvutzyxwvut')"))
    with house.database.transaction() as session:
        session.execute(text("DELETE FROM notes"))
    assert files_with(data, [b"zyxwvut"])
    assert vault.scrub(house.database)
    assert not files_with(data, [b"zyxwvut"])


def test_a_long_reading_is_reported(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasure, "PATIENCE", 50)
    house.put()
    with house.database.reading() as session:
        session.execute(select(DataKey)).all()
        assert not vault.scrub(house.database)
    assert vault.scrub(house.database)


def test_erased_is_gone_from_the_tables_of_either_database(any_house: House) -> None:
    place, other = any_house.put(), any_house.put()
    with any_house.database.transaction() as session:
        vault.erase(session, SYSTEM, place)
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.sequence.desc())).first()
        assert entry is not None
        assert (entry.action, entry.object_id, entry.fields) == ("core.vault.erase", place.record_id, [])
    assert vault.scrub(any_house.database)
    assert any_house.read(place) == {}
    assert any_house.read(other) == FIELDS
    with any_house.database.reading() as session:
        assert vault.has(session, [place, other]) == {other.record_id}


def camove(app: Flask, *arguments: str, typed: str = "") -> str:
    with app.app_context():
        done = CliRunner().invoke(build(app), ["vault", *arguments], input=typed)
    return f"{done.exit_code} {done.output}"


def test_the_commands(app: Flask, house: House) -> None:
    place, ours = house.put(), ("--org", str(house.ours))
    empty = house.town.organisation("Новые")
    status = camove(app, "status")
    assert f"{house.ours}: epoch 1, ready" in status
    assert f"{empty}: epoch 0, no_key" in status
    assert "  Ada\n  Bek\n" in status
    holder = ("--email", "ada@ours.example")
    assert "1 Not done" not in camove(app, "rotate", *ours, *holder, typed=f"{PASSWORD}\n")
    assert f"{house.ours}: epoch 2, sheet_unconfirmed" in camove(app, "status")
    assert " 15 " in camove(app, "recovery-sheet", *ours, *holder, typed=f"{PASSWORD}\n")
    refused = camove(app, "recovery-sheet", *ours, *holder, typed="not the password\n")
    assert refused.startswith("1 ")
    assert "the vault is closed: nobody" in refused
    assert "no such open account" in camove(app, "rotate", *ours, "--email", "x@example.org", typed="x\n")
    assert house.read(place) == FIELDS
    record = ("--table", place.table, "--record", str(place.record_id))
    assert "the ids differ" in camove(app, "erase", *ours, *record, typed="yes\n")
    assert "erased" in camove(app, "erase", *ours, *record, typed=f"{place.record_id}\n")
    assert "there was nothing" in camove(app, "erase", *ours, *record, typed=f"{place.record_id}\n")
    assert house.read(place) == {}
