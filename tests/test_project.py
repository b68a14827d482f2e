"""What the repository promises about itself: its first page, its lock, its maps."""

import configparser
import re
import runpy
import shutil
import subprocess
import tomllib
from collections import Counter
from dataclasses import fields
from pathlib import Path

import pytest
from machine import absent
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import core
from core.platform import Platform
from core.settings import Settings

ROOT = Path(core.__file__).parent.parent
FIRST_SCREEN = 20
LOCAL = re.compile(r"(?<![\w.}])/(?:home|root|Users|mnt|workspace)/\w")
REGISTRY = re.compile(
    r"pypi\.org|pythonhosted\.|registry\.(?:npmjs|yarnpkg)|--(?:extra-)?index-url[ =]\S|find-links"
)
NO_TEXT = {".png", ".sav", ".woff2", ".ico", ".pdf", ".xlsx", ".jpg", ".webp"}


def read(path: str) -> str:
    return (ROOT / path).read_text("utf-8")


def setup() -> configparser.ConfigParser:
    config = configparser.ConfigParser(interpolation=None)
    config.read_string(read("setup.cfg"))
    return config


def required() -> list[Requirement]:
    config = setup()
    lines = config["options"]["install_requires"].splitlines()
    for extra in config["options.extras_require"].values():
        lines += extra.splitlines()
    found = [Requirement(line) for line in lines if line.strip()]
    return [each for each in found if each.name != config["metadata"]["name"]]


def locked() -> dict[str, str]:
    pins = re.findall(r"^([A-Za-z0-9_.-]+)==([^\s;]+)", read("requirements.lock"), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in pins}


def files() -> list[Path]:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        absent("git")
    kept = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(kept, capture_output=True, check=True, text=True).stdout.split("\0")
    return [path for path in (ROOT / name for name in names if name) if path.is_file()]


def test_first_screen_says_how_to_run_and_to_test() -> None:
    first = "\n".join(read("README.md").splitlines()[:FIRST_SCREEN])
    for word in ("make run", "make test", "Python 3.11"):
        assert word in first


def test_every_link_of_the_readme_leads_somewhere() -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", read("README.md"))
    assert len(targets) > 10
    assert [each for each in targets if not (ROOT / each).exists()] == []


def test_lock_pins_what_setup_asks_for() -> None:
    pins = locked()
    assert len(required()) > 30
    loose = [
        str(each)
        for each in required()
        if not each.specifier.contains(pins.get(canonicalize_name(each.name), "0"))
    ]
    assert loose == []


def test_lock_gives_a_hash_for_every_pin() -> None:
    blocks = re.split(r"^(?=[A-Za-z0-9])", read("requirements.lock"), flags=re.MULTILINE)[1:]
    # A package may stand there twice, once for each range of Python versions.
    assert {canonicalize_name(block.partition("==")[0]) for block in blocks} == set(locked())
    assert all("--hash=sha256:" in block for block in blocks)


def test_no_file_names_a_machine_or_a_registry() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in files()
        if path.suffix not in NO_TEXT and path != Path(__file__)
        for match in (*LOCAL.finditer(path.read_text("utf-8")), *REGISTRY.finditer(path.read_text("utf-8")))
    ]
    assert found == []


@pytest.mark.parametrize("text", ["/home/anna/camove", "see /root/x", "--index-url=https://a.example/simple"])
def test_the_search_for_such_names_finds_them(text: str) -> None:
    assert LOCAL.search(text) or REGISTRY.search(text)


def test_no_two_modules_of_tests_have_one_name() -> None:
    """Their folders share one path, so of two the second would be out of reach; scripts are never imported."""
    loose = [path for path in (ROOT / "tests").rglob("*.py") if not (path.parent / "__init__.py").exists()]
    names = Counter(path.stem for path in loose if path.name not in ("conftest.py", "run.py"))
    assert len(names) > 100
    assert [name for name, times in names.items() if times > 1] == []


def test_states_page_is_what_the_code_draws(site: Platform) -> None:
    draw = runpy.run_path(str(ROOT / "docs/make_states.py"))["draw"]
    assert read("docs/states.md") == draw(site.machines.values()), "run make states"


def test_every_setting_is_documented(site: Platform) -> None:
    page = read("docs/deploying.md")
    names = [each.name for each in fields(Settings)] + list(site.preferences)
    assert [name for name in names if f"| `{name}` |" not in page] == []


def test_defaults_of_plugin_settings_are_documented(site: Platform) -> None:
    page = read("docs/deploying.md")
    assert [s.name for s in site.preferences.values() if f"| `{s.name}` | {s.default} |" not in page] == []


def test_every_module_is_on_the_map() -> None:
    page = read("docs/architecture.md")
    for base in ("core", "plugins/monitoring"):
        part = page.split(f"### {base}/")[1].split("\n### ")[0]
        names = [path.relative_to(ROOT / base) for path in (ROOT / base).rglob("*.py")]
        modules = [str(n) for n in names if n.name != "__init__.py" and "migrations" not in n.parts]
        assert [each for each in modules if f"| `{each}` |" not in part] == []
        named = re.findall(r"^\| `([^`]+)` \|", part, re.MULTILINE)
        assert [each for each in named if not (ROOT / base / each).exists()] == []


def test_changes_tell_of_this_version() -> None:
    assert setup()["metadata"]["version"] == core.__version__
    assert re.search(rf"^## {re.escape(core.__version__)}\b", read("CHANGES.md"), re.MULTILINE)


def test_pyproject_holds_the_build_backend_only() -> None:
    assert set(tomllib.loads(read("pyproject.toml"))) == {"build-system"}


def test_unbuilt_plugins_hold_a_page_and_no_code() -> None:
    built = {
        entry.split("=")[0].strip()
        for entry in setup()["options.entry_points"]["camove.plugins"].split("\n")
        if entry
    }
    for folder in (ROOT / "plugins").iterdir():
        if folder.is_dir() and folder.name != "__pycache__":
            assert (folder / "README.md").is_file(), folder.name
            assert folder.name in built or not list(folder.rglob("*.py")), folder.name


def test_make_refuses_an_old_python_in_words(tmp_path: Path) -> None:
    if shutil.which("make") is None:
        absent("make")
    command = ["make", "-C", str(ROOT), "setup", f"VENV={tmp_path}", "PYTHON=false"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "camove needs Python 3.11 or newer" in done.stderr
