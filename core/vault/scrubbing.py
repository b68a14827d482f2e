"""Scrubbing in the background: whoever erases does not wait for the database to be rewritten."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from core import outbox
from core.contract import Job
from core.database import Database
from core.vault.erasure import scrub

JOB = "core.vault.scrub"


def scrub_soon(session: Session) -> None:
    """Queue a scrub in the transaction that erases; the worker runs it right after the commit."""
    outbox.put(session, JOB, {})


def job() -> Job:
    """One scrub for however many erasures wait."""
    return Job(JOB, _run, batch=100)


def _run(database: Database, _payloads: Sequence[Mapping[str, Any]]) -> None:
    if not scrub(database):
        raise RuntimeError("the database was in use; the scrub is tried again")
