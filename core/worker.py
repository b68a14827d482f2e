"""The worker: drains the outbox and keeps the schedules, in `camove worker` or beside the pages."""

import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import Context, copy_context
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from core import outbox, schedules
from core.contract import Job
from core.database import Database
from core.outbox import QueuedJob

log = logging.getLogger("camove.worker")
PAUSE = 1.0
"""Seconds between looks at an empty outbox."""

POSTPONED = timedelta(seconds=30)
PATIENCE = 10
"""After so many renewals of its lease (a minute each) a job no longer holds up the others: it may hang for ever."""

STAND_INS = 3
"""So many hanging jobs the others outlive; a further one holds them up, and `camove doctor` says so."""


class Worker:
    """Runs jobs one batch after another."""

    def __init__(self, database: Database, jobs: Mapping[str, Job]) -> None:
        """Know the jobs; start nothing."""
        self._database, self._jobs = database, jobs
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._relieved: set[threading.Thread] = set()

    def step(self) -> bool:
        """Run the next batch; False when nothing is due. A failing job never raises here."""
        jobs = outbox.claim(self._database, list(self._jobs), {j.name: j.batch for j in self._jobs.values()})
        if not jobs:
            return False
        try:
            with outbox.at_work(jobs), self._alive(jobs):
                self._jobs[jobs[0].name].run(self._database, [job.payload for job in jobs])
        except outbox.Later:
            outbox.release(self._database, jobs, after=POSTPONED)
        except (Exception, SystemExit) as error:  # A job may even try to end the process.
            self._failed(jobs, error)
        else:
            if outbox.finish(self._database, jobs) < len(jobs):
                log.warning("job %s took longer than its lease", jobs[0].name)
        return True

    def _failed(self, jobs: Sequence[QueuedJob], error: BaseException) -> None:
        # The kind alone: a traceback in the log could quote what a person wrote.
        log.error("job %s failed: %s", jobs[0].name, type(error).__name__)
        if len(jobs) == 1:
            outbox.fail(self._database, jobs[0], error)
        else:  # One of them is to blame: each runs alone, and only that one will be parked.
            outbox.release(self._database, jobs)

    @contextmanager
    def _alive(self, jobs: Sequence[QueuedJob]) -> Iterator[None]:
        """Renew the lease for as long as the handler takes; after a while let another thread go on."""
        over, busy = threading.Event(), (threading.current_thread(), copy_context())
        beat = threading.Thread(target=self._beat, args=(jobs, over, *busy), name="camove-lease", daemon=True)
        beat.start()
        try:
            yield
        finally:
            over.set()
            beat.join()

    def _beat(
        self, jobs: Sequence[QueuedJob], over: threading.Event, busy: threading.Thread, context: Context
    ) -> None:
        beats = 0
        while not over.wait(outbox.LEASE.total_seconds() / 5):
            beats += 1
            if beats == PATIENCE and self._thread is busy and len(self._relieved) < STAND_INS:
                log.error("job %s takes very long; the others go on without it", jobs[0].name)
                self._relieved.add(busy)
                self._begin(context)
            try:
                outbox.renew(self._database, jobs)
            except SQLAlchemyError:
                log.warning("the lease of %s could not be renewed; trying again", jobs[0].name)

    def drain(self, limit: int = 10_000) -> int:
        """Run what is due now, at most `limit` batches; gives how many ran."""
        done = 0
        while done < limit and self.step():
            done += 1
        return done

    def run(self) -> None:
        """Work until stopped; a locked or absent database is waited for."""
        me = self._thread = threading.current_thread()
        periods = {job.name: job.every for job in self._jobs.values() if job.every}
        while not self._stop.is_set() and me not in self._relieved:
            try:
                schedules.run(self._database, periods)
                busy = self.step()
            except SQLAlchemyError:
                log.warning("the database does not answer; trying again")
                busy = False
            if not busy:
                self._stop.wait(PAUSE)
        self._relieved.discard(me)
        if me is threading.main_thread() and self._thread is not me:
            # Whoever stands in works in this process: it must not end with the one that was late.
            self._stop.wait()
            self._thread.join()

    def start(self) -> None:
        """Run beside the pages, in a thread of this process that sees the same application."""
        self._begin(copy_context())

    def _begin(self, context: Context) -> None:
        thread = threading.Thread(target=context.run, args=(self.run,), name="camove-worker", daemon=True)
        self._thread = thread
        thread.start()

    def stop(self, wait: float = 0) -> None:
        """Ask the loop to end after the batch in hand, and wait so many seconds for that."""
        self._stop.set()
        if self._thread is not None and wait:
            self._thread.join(wait)
