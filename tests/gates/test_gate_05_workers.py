"""Gate 5, the workers: several processes share the outbox, one dies in the middle, and nothing happens twice."""

import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from core import outbox
from core.database import Database
from core.platform import EXTENSION

JOBS, WORKERS, BATCH = 240, 4, 5
LABOUR = Path(__file__).with_name("labour.py")


@pytest.fixture
def database(any_app: Flask) -> Database:
    found: Database = any_app.extensions[EXTENSION].database
    with found.transaction() as session:
        session.execute(text("CREATE TABLE lab_effect (n INTEGER PRIMARY KEY)"))
        for n in range(JOBS):
            outbox.put(session, "lab.job", {"n": n})
    return found


def left(database: Database) -> int:
    with database.reading() as session:
        return session.execute(text("SELECT count(*) FROM core_job WHERE name = 'lab.job'")).scalar_one()


def wait(what: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not what():
        assert time.monotonic() < end, "the workers do not get on"
        time.sleep(0.05)


def noted(log: Path) -> list[str]:
    return [line for line in log.read_text().splitlines() if not line.startswith("#")]


def test_many_workers_one_killed_nothing_twice(database: Database, tmp_path: Path) -> None:
    url = database.engine.url.render_as_string(hide_password=False)
    logs = [tmp_path / f"{n}.log" for n in range(WORKERS)]
    began = time.monotonic()
    workers = [subprocess.Popen([sys.executable, str(LABOUR), url, str(log)]) for log in logs]
    try:
        wait(lambda: logs[0].exists() and len(noted(logs[0])) > 2 * BATCH + 1)
        workers[0].kill()
        wait(lambda: logs[1].exists() and len(noted(logs[1])) > 2 * BATCH)
        workers[1].send_signal(signal.SIGTERM)
        assert workers[1].wait(20) == 0
        wait(lambda: left(database) == 0)
        lasted = time.monotonic() - began
        for worker in workers[2:]:
            worker.send_signal(signal.SIGTERM)
        assert [worker.wait(20) for worker in workers[2:]] == [0, 0]
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    runs = Counter(line for log in logs for line in noted(log) if line != "tick")
    ticks = sum(line == "tick" for log in logs for line in noted(log))
    again = {n for n, times in runs.items() if times > 1}
    with database.reading() as session:
        effects = session.execute(text("SELECT count(*), count(DISTINCT n) FROM lab_effect")).one()
    print(
        f"gate 5: {WORKERS} workers, 1 killed with -9, 1 asked to end; effects {effects[1]} of {JOBS}, "
        f"duplicate effects {effects[0] - effects[1]}; {len(again)} runs repeated after the kill; {ticks} ticks"
    )
    assert tuple(effects) == (JOBS, JOBS)
    assert len(runs) == JOBS
    assert again <= set(noted(logs[0])[-BATCH:]), "only what the killed one had in hand may run again"
    assert ticks <= lasted + 1, "four schedulers, one queue per period"
