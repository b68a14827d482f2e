"""At least once: what was committed is done, however often the worker dies or the handler fails."""

import threading
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from core import outbox, schedules
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
        assert outbox.counts(session) == {"waiting": 0, "running": 0, "parked": 1}
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
    schedules.run(database, periods)
    assert rows(database) == []
    with database.transaction() as session:
        session.execute(update(schedules.Schedule).values(due=now() - timedelta(minutes=1)))
    for _ in range(2):
        schedules.run(database, periods)
    assert [job.name for job in rows(database)] == ["test.note"]


def test_one_bad_job_of_a_batch_is_parked_and_all_others_run(database: Database) -> None:
    done: list[int] = []

    def run(_database: Database, payloads: Sequence[Mapping[str, Any]]) -> None:
        if any(payload["n"] == 13 for payload in payloads):
            raise ValueError
        done.extend(payload["n"] for payload in payloads)

    put(database, *range(30))
    worker = Worker(database, {"test.note": Job("test.note", run, batch=100)})
    worker.drain()
    assert sorted(done) == [n for n in range(30) if n != 13]
    for _ in range(ATTEMPTS):
        hasten(database)
        worker.drain()
    [job] = rows(database)
    assert (job.payload, job.parked, job.attempts) == ({"n": 13}, True, ATTEMPTS)
    assert len(done) == 29


def test_a_job_that_kills_its_workers_runs_alone_and_is_parked(database: Database) -> None:
    put(database, 1, 2, 3)
    names, batch = ["test.note"], {"test.note": 10}
    assert len(outbox.claim(database, names, batch)) == 3
    hasten(database)
    assert len(outbox.claim(database, names, batch)) == 1
    for _ in range(3 * ATTEMPTS):
        hasten(database)
        outbox.claim(database, names, batch)
    hasten(database)
    outbox.claim(database, names, batch)
    assert {(job.parked, job.error) for job in rows(database)} == {(True, outbox.DIED)}


def test_a_worker_that_comes_back_too_late_touches_nothing(database: Database) -> None:
    put(database, 7)
    names = ["test.note"]
    late = outbox.claim(database, names, {})
    hasten(database)
    [taken] = outbox.claim(database, names, {})
    assert outbox.finish(database, late) == 0
    assert outbox.renew(database, late) == 0
    outbox.fail(database, late[0], ValueError())
    outbox.release(database, late)
    [job] = rows(database)
    assert (job.lease, job.attempts, job.error, job.running) == (taken.lease, 2, "", True)
    assert outbox.finish(database, [taken]) == 1
    assert rows(database) == []


def test_the_lease_of_a_long_job_is_renewed(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "LEASE", timedelta(seconds=1))
    ledger, entered = Ledger(), threading.Event()

    def slow(_database: Database, payloads: Sequence[Mapping[str, Any]]) -> None:
        entered.set()
        time.sleep(3)
        ledger.run(_database, payloads)

    put(database, 7)
    jobs = {"test.note": Job("test.note", slow)}
    thread = threading.Thread(target=Worker(database, jobs).drain)
    thread.start()
    assert entered.wait(20)
    taken_by_others = 0
    while thread.is_alive():
        taken_by_others += Worker(database, ledger.job()).drain()
        time.sleep(0.1)
    assert (taken_by_others, ledger.batches, rows(database)) == (0, [[7]], [])


def test_later_is_no_failure(database: Database) -> None:
    def busy(_database: Database, _payloads: Sequence[Mapping[str, Any]]) -> None:
        raise outbox.Later

    put(database, 1, 2)
    Worker(database, {"test.note": Job("test.note", busy, batch=5)}).drain()
    assert [(job.attempts, job.lease, job.due > now() + timedelta(seconds=20)) for job in rows(database)] == [
        (0, None, True)
    ] * 2


def test_progress_and_the_wish_to_end_reach_a_running_job(database: Database) -> None:
    seen: list[Any] = []

    def run(database: Database, _payloads: Sequence[Mapping[str, Any]]) -> None:
        [job_id] = outbox.running()
        outbox.progress(database, job_id, 3, 10)
        with database.transaction() as session:
            gone = outbox.cancel(session, job_id)
        [job] = rows(database)
        seen.append((gone, job.done, job.total, job.running, outbox.cancelled(database, job_id)))
        raise InterruptedError

    put(database, 7)
    Worker(database, {"test.note": Job("test.note", run)}).drain()
    assert seen == [(False, 3, 10, True, True)]
    assert rows(database) == []
    assert outbox.running() == ()


def test_a_job_that_waits_is_dropped(database: Database) -> None:
    put(database, 1, 2)
    with database.transaction() as session:
        assert outbox.cancel(session, rows(database)[0].id)
    assert [job.payload for job in rows(database)] == [{"n": 2}]


def test_what_was_cancelled_is_not_run_after_its_worker_died(database: Database) -> None:
    put(database, 7)
    [taken] = outbox.claim(database, ["test.note"], {})
    with database.transaction() as session:
        assert not outbox.cancel(session, taken.id)
    hasten(database)
    ledger = Ledger()
    assert Worker(database, ledger.job()).drain() == 0
    assert rows(database) == []


def test_many_schedulers_queue_a_period_once(database: Database) -> None:
    periods = {f"test.job{n}": timedelta(hours=1) for n in range(5)}

    def look() -> None:
        try:
            for _ in range(5):
                queued.extend(schedules.run(database, periods))
        except Exception as error:
            failures.append(error)

    for expected in (0, 5, 0):
        queued: list[str] = []
        failures: list[Exception] = []
        threads = [threading.Thread(target=look) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert (failures, len(queued), len(set(queued))) == ([], expected, expected)
        if not expected and not rows(database):
            with database.transaction() as session:  # The site was off for ten days.
                session.execute(update(schedules.Schedule).values(due=now() - timedelta(days=10)))
    assert len(rows(database)) == 5


def test_a_period_that_became_shorter_counts_at_once(database: Database) -> None:
    schedules.run(database, {"test.note": timedelta(days=30)})
    schedules.run(database, {"test.note": timedelta(hours=1)})
    with database.reading() as session:
        assert session.scalars(select(schedules.Schedule.due)).one() < now() + timedelta(hours=2)
