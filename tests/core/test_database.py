"""Transactions that hold on both databases, and the traps of SQLite that they avoid."""

import threading
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError, StatementError

from core.database import Database, new_id, now
from core.outbox import QueuedJob
from core.platform import EXTENSION, Platform


@pytest.fixture
def any_site(any_app) -> Platform:  # noqa: ANN001
    found: Platform = any_app.extensions[EXTENSION]
    return found


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'plain.sqlite'}")
    with database.transaction() as session:
        session.execute(text("CREATE TABLE item (name TEXT)"))
    yield database
    database.close()


def items(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(text("SELECT name FROM item ORDER BY name")))


def test_work_of_a_released_savepoint_goes_with_an_outer_rollback(plain: Database) -> None:
    with pytest.raises(ZeroDivisionError), plain.transaction() as session:
        with session.begin_nested():
            session.execute(text("INSERT INTO item VALUES ('inner')"))
        raise ZeroDivisionError
    assert items(plain) == []


def test_the_drivers_defaults_would_keep_it(tmp_path: Path) -> None:
    """The trap that the test above guards against is real: without our BEGIN the row stays."""
    engine = create_engine(f"sqlite:///{tmp_path / 'trap.sqlite'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE item (name TEXT)"))
    connection = engine.connect()
    with connection.begin() as outer:
        with connection.begin_nested():
            connection.execute(text("INSERT INTO item VALUES ('inner')"))
        outer.rollback()
    kept = connection.execute(text("SELECT count(*) FROM item")).scalar()
    connection.close()
    engine.dispose()
    assert kept == 1


def test_a_savepoint_that_fails_leaves_the_callers_work(any_site: Platform) -> None:
    with any_site.database.transaction() as session:
        session.add(QueuedJob(name="outer"))
        with pytest.raises(IntegrityError), session.begin_nested():
            twice = new_id()
            session.add(QueuedJob(id=twice, name="inner"))
            session.flush()
            session.execute(text("INSERT INTO core_job SELECT * FROM core_job WHERE name = 'inner'"))
        session.add(QueuedJob(name="after"))
    with any_site.database.reading() as session:
        assert sorted(session.scalars(text("SELECT name FROM core_job"))) == ["after", "outer"]


def test_a_failing_table_change_is_undone_too(plain: Database) -> None:
    with pytest.raises(ZeroDivisionError), plain.transaction() as session:
        session.execute(text("CREATE TABLE other (name TEXT)"))
        raise ZeroDivisionError
    with plain.reading() as session:
        assert session.scalars(text("SELECT name FROM sqlite_master")).all() == ["item"]


def test_twenty_writers_at_once(any_site: Platform) -> None:
    """Each reads before it writes; a deferred BEGIN would fail most of them on SQLite."""
    failures: list[BaseException] = []
    gate = threading.Barrier(20)

    def write(number: int) -> None:
        gate.wait()
        try:
            for _ in range(3):
                with any_site.database.transaction() as session:
                    session.execute(text("SELECT count(*) FROM core_job"))
                    session.add(QueuedJob(name=f"writer.{number}"))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    with any_site.database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM core_job")) == 60


def test_reading_goes_on_while_somebody_writes(plain: Database) -> None:
    with plain.transaction() as session:
        session.execute(text("INSERT INTO item VALUES ('new')"))
        assert items(plain) == []
    assert items(plain) == ["new"]


def test_reading_keeps_nothing(any_site: Platform) -> None:
    with any_site.database.reading() as session:
        session.add(QueuedJob(name="lost"))
        session.flush()
    with any_site.database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM core_job")) == 0


def test_foreign_keys_are_on(any_site: Platform) -> None:
    with pytest.raises(IntegrityError), any_site.database.transaction() as session:
        session.execute(
            text("INSERT INTO core_recovery_code (id, person_id, code_hash) VALUES (:id, :nobody, 'x')"),
            {"id": new_id().hex, "nobody": new_id().hex},
        )


def test_times_come_back_aware_in_utc(any_site: Platform) -> None:
    bishkek = datetime(2026, 3, 8, 6, 30, tzinfo=timezone(timedelta(hours=6)))
    with any_site.database.transaction() as session:
        job = QueuedJob(name="x", due=bishkek)
        session.add(job)
    with any_site.database.reading() as session:
        due = session.get_one(QueuedJob, job.id).due
    assert (due, due.tzinfo) == (bishkek, UTC)


def test_a_time_without_a_zone_is_refused(any_site: Platform) -> None:
    with pytest.raises(StatementError), any_site.database.transaction() as session:
        session.add(QueuedJob(name="x", due=datetime(2026, 3, 8)))


def test_ids_are_uuids_of_version_7_in_order_of_time() -> None:
    made = [new_id() for _ in range(1000)]
    assert len(set(made)) == 1000
    assert {(each.version, each.variant) for each in made} == {(7, uuid.RFC_4122)}
    assert [each.int >> 80 for each in made] == sorted(each.int >> 80 for each in made)
    assert abs((made[0].int >> 80) / 1000 - now().timestamp()) < 60
    assert len({each.int & (1 << 62) - 1 for each in made}) == 1000
