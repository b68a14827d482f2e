"""Background work of the plugin: asking feeds, reading pages, and letting entries on people end."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from core.toolkit import Database, Fetcher, Job, now, platform
from plugins.media_watch.services import notices, polling
from plugins.media_watch.services.pages import read_all
from plugins.media_watch.services.sources import POLL as NAME


def poll(database: Database, _payloads: Sequence[Mapping[str, Any]]) -> None:
    """Ask every feed that is due; each is recorded by itself, so a crash loses one answer at most."""
    polling.poll(database, Fetcher(platform.settings))


def expire(database: Database, _payloads: Sequence[Mapping[str, Any]]) -> None:
    """Erase entries on people that have ended."""
    with database.transaction() as session:
        notices.erase_expired(session, now().date())


EXPIRE = Job("media_watch.expire", expire, every=timedelta(days=1))


def pages(database: Database, _payloads: Sequence[Mapping[str, Any]]) -> None:
    """Read the pages of articles of which a feed has given the lead only."""
    read_all(database, Fetcher(platform.settings))


PAGES = Job("media_watch.pages", pages, every=timedelta(minutes=1))
POLL = Job(NAME, poll, every=timedelta(minutes=1))
