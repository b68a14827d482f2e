"""`camove search`."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy import func, select

from core.database import now
from core.indexing import JOB, Drift
from core.outbox import QueuedJob
from core.platform import platform
from core.search.engine import SearchBusy, SearchUnavailable


@click.group()
def search() -> None:
    """The search index: a cache that can always be made anew."""


@search.command()
def status() -> None:
    """Say how the index stands. Ends with 1 if it is broken or differs by more than what waits."""
    waiting, parked, oldest = _pending()
    click.echo(f"engine:         {platform.index.engine.name}")
    click.echo(f"pending:        {waiting} (oldest {oldest:.0f} s), parked {parked}")
    with _plainly():
        click.echo(f"documents:      {len(platform.index.engine.revisions())}")
        drift = platform.index.drift(platform.database)
        platform.index.engine.check()
    click.echo(f"drift:          {_counts(drift)}")
    if len(drift.uids) > waiting:
        raise click.ClickException("The index differs. Run: camove search reconcile")


@search.command()
def reconcile() -> None:
    """Compare the revisions of index and database both ways, and mend each difference."""
    with _plainly():
        click.echo(_counts(platform.index.reconcile(platform.database)))


@search.command()
def rebuild() -> None:
    """Make the index anew from the database; pages search the old one meanwhile."""
    with _plainly():
        made = platform.index.rebuild(platform.database)
    click.echo(f"{made.documents} documents")
    if made.failed:
        raise click.ClickException(f"{len(made.failed)} records could not be indexed: see the log")


def _pending() -> tuple[int, int, float]:
    """Jobs of the index that wait, those that are parked, and the age of the oldest in seconds."""
    rows = select(QueuedJob.parked, func.count()).where(QueuedJob.name == JOB).group_by(QueuedJob.parked)
    first = select(QueuedJob.id).where(QueuedJob.name == JOB).order_by(QueuedJob.id).limit(1)
    with platform.database.reading() as session:
        found = {row[0]: row[1] for row in session.execute(rows)}
        oldest = session.scalar(first)
    # The key of a job begins with the milliseconds at which it was queued (UUIDv7).
    age = now().timestamp() - (oldest.int >> 80) / 1000 if oldest else 0
    return found.get(False, 0), found.get(True, 0), age


def _counts(drift: Drift) -> str:
    return f"{len(drift.missing)} missing, {len(drift.stale)} stale, {len(drift.extra)} extra"


@contextmanager
def _plainly() -> Iterator[None]:
    try:
        yield
    except SearchBusy as error:
        raise click.ClickException(
            "Another process is writing to the index. Try again in a minute."
        ) from error
    except SearchUnavailable as error:
        raise click.ClickException("The index is broken or missing. Run: camove search rebuild") from error
