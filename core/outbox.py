"""The outbox: what must follow a commit is a row of the same transaction; the worker runs it, at least once.

A crash between the commit and the effect loses nothing: the lease runs out and the job is taken again.
Handlers are therefore idempotent. On PostgreSQL any number of workers share the table (SKIP LOCKED).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, String, Text, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.database import Base, Database, Json, UtcDateTime, id_column, now

LEASE = timedelta(minutes=5)
ATTEMPTS = 6
"""After so many failures a job is parked, shown to the administrator, and stops nobody."""


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


class Schedule(Base):
    """When a periodic job is due next."""

    __tablename__ = "core_schedule"

    name: Mapped[str] = mapped_column(String(96), primary_key=True)
    due: Mapped[datetime] = mapped_column(UtcDateTime)


def put(
    session: Session, name: str, payload: Mapping[str, Any] | None = None, *, after: timedelta = timedelta()
) -> None:
    """Queue the job `name` in the caller's transaction."""
    session.add(QueuedJob(name=name, payload=dict(payload or {}), due=now() + after))


def claim(database: Database, names: Sequence[str], batch: Mapping[str, int]) -> list[QueuedJob]:
    """Lease the oldest due job, with up to `batch` others of its name; empty when nothing is due."""
    with database.transaction() as session:
        due = (
            select(QueuedJob)
            .where(QueuedJob.due <= now(), QueuedJob.parked.is_(False), QueuedJob.name.in_(names))
            .order_by(QueuedJob.due, QueuedJob.id)
            .with_for_update(skip_locked=True)
        )
        first = session.scalars(due.limit(1)).first()
        if first is None:
            return []
        jobs = list(session.scalars(due.where(QueuedJob.name == first.name).limit(batch.get(first.name, 1))))
        for job in jobs:
            job.due, job.attempts = now() + LEASE, job.attempts + 1
        return jobs


def finish(database: Database, jobs: Sequence[QueuedJob]) -> None:
    """Forget jobs whose effect has happened."""
    with database.transaction() as session:
        for job in jobs:
            session.delete(session.merge(job))


def fail(database: Database, jobs: Sequence[QueuedJob], error: BaseException) -> None:
    """Try again later, each time later; park a job that failed too often."""
    where = error.__traceback__
    while where and where.tb_next:
        where = where.tb_next
    place = f" at {where.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{where.tb_lineno}" if where else ""
    with database.transaction() as session:
        for job in jobs:
            session.execute(
                update(QueuedJob)
                .where(QueuedJob.id == job.id)
                .values(
                    due=now() + timedelta(seconds=5) * 4 ** min(job.attempts, 6),
                    parked=job.attempts >= ATTEMPTS,
                    # The kind and place of the error, not its words: those could quote a person.
                    error=f"{type(error).__name__}{place}",
                )
            )


def retry(session: Session, job_id: UUID) -> None:
    """Give a parked job another round."""
    session.execute(
        update(QueuedJob).where(QueuedJob.id == job_id).values(parked=False, attempts=0, due=now())
    )


def counts(session: Session) -> dict[str, int]:
    """How many jobs wait and how many are parked."""
    rows = session.execute(select(QueuedJob.parked, func.count()).group_by(QueuedJob.parked)).all()
    found: dict[bool, int] = {row[0]: row[1] for row in rows}
    return {"waiting": found.get(False, 0), "parked": found.get(True, 0)}


def run_schedules(database: Database, periods: Mapping[str, timedelta]) -> None:
    """Queue each periodic job whose time has come; two schedulers at once queue it once."""
    with database.transaction() as session:
        known = {s.name: s for s in session.scalars(select(Schedule).with_for_update())}
        for name, period in periods.items():
            if name not in known:
                session.add(Schedule(name=name, due=now() + period))
            elif known[name].due <= now():
                known[name].due = now() + period
                put(session, name)
