"""The outbox: what must follow a commit is a row of the same transaction; the worker runs it, at least once.

A crash between the commit and the effect loses nothing: the lease runs out and the job is taken again, alone.
Handlers are therefore idempotent. Each lease has a token: a worker that comes back too late changes nothing
of a job that another has taken. On PostgreSQL any number of workers share the table (SKIP LOCKED).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    CursorResult,
    Select,
    String,
    Text,
    Uuid,
    case,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.database import Base, Database, Json, UtcDateTime, id_column, new_id, now

LEASE = timedelta(minutes=5)
"""So long a job is a worker's; renewed while the worker lives."""

ATTEMPTS = 6
"""After so many failures a job is parked, shown to the administrator, and stops nobody."""

DIED = "WorkerDied"
_running: ContextVar[tuple[UUID, ...]] = ContextVar("running", default=())


class Later(Exception):
    """Raised by a handler whose time has not come: its jobs wait half a minute, and nothing counts as failed."""


class QueuedJob(Base):
    """One piece of work that waits, runs or is parked; a finished one is deleted."""

    __tablename__ = "core_job"

    id: Mapped[UUID] = id_column()
    name: Mapped[str] = mapped_column(String(96), index=True)
    payload: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    due: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    parked: Mapped[bool] = mapped_column(Boolean, default=False)
    error: Mapped[str] = mapped_column(Text, default="")
    lease: Mapped[UUID | None] = mapped_column(Uuid, default=None)
    cancelled: Mapped[bool] = mapped_column(Boolean, default=False)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)

    @property
    def running(self) -> bool:
        """Whether a worker holds it now."""
        return self.lease is not None and self.due > now()


def put(
    session: Session, name: str, payload: Mapping[str, Any] | None = None, *, after: timedelta = timedelta()
) -> None:
    """Queue the job `name` in the caller's transaction."""
    session.add(QueuedJob(name=name, payload=dict(payload or {}), due=now() + after))


def queued(session: Session, name: str) -> bool:
    """Whether a job of that name waits or runs already."""
    rows = select(QueuedJob.id).where(QueuedJob.name == name, QueuedJob.parked.is_(False))
    return session.scalars(rows.limit(1)).first() is not None


def claim(database: Database, names: Sequence[str], batch: Mapping[str, int]) -> list[QueuedJob]:
    """Lease the oldest due job, with up to `batch` others of its name; empty when nothing is due.

    A job that was tried before runs alone, so that one which fails, or kills its worker, harms no other.
    """
    with database.reading() as session:  # Looking at an empty outbox must not make writers wait.
        if session.scalars(_due(names).limit(1)).first() is None:
            return []
    with database.transaction() as session:
        _clear(session)
        first = session.scalars(_due(names).limit(1).with_for_update(skip_locked=True)).first()
        if first is None:
            return []
        size = batch.get(first.name, 1) if first.attempts == 0 else 1
        fresh = _due([first.name]).where(QueuedJob.attempts == 0, QueuedJob.id != first.id)
        more = session.scalars(fresh.limit(size - 1).with_for_update(skip_locked=True)) if size > 1 else ()
        jobs, lease = [first, *more], new_id()
        for job in jobs:
            job.due, job.attempts, job.lease = now() + LEASE, job.attempts + 1, lease
        return jobs


def _due(names: Sequence[str]) -> Select[QueuedJob]:
    rows = select(QueuedJob).where(QueuedJob.due <= now(), QueuedJob.parked.is_(False))
    return rows.where(QueuedJob.name.in_(names)).order_by(QueuedJob.due, QueuedJob.id)


def _clear(session: Session) -> None:
    """Drop what was cancelled, and park what its workers did not survive."""
    over = (QueuedJob.due <= now(), QueuedJob.lease.is_not(None), QueuedJob.parked.is_(False))
    session.execute(delete(QueuedJob).where(*over, QueuedJob.cancelled))
    dead = update(QueuedJob).where(*over, QueuedJob.attempts >= ATTEMPTS)
    session.execute(dead.values(parked=True, lease=None, error=DIED))


def _held() -> ColumnElement[bool]:
    return QueuedJob.lease.is_not(None) & (QueuedJob.due > now())


