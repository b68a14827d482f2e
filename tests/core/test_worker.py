"""The worker beside the pages: it starts, works, stops, and waits for a database that does not answer."""

import threading
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from core import outbox, worker
from core.database import Database
from core.platform import Platform
from core.toolkit import Job


def test_it_works_in_its_thread_until_stopped(site: Platform) -> None:
    done = threading.Event()

    def run(_database: Database, _payloads: Sequence[Mapping[str, Any]]) -> None:
        done.set()

    runner = worker.Worker(site.database, {"test.one": Job("test.one", run)})
    before = set(threading.enumerate())
    runner.start()
    [thread] = set(threading.enumerate()) - before
    with site.database.transaction() as session:
        outbox.put(session, "test.one")
    assert done.wait(10)
    runner.stop()
    thread.join(10)
    assert not thread.is_alive()


def test_it_outlives_a_database_that_does_not_answer(site: Platform, monkeypatch: Any, caplog: Any) -> None:
    monkeypatch.setattr(worker, "PAUSE", 0.05)
    with site.database.transaction() as session:
        session.execute(text("ALTER TABLE core_schedule RENAME TO core_away"))
    runner = worker.Worker(site.database, {})
    thread = threading.Thread(target=runner.run)
    thread.start()
    for _ in range(100):
        if "does not answer" in caplog.text:
            break
        time.sleep(0.05)
    assert thread.is_alive()
    runner.stop()
    thread.join(10)
    assert "does not answer" in caplog.text
    assert not thread.is_alive()


def test_a_job_that_hangs_for_ever_does_not_hold_up_the_others(site: Platform, monkeypatch: Any) -> None:
    """A plugin's mistake must not stop mails, checkpoints of the audit, or the scrubbing of what was erased."""
    monkeypatch.setattr(outbox, "LEASE", timedelta(seconds=1))
    monkeypatch.setattr(worker, "PATIENCE", 2)
    hangs, released, done = threading.Event(), threading.Event(), threading.Event()
    seen: list[str] = []

    def hang(_database: Database, _payloads: Sequence[Mapping[str, Any]]) -> None:
        hangs.set()
        released.wait(60)
        seen.append("late")

    def run(_database: Database, _payloads: Sequence[Mapping[str, Any]]) -> None:
        seen.append("other")
        done.set()

    runner = worker.Worker(
        site.database, {"test.hang": Job("test.hang", hang), "test.one": Job("test.one", run)}
    )
    with site.database.transaction() as session:
        outbox.put(session, "test.hang")
    runner.start()
    assert hangs.wait(10)
    with site.database.transaction() as session:
        outbox.put(session, "test.one")
    assert done.wait(10)
    released.set()
    until = time.monotonic() + 10
    while len(seen) < 2 and time.monotonic() < until:
        time.sleep(0.05)
    runner.stop(wait=10)
    assert seen == ["other", "late"], "and the one that was late is not run a second time"
