"""`camove plugin`: for those who write plugins."""

from pathlib import Path

import click
from flask import current_app

from core import skeleton
from core.platform import platform


@click.group()
def plugin() -> None:
    """Write a plugin."""


@plugin.command()
@click.argument("name")
@click.option("--title", default="", help="What people read in the navigation; else made of the name.")
@click.option(
    "--into", type=click.Path(path_type=Path), help="The folder to write into; else camove-NAME, here."
)
def new(name: str, title: str, into: Path | None) -> None:
    """Write the distribution of a plugin NAME that runs, is tested and keeps the contract."""
    folder = into or Path(f"camove-{name.replace('_', '-')}")
    try:
        skeleton.check_name(name, {*platform.plugins.records, *current_app.blueprints})
        made = skeleton.write(name, title or name.replace("_", " ").capitalize(), folder)
    except skeleton.SkeletonProblem as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{folder} cannot be written: {error.strerror}.") from error
    click.echo(f"{len(made)} files in {folder}. Next, in that folder:")
    click.echo("  python -m pip install -e .\n  camove db upgrade\n  camove plugins list\n  python -m pytest")
