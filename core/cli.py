"""The command line: `camove …`. Core's commands and, under each plugin's name or its shorter word, its own."""

import sys

import click
from flask import Flask

from core import __version__
from core.accounts.cli import org, user
from core.app import create_app
from core.commands.auditing import audit
from core.commands.authoring import plugin
from core.commands.backup import backup, restore
from core.commands.catalogues import translations
from core.commands.demo import demo
from core.commands.doctor import doctor
from core.commands.extensions import plugins
from core.commands.files import files
from core.commands.finding import search
from core.commands.schema import db
from core.commands.serving import serve, worker
from core.commands.tokens import token
from core.commands.vault import vault
from core.platform import EXTENSION, Platform
from core.plugins import PluginRecord
from core.settings import SettingsError

COMMANDS: tuple[click.Command, ...] = (
    audit, backup, db, demo, doctor, files, org, plugin, plugins, restore, search, serve, token, translations,
    user, vault, worker,
)  # fmt: skip


def build(app: Flask) -> click.Group:
    """All commands of this installation."""
    site: Platform = app.extensions[EXTENSION]
    group = click.Group("camove", help="The platform of Central Asia on the Move.")
    for command in COMMANDS:
        group.add_command(command)
    for record in site.plugins.records.values():
        commands = site.plugins.commands(record) if record.active else []
        if commands:
            group.add_command(click.Group(record.name, {str(c.name): c for c in commands}))
    for record in site.plugins.records.values():
        _shorten(group, record)
    return click.version_option(__version__)(group)


def _shorten(group: click.Group, record: PluginRecord) -> None:
    """The same commands under the plugin's shorter word, unless somebody else has it."""
    word, whole = record.manifest.command if record.manifest else "", group.commands.get(record.name)
    if word and whole and word not in group.commands:
        group.add_command(whole, word)


def main() -> None:
    """Run one command inside the application."""
    try:
        app = create_app()
    except SettingsError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    with app.app_context():
        build(app)(prog_name="camove")
