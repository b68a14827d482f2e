"""Names that would let one plugin into another's tables or addresses."""

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
import pytest
from flask import Flask

from core.cli import build
from core.platform import EXTENSION
from core.testing import Settings, create_app
from core.toolkit import Manifest, hookimpl


def named(name: str, command: str = "") -> Any:
    class Named:
        manifest = Manifest(name, name, "1", hook_api=1, command=command)

        @hookimpl
        def camove_register_commands(self) -> Iterable[click.Command]:
            return (click.Command("greet", callback=lambda: click.echo(name)),)

    return Named()


@pytest.fixture
def folder(migrated: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(migrated, tmp_path / "instance"))


def states(folder: Path, *names: str, **settings: Any) -> dict[str, tuple[str, str]]:
    app: Flask = create_app(
        Settings(instance=folder, testing=True, search_engine="fts5", **settings),
        [named(name) for name in names],
    )
    records = app.extensions[EXTENSION].plugins.records.values()
    app.extensions[EXTENSION].database.close()
    return {record.name: (str(record.state), record.reason) for record in records}


@pytest.mark.parametrize(
    "name", ["core", "account", "admin", "Fairs", "job-fairs", "1st", "", "a__b", "../x"]
)
def test_a_name_that_cannot_be(folder: Path, name: str) -> None:
    state, reason = states(folder, name)[name]
    assert (state, "cannot be the name" in reason) == ("failed", True)


def test_one_name_may_not_begin_the_other(folder: Path) -> None:
    found = states(folder, "media", "media_watch", "mediator")
    assert {name: state for name, (state, _) in found.items()} == {
        "media": "failed", "media_watch": "failed", "mediator": "active",
    }  # fmt: skip
    assert "media_watch" in found["media"][1]


def test_a_plugin_switched_off_in_the_settings(folder: Path) -> None:
    assert states(folder, "fairs", disabled_plugins=("fairs",)) == {
        "fairs": ("disabled", "switched off in the settings")
    }


def test_a_shorter_word_leads_to_the_same_commands_unless_it_is_taken(folder: Path) -> None:
    given = [named("job_fairs", "fairs"), named("press", "fairs"), named("backups", "backup")]
    app = create_app(Settings(instance=folder, testing=True, search_engine="fts5"), given)
    with app.app_context():
        group, runner = build(app), app.test_cli_runner()
        said = {
            word: runner.invoke(group, [word, "greet"]).output for word in ("job_fairs", "fairs", "press")
        }
        taken = runner.invoke(group, ["backup", "greet"])
    app.extensions[EXTENSION].database.close()
    assert said == {"job_fairs": "job_fairs\n", "fairs": "job_fairs\n", "press": "press\n"}
    assert taken.exit_code != 0
    assert "backups" not in taken.output
