"""`camove plugin new`: what it writes is installed, migrated and tested as a stranger would, and keeps the contract."""

import re
from pathlib import Path

import pytest
from flask import Flask
from stranger import fresh_environment, told

from core.cli import build
from core.skeleton import SkeletonProblem, check_name, write

SPOILED = """
import sys
from pathlib import Path
from core.testing import faults, make_app
from core.platform import EXTENSION
from small_talks.plugin import plugin
app = make_app(Path(sys.argv[1]), [plugin])
print("\\n".join(faults(app, "small_talks")))
app.extensions[EXTENSION].database.close()
"""


@pytest.mark.parametrize(
    "name",
    ["", "Talks", "1talk", "small-talks", "a__b", "_a", "a_", "import", "беседы", "x" * 21, "../a",
     "core", "core_talks", "plugins", "monitoring", "monitoring_two", "media", "account", "json", "flask"],
)  # fmt: skip
def test_a_name_that_cannot_be_is_refused(name: str) -> None:
    with pytest.raises(SkeletonProblem, match="name"):
        check_name(name, {"monitoring", "media_watch", "account"})


def test_a_good_name_is_taken() -> None:
    check_name("small_talks", {"monitoring", "media_watch", "account"})


@pytest.mark.parametrize("title", ["", " ", 'A "talk"', "a\nb", "{{ a }}", "a\\", "$name", "x" * 61])
def test_a_title_that_would_break_the_files_is_refused(title: str, tmp_path: Path) -> None:
    with pytest.raises(SkeletonProblem, match="title"):
        write("small_talks", title, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_the_command_overwrites_nothing(app: Flask, tmp_path: Path) -> None:
    kept = tmp_path / "mine" / "setup.cfg"
    kept.parent.mkdir()
    kept.write_text("mine")
    with app.app_context():
        run = app.test_cli_runner()
        full = run.invoke(build(app), ["plugin", "new", "small_talks", "--into", str(kept.parent)])
        file = run.invoke(build(app), ["plugin", "new", "small_talks", "--into", str(kept)])
        taken = run.invoke(build(app), ["plugin", "new", "monitoring", "--into", str(tmp_path / "new")])
        barred = run.invoke(build(app), ["plugin", "new", "small_talks", "--into", str(kept / "below")])
    assert {full.exit_code, file.exit_code, taken.exit_code, barred.exit_code} == {1}
    assert "cannot be written" in barred.output
    assert "not empty" in full.output
    assert "taken" in taken.output
    assert [path.name for path in kept.parent.iterdir()] == ["setup.cfg"]
    assert kept.read_text() == "mine"
    assert not (tmp_path / "new").exists()


def test_the_skeleton_of_a_stranger(tmp_path: Path) -> None:
    environment = fresh_environment(tmp_path / "environment")
    told(tmp_path, environment, "camove", "plugin", "new", "small_talks", "--title", "Разговоры")
    folder = tmp_path / "camove-small-talks"
    told(folder, environment, "python", "-m", "pip", "install", "-e", ".", "--no-deps")
    assert "small_talks: " in told(folder, environment, "camove", "db", "upgrade")
    listed = told(folder, environment, "camove", "plugins", "list")
    assert re.search(r"^small_talks +active$", listed, re.MULTILINE), listed
    assert "4 passed" in told(folder, environment, "python", "-m", "pytest", "-q", "-p", "no:cacheprovider")
    spoil(folder / "small_talks")
    said = told(folder, environment, "python", "-c", SPOILED, str(tmp_path / "spoiled"))
    assert "it says who it is: the title is empty" in said
    assert "it has a readme: " in said
    assert "it imports the toolkit only: rights.py, line 3: imports core" in said
    assert "its migrations lead both ways: models and migrations differ" in said
    assert "its pages declare known rights: small_talks.door needs small_talks.door.open" in said
    assert "its sentences are translated: small_talks/ru: not in the catalogue: Nobody knows this" in said


def spoil(package: Path) -> None:
    """Offend against six rules at once."""
    change(package / "plugin.py", '"0.1.0"', '"first"')
    (package / "README.md").write_text("# something else\n")
    change(package / "rights.py", "from core.toolkit", "from core import audit\nfrom core.toolkit")
    change(package / "models/entry.py", "    revision:", "    extra: Mapped[int]\n    revision:")
    change(package / "views/entries.py", '@blueprint.get("/")', OPEN + '@blueprint.get("/")')
    change(
        package / "views/blueprint.py", '"say": gettext', '"say": gettext, "x": gettext("Nobody knows this")'
    )


OPEN = """@blueprint.get("/open")
@needs("small_talks.door.open")
def door() -> str:
    return ""


"""


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
