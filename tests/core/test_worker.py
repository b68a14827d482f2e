"""The worker beside the pages: it starts, works, stops, and waits for a database that does not answer."""

import threading
import time
from collections.abc import Mapping, Sequence
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
