"""`camove translations`: catalogues of core and of plugins, for developers."""

import sys

import click

from core.platform import platform
from core.translating import Catalogues
from core.web.mounting import folder_of


@click.group()
def translations() -> None:
    """Catalogues."""


def _all() -> list[Catalogues]:
    found = [Catalogues.of_core()]
    records = [record for record in platform.plugins.records.values() if record.plugin is not None]
    return found + [Catalogues(record.name, folder_of(record)) for record in records]


@translations.command()
def update() -> None:
    """Bring every catalogue up to the sentences in code and templates; translations stay."""
    for each in _all():
        click.echo(f"{each.name}: {each.update()} sentences")


@translations.command()
def check() -> None:
    """Name what is untranslated, unknown, or unsafe; exit code 1 if anything is."""
    problems = [problem for each in _all() for problem in each.problems()]
    click.echo("\n".join(problems) or "every sentence is translated")
    sys.exit(bool(problems))
