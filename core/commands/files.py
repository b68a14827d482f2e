"""`camove files`."""

from datetime import timedelta

import click

from core.attachments import reconciling
from core.attachments.shelf import ShelfUnavailable
from core.platform import platform


@click.group()
def files() -> None:
    """The files that people attached."""


@files.command()
@click.option("--fix", is_flag=True, help="Remove litter. What is missing can only come from a backup.")
@click.option(
    "--hours", default=24, show_default=True, help="Files without a row count as litter from this age."
)
def reconcile(fix: bool, hours: int) -> None:
    """Compare rows and files both ways; the exit code is 1 if anything is lost, changed or left over."""
    age, site = timedelta(hours=hours), platform
    try:
        if fix:
            click.echo(f"{reconciling.tidy(site.database, site.settings, age)} removed")
        found = reconciling.compare(site.database, site.settings, age)
    except ShelfUnavailable as error:
        raise click.ClickException(f"{error}. Try again when it answers.") from error
    for title, names in (
        ("missing, restore them from a backup", found.missing),
        ("changed, restore them from a backup", found.changed),
        ("without a row", found.litter),
    ):
        click.echo(f"{len(names)} files {title}")
        for name in names:
            click.echo(f"  {name}")
    click.echo(f"{found.wanted} files are wanted; {len(found.young)} younger ones may still get their row")
    if not found.sound:
        raise SystemExit(1)
