"""Background work of the plugin: what the clock does to dossiers."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from core.toolkit import Database, Job
from plugins.monitoring.services import candidates, intake, listing_terms, reminders


def remind(database: Database, _payloads: Sequence[Mapping[str, Any]]) -> None:
    """Remind seven days and two days before an answer is due, on the day, and when none came; each once."""
    with database.transaction() as session:
        reminders.remind(session)


REMIND = Job("monitoring.remind", remind, every=timedelta(hours=1))
FORGET_BATCHES = Job("monitoring.forget_batches", intake.forget, every=timedelta(hours=1))


def keep_list(database: Database, _payloads: Sequence[Mapping[str, Any]]) -> None:
    """Let entries of the public list expire, and suspend those whose gates do not hold any more."""
    with database.transaction() as session:
        listing_terms.run(session)


def count_keys(database: Database, _payloads: Sequence[Mapping[str, Any]]) -> None:
    """Keep how common each key of a name is, for the search of employers."""
    candidates.count_keys(database)


COUNT_KEYS = Job("monitoring.count_keys", count_keys, every=timedelta(days=1))
KEEP_LIST = Job("monitoring.keep_list", keep_list, every=timedelta(minutes=10))
