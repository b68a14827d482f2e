"""`camove doctor`."""

import sys

import click

from core import reserve
from core.doctor import boot, findings, service, storage
from core.platform import platform

PARTS = (service, storage)
"""The modules whose checks are on the list."""


@click.command()
@click.option("--fix", is_flag=True, help="Close data and keys to other users, and make the reserve.")
def doctor(*, fix: bool) -> None:
    """Say in words what is wrong with this installation and what to do; exit code 1 if anything is."""
    if fix:
        for line in boot.mend(platform.settings):
            click.echo(line)
        reserve.make(platform.settings.data)
    bad = 0
    for name, found in findings.examine(platform):
        click.echo(f"{'ok  ' if found.well else 'BAD '} {name}: {found.text}")
        if not found.well:
            bad += 1
            click.echo(f"     -> {found.advice}")
    total = len(findings.CHECKS)
    click.echo(
        f"{total - bad} of {total} checks are well ({', '.join(p.__name__.split('.')[-1] for p in PARTS)})"
    )
    sys.exit(bool(bad))


def demand_fit(host: str) -> None:
    """Refuse to serve a site that is not safe. Raises ClickException with what to do."""
    found = boot.refusals(platform, host)
    if found:
        raise click.ClickException("camove does not start:\n" + "\n".join(f"- {each}" for each in found))
