"""`camove search`."""

import click

from core.platform import platform


@click.group()
def search() -> None:
    """The search index: a cache that can always be made anew."""


@search.command()
def rebuild() -> None:
    """Make the index anew from the database."""
    click.echo(f"{platform.index.rebuild(platform.database)} documents")
