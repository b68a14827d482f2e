"""At least once: what was committed is done, however often the worker dies or the handler fails."""

import threading
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from core import outbox
from core.database import Database, now
from core.outbox import ATTEMPTS, QueuedJob
from core.platform import EXTENSION
from core.toolkit import Job
from core.worker import Worker


@pytest.fixture
def database(any_app: Flask) -> Database:
    found: Database = any_app.extensions[EXTENSION].database
    return found


class Ledger:
    """A handler that writes down what it was given."""

    def __init__(self, failures: int = 0) -> None:
        self.batches: list[list[int]] = []
        self.failures = failures
        self.lock = threading.Lock()

    def run(self, _database: Database, payloads: Sequence[Mapping[str, Any]]) -> None:
        with self.lock:
            self.batches.append([payload["n"] for payload in payloads])
            if len(self.batches) <= self.failures:
                raise ConnectionError("Aibek Usenov, +996 555 123456")

    def job(self, batch: int = 1) -> dict[str, Job]:
        return {"test.note": Job("test.note", self.run, batch=batch)}


def put(database: Database, *numbers: int) -> None:
    for number in numbers:
        with database.transaction() as session:
            outbox.put(session, "test.note", {"n": number})


def hasten(database: Database) -> None:
    """The wait is over."""
    with database.transaction() as session:
        session.execute(
            update(QueuedJob).where(QueuedJob.parked.is_(False)).values(due=now() - timedelta(seconds=1))
        )


def rows(database: Database) -> list[QueuedJob]:
    with database.reading() as session:
        found = list(session.scalars(select(QueuedJob)))
        session.expunge_all()
    return found


def test_done_once_in_order_and_forgotten(database: Database) -> None:
    ledger = Ledger()
    put(database, 1, 2, 3)
    assert Worker(database, ledger.job()).drain() == 3
    assert ledger.batches == [[1], [2], [3]]
    assert rows(database) == []


def test_batches(database: Database) -> None:
    ledger = Ledger()
    put(database, *range(5))
    Worker(database, ledger.job(batch=3)).drain()
    assert ledger.batches == [[0, 1, 2], [3, 4]]


def test_nothing_is_queued_by_a_transaction_that_fails(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.transaction() as session:
        outbox.put(session, "test.note", {"n": 1})
        raise ZeroDivisionError
    assert rows(database) == []


def test_a_handler_that_fails_is_tried_again_later(database: Database) -> None:
    ledger = Ledger(failures=2)
    put(database, 7)
    worker = Worker(database, ledger.job())
    assert worker.drain() == 1
    [job] = rows(database)
    assert (job.attempts, job.parked) == (1, False)
    assert job.due > now() + timedelta(seconds=10)
    for _ in range(2):
        hasten(database)
        worker.drain()
    assert ledger.batches == [[7], [7], [7]]
    assert rows(database) == []


def test_a_handler_that_always_fails_is_parked_and_stops_nobody(database: Database) -> None:
    ledger = Ledger(failures=10**6)
    put(database, 7)
    worker = Worker(database, ledger.job())
    for _ in range(ATTEMPTS + 3):
        hasten(database)
        worker.drain()
    assert len(ledger.batches) == ATTEMPTS
    [job] = rows(database)
    assert (job.parked, job.attempts) == (True, ATTEMPTS)
    assert job.error.startswith("ConnectionError at test_outbox.py:")
    assert "Usenov" not in job.error
    with database.reading() as session:
        assert outbox.counts(session) == {"waiting": 0, "parked": 1}
    healthy = Ledger()
    put(database, 8)
    Worker(database, healthy.job()).drain()
    assert healthy.batches == [[8]]
    with database.transaction() as session:
        outbox.retry(session, job.id)
    Worker(database, healthy.job()).drain()
    assert healthy.batches == [[8], [7]]


def test_after_a_crash_the_lease_runs_out_and_the_job_runs_again(database: Database) -> None:
    """The worker dies between taking the job and finishing it."""
    ledger = Ledger()
    put(database, 7)
    [taken] = outbox.claim(database, ["test.note"], {"test.note": 1})
    assert Worker(database, ledger.job()).drain() == 0
    assert taken.due > now() + timedelta(minutes=4)
    hasten(database)
    assert Worker(database, ledger.job()).drain() == 1
    assert ledger.batches == [[7]]
    assert rows(database) == []


def test_a_job_that_nobody_knows_waits(database: Database) -> None:
    """Its plugin is switched off; it is done when the plugin is back."""
    put(database, 7)
    assert Worker(database, {}).drain() == 0
    assert len(rows(database)) == 1


def test_workers_share_without_doing_anything_twice(database: Database) -> None:
    ledger = Ledger()
    put(database, *range(30))
    threads = [threading.Thread(target=Worker(database, ledger.job()).drain) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(n for [n] in ledger.batches) == list(range(30))


def test_a_schedule_is_queued_once_when_its_time_comes(database: Database) -> None:
    periods = {"test.note": timedelta(hours=1)}
    outbox.run_schedules(database, periods)
    assert rows(database) == []
    with database.transaction() as session:
        session.execute(update(outbox.Schedule).values(due=now() - timedelta(minutes=1)))
    for _ in range(2):
        outbox.run_schedules(database, periods)
    assert [job.name for job in rows(database)] == ["test.note"]
