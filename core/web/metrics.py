"""Figures for Prometheus, served on an address of their own and never on the public one; no ids, no people."""

from collections.abc import Iterator
from datetime import datetime
from time import perf_counter

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from core.accounts.models import SignInAttempt
from core.database import now
from core.indexing import JOB as INDEX_JOB
from core.outbox import QueuedJob
from core.platform import Platform
from core.rest import addresses

REGISTRY = CollectorRegistry()
STEPS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""Seconds."""


def counter(name: str, words: str, labels: tuple[str, ...] = ()) -> Counter:
    """A figure that only grows; a label must have few values and none of them a person."""
    return Counter(name, words, labels, registry=REGISTRY)


requests = counter(
    "camove_requests_total", "Requests by group of pages and class of status", ("group", "status")
)
seconds = Histogram(
    "camove_request_seconds", "How long pages take", ("group",), buckets=STEPS, registry=REGISTRY
)


def install(app: Flask) -> None:
    """Count each answer."""
    app.after_request(count)


def count(response: Response) -> Response:
    """By blueprint: an address or an endpoint each would be too many series and could hold an id."""
    group = request.blueprint or ("static" if request.endpoint == "static" else "none")
    # Endpoints of REST bear the plugin in their name, which is no blueprint.
    group = "api" if addresses.is_ours() else group
    requests.labels(group, f"{response.status_code // 100}xx").inc()
    if "began" in g:
        seconds.labels(group).observe(perf_counter() - g.began)
    return response


class SiteCollector(Collector):
    """What the database knows, asked anew at each look."""

    def __init__(self, site: Platform) -> None:
        """Know the site; ask nothing yet."""
        self._site = site

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The figures; only `camove_database_up` 0 when the database does not answer."""
        try:
            found = self._look()
        except SQLAlchemyError:
            found = {}
        yield GaugeMetricFamily("camove_database_up", "Whether the database answers", float(bool(found)))
        for name, (words, value) in found.items():
            yield GaugeMetricFamily(f"camove_{name}", words, value)

    def _look(self) -> dict[str, tuple[str, float]]:
        waiting = QueuedJob.parked.is_(False)
        with self._site.database.reading() as session:
            many = select(func.count()).select_from(QueuedJob)
            oldest = session.scalar(select(func.min(QueuedJob.due)).where(waiting))
            tries = select(func.count()).select_from(SignInAttempt)
            return {
                "outbox_waiting": ("Jobs that wait or run", session.scalar(many.where(waiting)) or 0),
                "outbox_parked": ("Jobs given up", session.scalar(many.where(~waiting)) or 0),
                "outbox_late_seconds": ("How long the oldest job is overdue", _late(oldest)),
                "search_pending": (
                    "Changes not yet in the index",
                    session.scalar(many.where(QueuedJob.name == INDEX_JOB)) or 0,
                ),
                "sign_in_failures": ("Failed tries to sign in, of the last day", session.scalar(tries) or 0),
            }


def _late(due: datetime | None) -> float:
    return max(0.0, (now() - due).total_seconds()) if due else 0.0


def start(address: str, site: Platform) -> int:
    """Serve the figures on `host:port` (port 0: any); gives the port. Raises OSError when it is taken."""
    host, _, port = address.rpartition(":")
    everything = CollectorRegistry()
    everything.register(REGISTRY)  # a registry is a collector of what it holds
    everything.register(SiteCollector(site))
    ProcessCollector(registry=everything)
    server, _thread = start_http_server(int(port), host.strip("[]") or "127.0.0.1", everything)
    return int(server.server_port)
