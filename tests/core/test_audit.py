"""The audit chain: whatever is changed, taken out or put in is found, and the database itself refuses it."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core import audit
from core.audit import AuditEntry
from core.cli import build
from core.database import Base, Database, new_id
from core.permissions import Actor
from core.platform import EXTENSION, Platform

COLUMNS = [column.name for column in Base.metadata.tables["core_audit"].columns]
LENGTH = 7


def fill(database: Database, entries: int = LENGTH) -> None:
    actor = Actor(person_id=new_id())
    for number in range(entries):
        with database.transaction() as session:
            audit.record(
                session, actor, f"act.{number % 3}", new_id() if number % 2 else None, ("name", "phone")
            )


def changed(column: str, value: Any, word: str) -> Any:
    """Another value of the same kind."""
    if column == "sequence":
        return value + 1000
    if column == "at":
        return (datetime.fromisoformat(value) + timedelta(microseconds=len(word) + 1)).isoformat(sep=" ")
    if column == "fields":
        return f'["{word}"]'
    if column in {"person_id", "object_id", "organisation_id"}:
        return new_id().hex if len(word) % 2 or value is None else None
    return f"{value[: len(value) // 2]}{word}{value[len(value) // 2 + 1 :]}"


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Database:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('audit') / 'chain.sqlite'}", audit_key=b"k" * 32)
    Base.metadata.tables["core_audit"].create(database.engine)
    fill(database)
    return database


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    row=st.integers(1, LENGTH),
    column=st.sampled_from(COLUMNS),
    word=st.text("abcdef0123456789", min_size=1, max_size=9),
)
def test_any_change_of_any_column_of_any_row_is_found(
    chain: Database, row: int, column: str, word: str
) -> None:
    with chain.engine.connect() as connection:
        old = connection.execute(
            text(f"SELECT {column} FROM core_audit WHERE sequence = :row"), {"row": row}
        ).scalar()
        new = changed(column, old, word)
        if new == old:
            return
        connection.execute(
            text(f"UPDATE core_audit SET {column} = :new WHERE sequence = :row"), {"new": new, "row": row}
        )
        connection.commit()
        try:
            with chain.reading() as session:
                assert audit.verify(session)
        finally:
            where = new if column == "sequence" else row
            connection.execute(
                text(f"UPDATE core_audit SET {column} = :old WHERE sequence = :row"),
                {"old": old, "row": where},
            )
            connection.commit()
    with chain.reading() as session:
        assert audit.verify(session) == []


@pytest.mark.parametrize("gone", range(1, LENGTH))
def test_a_row_taken_out_is_found(tmp_path: Path, gone: int) -> None:
    database = Database(f"sqlite:///{tmp_path / 'chain.sqlite'}", audit_key=b"k" * 32)
    Base.metadata.tables["core_audit"].create(database.engine)
    fill(database)
    with database.transaction() as session:
        session.execute(text("DELETE FROM core_audit WHERE sequence = :gone"), {"gone": gone})
    with database.reading() as session:
        assert f"entries {gone} to {gone} are missing" in audit.verify(session)
    database.close()


def test_a_chain_stamped_with_another_key_is_found(tmp_path: Path) -> None:
    """A hand with the file alone can rebuild the chain, but not with our key."""
    url = f"sqlite:///{tmp_path / 'chain.sqlite'}"
    thief, owner = Database(url, audit_key=b"t" * 32), Database(url, audit_key=b"k" * 32)
    Base.metadata.tables["core_audit"].create(thief.engine)
    fill(thief)
    with owner.reading() as session:
        assert len(audit.verify(session)) == LENGTH
    thief.close()
    owner.close()


def test_the_database_refuses_change_and_removal(any_app: Flask) -> None:
    database = any_app.extensions[EXTENSION].database
    fill(database, 3)
    for statement in ("UPDATE core_audit SET action = 'x'", "DELETE FROM core_audit"):
        with pytest.raises(DBAPIError, match="append-only"), database.engine.begin() as connection:
            connection.execute(text(statement))
    with database.reading() as session:
        assert audit.verify(session) == []
        assert session.query(AuditEntry).count() == 3


def test_an_entry_comes_and_goes_with_its_transaction(any_app: Flask) -> None:
    database = any_app.extensions[EXTENSION].database
    with pytest.raises(ZeroDivisionError), database.transaction() as session:
        audit.record(session, Actor(), "lost")
        raise ZeroDivisionError
    fill(database, 2)
    with database.reading() as session:
        assert audit.verify(session) == []
        assert [entry.sequence for entry in session.query(AuditEntry).order_by(AuditEntry.sequence)] == [1, 2]


def test_the_command_names_the_break(app: Flask, site: Platform) -> None:
    fill(site.database, 4)
    with app.app_context():
        run = app.test_cli_runner().invoke
        whole = run(build(app), ["audit", "verify"])
        assert (whole.exit_code, whole.output) == (0, "the chain is whole\n")
        with site.database.transaction() as session:
            session.execute(text("DROP TRIGGER core_audit_no_update"))
            session.execute(text("UPDATE core_audit SET action = 'nothing' WHERE sequence = 2"))
        broken = run(build(app), ["audit", "verify"])
    assert (broken.exit_code, broken.output) == (1, "entry 2 was changed\n")
