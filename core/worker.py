"""The worker: drains the outbox and keeps the schedules, in `camove worker` or beside the pages."""

import logging
import threading
from collections.abc import Mapping

from sqlalchemy.exc import OperationalError

from core import outbox
from core.contract import Job
from core.database import Database

log = logging.getLogger("camove.worker")
PAUSE = 1.0
"""Seconds between looks at an empty outbox."""


class Worker:
    """Runs jobs one batch after another."""

    def __init__(self, database: Database, jobs: Mapping[str, Job]) -> None:
        """Know the jobs; start nothing."""
        self._database, self._jobs = database, jobs
        self._stop = threading.Event()

    def step(self) -> bool:
        """Run the next batch; False when nothing is due. A failing job never raises here."""
        jobs = outbox.claim(self._database, list(self._jobs), {j.name: j.batch for j in self._jobs.values()})
        if not jobs:
            return False
        try:
            self._jobs[jobs[0].name].run(self._database, [job.payload for job in jobs])
        except Exception as error:
            # The kind alone: a traceback in the log could quote what a person wrote.
            log.error("job %s failed: %s", jobs[0].name, type(error).__name__)  # noqa: TRY400
            outbox.fail(self._database, jobs, error)
        else:
            outbox.finish(self._database, jobs)
        return True

    def drain(self, limit: int = 10_000) -> int:
        """Run what is due now, at most `limit` batches; gives how many ran."""
        done = 0
        while done < limit and self.step():
            done += 1
        return done

    def run(self) -> None:
        """Work until stopped; a locked or absent database is waited for."""
        periods = {job.name: job.every for job in self._jobs.values() if job.every}
        while not self._stop.is_set():
            try:
                outbox.run_schedules(self._database, periods)
                busy = self.step()
            except OperationalError:
                log.warning("the database does not answer; trying again")
                busy = False
            if not busy:
                self._stop.wait(PAUSE)

    def start(self) -> None:
        """Run beside the pages, in a thread of this process."""
        threading.Thread(target=self.run, name="camove-worker", daemon=True).start()

    def stop(self) -> None:
        """Ask the loop to end after the batch in hand."""
        self._stop.set()
