"""Schedules: a periodic job is queued once per period, however many schedulers look, and once after a long sleep."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import String, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import outbox
from core.database import Base, Database, UtcDateTime, now


class Schedule(Base):
    """When a periodic job is due next."""

    __tablename__ = "core_schedule"

    name: Mapped[str] = mapped_column(String(96), primary_key=True)
    due: Mapped[datetime] = mapped_column(UtcDateTime)


def run(database: Database, periods: Mapping[str, timedelta]) -> list[str]:
    """Queue each periodic job whose time has come; gives the names that this call queued.

    A period that was missed is not made up for, and a job still queued from the last period is not doubled.
    """
    with database.reading() as session:
        known = {row.name: row.due for row in session.scalars(select(Schedule))}
    wanted = [name for name, period in periods.items() if _touches(known.get(name), period)]
    if not wanted:
        return []
    with database.transaction() as session:
        return [name for name in wanted if _advance(session, name, periods[name])]


def _touches(due: datetime | None, period: timedelta) -> bool:
    """Whether the row must change: it is new, due, or further away than a period that became shorter."""
    return due is None or due <= now() or due > now() + period + timedelta(minutes=1)


def _advance(session: Session, name: str, period: timedelta) -> bool:
    """Move the row on; True for the one scheduler, of all that may look now, that found it due."""
    _add(session, name, now() + period)
    moved = update(Schedule).where(Schedule.name == name).values(due=now() + period)
    session.execute(moved.where(Schedule.due > now() + period))
    if session.execute(moved.where(Schedule.due <= now()).returning(Schedule.name)).first() is None:
        return False
    if not outbox.queued(session, name):
        outbox.put(session, name)
    return True


def _add(session: Session, name: str, due: datetime) -> None:
    # Another scheduler may add it at the same moment: that is no failure.
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    session.execute(dialect.insert(Schedule).values(name=name, due=due).on_conflict_do_nothing())
