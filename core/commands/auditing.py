"""`camove audit`."""

import sys

import click

from core import audit as chain
from core.platform import platform


@click.group()
def audit() -> None:
    """The audit chain."""


@audit.command()
def verify() -> None:
    """Walk the whole chain and name every break; exit code 1 if there is one."""
    with platform.database.reading() as session:
        problems = chain.verify(session)
    click.echo("\n".join(problems) or "the chain is whole")
    sys.exit(bool(problems))
