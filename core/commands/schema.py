"""`camove db`: migrations of core and of every installed plugin. Nothing migrates by itself."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click
from alembic import command

from core import lineages
from core.lineages import CORE, Lineage
from core.platform import platform
from core.web.mounting import lineage_of


@click.group()
def db() -> None:
    """Migrations."""


def installed() -> Iterator[Lineage]:
    """Core's lineage first, then those of the plugins that could be imported, disabled ones too."""
    yield CORE
    for record in platform.plugins.records.values():
        if record.plugin is not None and lineage_of(record).head:
            yield lineage_of(record)


def _named(name: str) -> Lineage:
    found = next((each for each in installed() if each.name == name), None)
    if found is None:
        raise click.BadParameter(f"There is no installed plugin {name} with migrations.")
    return found


@db.command()
@click.option("--plugin", default="", help="Only this one (core or a plugin).")
def upgrade(plugin: str) -> None:
    """Bring the tables of core and of every plugin up to date."""
    for lineage in [_named(plugin)] if plugin else list(installed()):
        lineages.upgrade(platform.database, lineage)
        click.echo(f"{lineage.name}: {lineage.head}")


@db.command()
def check() -> None:
    """Say whether any lineage is behind; exit code 1 if one is."""
    late = [lineage.name for lineage in installed() if lineages.behind(platform.database, lineage)]
    click.echo(f"behind: {', '.join(late)}" if late else "all up to date")
    sys.exit(bool(late))


@db.command()
@click.option("--plugin", required=True)
@click.argument("revision")
def downgrade(plugin: str, revision: str) -> None:
    """Take one lineage back to REVISION."""
    lineages.downgrade(platform.database, _named(plugin), revision)
    click.echo(f"{plugin}: {revision}")


@db.command()
@click.option("--plugin", required=True)
@click.option(
    "--confirm", prompt="Type the plugin's name to drop all its tables", help="The plugin's name again."
)
def purge(plugin: str, confirm: str) -> None:
    """Drop all tables of a plugin, installed or not. The only command that destroys data."""
    if confirm != plugin or plugin == "core":
        raise click.ClickException("Nothing was dropped: the names differ, or it is core.")
    gone = lineages.purge(platform.database, Lineage(plugin, Path()))
    click.echo(f"dropped: {', '.join(gone) or 'nothing, there were no such tables'}")


@db.command()
@click.option("--plugin", default="core")
@click.option("-m", "--message", required=True)
def revision(plugin: str, message: str) -> None:
    """For developers: write a migration from the difference between models and tables."""
    record = platform.plugins.records.get(plugin)
    lineage = lineage_of(record) if record else CORE
    lineage.versions.mkdir(exist_ok=True)
    with platform.database.engine.begin() as connection:
        command.revision(lineage.config(connection), message, autogenerate=True)
