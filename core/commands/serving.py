"""`camove serve` and `camove worker`."""

import logging
import os
from typing import Any

import click
from flask import current_app
from waitress import create_server

from core.platform import platform
from core.worker import Worker

FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--with-worker/--without-worker", default=True, help="Run the outbox in this process too.")
def serve(host: str, port: int, *, with_worker: bool) -> None:
    """Serve the site."""
    logging.basicConfig(level=logging.INFO, format=FORMAT)
    server = _listen(host, port)
    if with_worker:
        Worker(platform.database, platform.jobs).start()
    click.echo(f"camove listens on http://{host}:{port}/")
    server.run()


def _listen(host: str, port: int) -> Any:
    """A server that holds the address already. Raises ClickException when another program has it."""
    try:
        # A slow client costs waitress a socket, not a thread; its default of 100 sockets is soon used up.
        return create_server(
            current_app._get_current_object(),  # type: ignore[attr-defined]  # noqa: SLF001
            host=host,
            port=port,
            threads=max(4, 2 * (os.cpu_count() or 1)),
            connection_limit=2000,
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


@click.command()
@click.option("--once", is_flag=True, help="Run what is due now, then end.")
def worker(*, once: bool) -> None:
    """Drain the outbox: index, messages, schedules."""
    logging.basicConfig(level=logging.INFO, format=FORMAT)
    runner = Worker(platform.database, platform.jobs)
    if once:
        click.echo(f"{runner.drain()} batches")
    else:
        runner.run()
