"""A worker process for gate 5: notes each job that it runs, and leaves an idempotent effect in the database.

Run as `labour.py DATABASE_URL LOG`; `lab.job` is the only job it knows.
"""

import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from core import outbox
from core.contract import Job
from core.database import Database
from core.worker import Worker

outbox.LEASE = timedelta(seconds=3)
EFFECT = text("INSERT INTO lab_effect (n) VALUES (:n) ON CONFLICT DO NOTHING")
PERIOD = timedelta(seconds=1)


def main(url: str, log: Path) -> None:
    """Work until told to end."""
    with log.open("a", buffering=1) as notes:

        def run(database: Database, payloads: Sequence[Mapping[str, Any]]) -> None:
            for payload in payloads:
                notes.write(f"{payload['n']}\n")
                time.sleep(0.01)
                with database.transaction() as session:
                    session.execute(EFFECT, {"n": payload["n"]})

        def tick(_database: Database, payloads: Sequence[Mapping[str, Any]]) -> None:
            notes.write("tick\n" * len(payloads))

        jobs = {"lab.job": Job("lab.job", run, batch=5), "lab.tick": Job("lab.tick", tick, every=PERIOD)}
        worker = Worker(Database(url), jobs)
        signal.signal(signal.SIGTERM, lambda *_: worker.stop())
        notes.write(f"# {os.getpid()}\n")
        worker.run()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
