"""Background work of the plugin: asking the feeds whose turn it is."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from core.toolkit import Database, Fetcher, Job, platform
from plugins.media_watch.services import polling
from plugins.media_watch.services.sources import POLL as NAME


def poll(database: Database, _payloads: Sequence[Mapping[str, Any]]) -> None:
    """Ask every feed that is due; each is recorded by itself, so a crash loses one answer at most."""
    polling.poll(database, Fetcher(platform.settings))


POLL = Job(NAME, poll, every=timedelta(minutes=1))