def _ours(jobs: Sequence[QueuedJob]) -> ColumnElement[bool]:
    """These jobs, as long as the lease is still the one under which they were taken."""
    return QueuedJob.id.in_([job.id for job in jobs]) & (QueuedJob.lease == jobs[0].lease)


def renew(database: Database, jobs: Sequence[QueuedJob]) -> int:
    """Keep the lease of jobs that still run; gives how many are still ours."""
    with database.transaction() as session:
        return _count(session.execute(update(QueuedJob).where(_ours(jobs)).values(due=now() + LEASE)))


def finish(database: Database, jobs: Sequence[QueuedJob]) -> int:
    """Forget jobs whose effect has happened; gives how many were still ours."""
    with database.transaction() as session:
        return _count(session.execute(delete(QueuedJob).where(_ours(jobs))))


def _count(result: Any) -> int:
    return int(result.rowcount) if isinstance(result, CursorResult) else 0


def release(database: Database, jobs: Sequence[QueuedJob], *, after: timedelta = timedelta()) -> None:
    """Give a batch back that could not run: `after` 0 leaves the try counted, so that each then runs alone."""
    values: dict[str, Any] = {"due": now() + after, "lease": None}
    if after:
        values["attempts"] = QueuedJob.attempts - 1
    with database.transaction() as session:
        session.execute(update(QueuedJob).where(_ours(jobs)).values(values))


def fail(database: Database, job: QueuedJob, error: BaseException) -> None:
    """Try again later, each time later; park a job that failed too often, drop one that nobody wants now."""
    wait = timedelta(seconds=5) * 4 ** min(job.attempts, 6)
    with database.transaction() as session:
        session.execute(delete(QueuedJob).where(_ours([job]), QueuedJob.cancelled))
        failed = {"due": now() + wait, "parked": job.attempts >= ATTEMPTS, "error": _kind(error)}
        session.execute(update(QueuedJob).where(_ours([job])).values(lease=None, **failed))


def _kind(error: BaseException) -> str:
    """The kind and place of an error, not its words: those could quote a person."""
    where = error.__traceback__
    while where and where.tb_next:
        where = where.tb_next
    place = f" at {where.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{where.tb_lineno}" if where else ""
    return f"{type(error).__name__}{place}"


@contextmanager
def at_work(jobs: Sequence[QueuedJob]) -> Iterator[None]:
    """Inside, `running()` names these jobs."""
    mark = _running.set(tuple(job.id for job in jobs))
    try:
        yield
    finally:
        _running.reset(mark)


def running() -> tuple[UUID, ...]:
    """The jobs that the handler which asks is run for; empty outside a worker."""
    return _running.get()


def progress(database: Database, job_id: UUID, done: int, total: int) -> None:
    """Tell administrators how far a long job is. To be called between transactions, not inside one."""
    with database.transaction() as session:
        session.execute(update(QueuedJob).where(QueuedJob.id == job_id).values(done=done, total=total))


def cancel(session: Session, job_id: UUID) -> bool:
    """Drop a job that waits or is parked (True); one that runs is told, if it asks `cancelled` (False)."""
    gone = _count(session.execute(delete(QueuedJob).where(QueuedJob.id == job_id, ~_held())))
    if not gone:
        session.execute(update(QueuedJob).where(QueuedJob.id == job_id).values(cancelled=True))
    return bool(gone)


def cancelled(database: Database, job_id: UUID) -> bool:
    """Whether somebody wishes the running job to end early."""
    with database.reading() as session:
        return bool(session.scalar(select(QueuedJob.cancelled).where(QueuedJob.id == job_id)))


def retry(session: Session, job_id: UUID) -> None:
    """Give a parked job another round."""
    parked = update(QueuedJob).where(QueuedJob.id == job_id, QueuedJob.parked)
    session.execute(parked.values(parked=False, attempts=0, due=now()))


def counts(session: Session) -> dict[str, int]:
    """How many jobs wait, run and are parked."""
    state = case((QueuedJob.parked, "parked"), (_held(), "running"), else_="waiting")
    rows = session.execute(select(state, func.count()).group_by(state)).all()
    return {"waiting": 0, "running": 0, "parked": 0} | {row[0]: row[1] for row in rows}
