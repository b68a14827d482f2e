"""`camove serve` and `camove worker`."""

import resource
import signal
import sys
from typing import Any

import click
from flask import current_app
from waitress import create_server

from core import reserve
from core.commands.doctor import demand_fit
from core.platform import EXTENSION, platform
from core.web import logs, metrics
from core.worker import Worker

LAST_BATCH = 60
"""Seconds that the worker has for the batch in hand when the server is asked to end."""

THREADS = 12
"""More than processors: most of them wait, for the database or for room to hash a password. `core.database.POOL`
must give each three connections."""

FILES = 8192
"""Open files that the server asks for: 2000 connections, and what pages open."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--with-worker/--without-worker", default=True, help="Run the outbox in this process too.")
def serve(host: str, port: int, *, with_worker: bool) -> None:
    """Serve the site."""
    logs.configure(development=platform.settings.development)
    demand_fit(host)
    _make_room()
    server = _listen(host, port)
    reserve.make(platform.settings.data)
    _show_figures()
    runner = Worker(platform.database, platform.jobs)
    if with_worker:
        runner.start()
    # The server's loop takes this as the wish to end: it answers what it has begun.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    click.echo(f"camove listens on http://{host}:{port}/")
    server.run()
    runner.stop(wait=LAST_BATCH)


def _make_room() -> None:
    """Most systems allow a process 1024 files unless it asks; a crowd of slow clients needs more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _listen(host: str, port: int) -> Any:
    """A server that holds the address already. Raises ClickException when another program has it."""
    try:
        # A slow client costs waitress a socket, not a thread; its default of 100 sockets is soon used up.
        return create_server(
            current_app._get_current_object(),  # type: ignore[attr-defined]  # noqa: SLF001
            host=host,
            port=port,
            threads=THREADS,
            connection_limit=2000,
            asyncore_use_poll=True,  # select() ends at file 1024
            channel_timeout=60,
            ident=None,
            url_scheme="https" if platform.settings.secure else "http",
            # waitress drops what a proxy reports; with proxies of our own, the app reads it (core.app).
            clear_untrusted_proxy_headers=not platform.settings.trusted_proxies,
        )
    except OSError as error:
        raise click.ClickException(
            f"Port {port} of {host} cannot be used ({error.strerror}). "
            f"Choose another: make run PORT={port + 1}, or camove serve --port {port + 1}"
        ) from error


def _show_figures() -> None:
    """Answer Prometheus, if an address is set; raises ClickException when that cannot be used."""
    address = platform.settings.metrics_address
    if not address:
        return
    try:
        port = metrics.start(address, current_app.extensions[EXTENSION])
    except (OSError, ValueError) as error:
        raise click.ClickException(
            f"The setting metrics_address, {address}, cannot be used: {error}"
        ) from error
    click.echo(f"figures for Prometheus on port {port} of {address.rpartition(':')[0] or '127.0.0.1'}")


@click.command()
@click.option("--once", is_flag=True, help="Run what is due now, then end.")
def worker(*, once: bool) -> None:
    """Drain the outbox: index, messages, schedules."""
    logs.configure(development=platform.settings.development)
    demand_fit("")
    runner = Worker(platform.database, platform.jobs)
    if once:
        click.echo(f"{runner.drain()} batches")
    else:
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, lambda *_: runner.stop())
        runner.run()
