"""The handbook as a stranger installs it: a wheel beside camove's wheel, without this repository on the path."""

import re
import shutil
from pathlib import Path

from stranger import fresh_environment, told

import core

ROOT = Path(core.__file__).parent.parent
PARTS = ("core", "plugins", "setup.cfg", "pyproject.toml", "README.md", "LICENSE")
FACTS = """
import core
from core.app import create_app
from core.platform import EXTENSION
app = create_app()
print("core", core.__file__)
for record in app.extensions[EXTENSION].plugins.records.values():
    print(record.name, record.state, record.reason)
client = app.test_client()
for page in ("/ru/", "/ky/search?q=a", "/en/media_watch/releases", "/health", "/ru/handbook/"):
    print(page, client.get(page).status_code)
"""
OURS = {"job_fairs", "media_watch", "monitoring", "research"}


def wheel(source: Path, folder: Path, environment: dict[str, str]) -> Path:
    """Build the wheel of a distribution; nothing is left behind in its folder."""
    told(
        folder,
        environment,
        "python",
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "-w",
        str(folder / "wheels"),
        str(source),
    )
    return max((folder / "wheels").glob("*.whl"), key=lambda path: path.stat().st_mtime_ns)


def install(folder: Path, environment: dict[str, str], *wheels: Path) -> None:
    told(
        folder,
        environment,
        "python",
        "-m",
        "pip",
        "install",
        "-q",
        "--no-deps",
        "--no-compile",
        "-I",
        *map(str, wheels),
    )


def copied(folder: Path) -> tuple[Path, Path]:
    """The sources of camove and of the handbook, away from this repository."""
    left = shutil.ignore_patterns("__pycache__", "*.egg-info", "build")
    for part in PARTS:
        path = ROOT / part
        target = folder / "camove" / part
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(path, target, ignore=left) if path.is_dir() else shutil.copy(path, target)
    shutil.copytree(ROOT / "examples/camove-handbook", folder / "handbook", ignore=left)
    return folder / "camove", folder / "handbook"


def facts(folder: Path, environment: dict[str, str]) -> tuple[str, set[str], list[str]]:
    """Where camove lies, which plugins are active, and what the pages answer."""
    text = told(folder, environment, "python", "-c", FACTS)
    where = re.findall(r"^core (\S+)$", text, re.MULTILINE)
    states = re.findall(r"^(\w+) active ?$", text, re.MULTILINE)
    return where[0], set(states), re.findall(r"^/\S* (\d+)$", text, re.MULTILINE)


def test_the_handbook_comes_and_goes_as_a_wheel(tmp_path: Path) -> None:
    environment = fresh_environment(tmp_path / "environment", camove=False)
    platform, example = copied(tmp_path / "sources")
    install(tmp_path, environment, *(wheel(each, tmp_path, environment) for each in (platform, example)))
    work = tmp_path / "work"
    shutil.copytree(example / "tests", work / "tests")
    shutil.copy(example / "setup.cfg", work)
    shutil.rmtree(tmp_path / "sources")
    assert "handbook: " in told(work, environment, "camove", "db", "upgrade")
    where, active, pages = facts(work, environment)
    assert where.startswith(str(tmp_path / "environment"))
    assert (active, pages) == ({*OURS, "handbook"}, ["200"] * 5)
    tests = told(work, environment, "python", "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert re.search(r"^2\d passed", tests, re.MULTILINE), tests

    told(work, environment, "python", "-m", "pip", "uninstall", "-q", "-y", "camove-handbook")
    _, active, pages = facts(work, environment)
    assert (active, pages) == (OURS, ["200"] * 4 + ["404"])
    gone = told(work, environment, "camove", "db", "purge", "--plugin", "handbook", "--confirm", "handbook")
    assert "handbook_edition" in gone
