"""Runs the gates against deliberately broken builds: each mutant must turn its gate red, or the gate proves nothing.

Usage: `python tests/gates/mutants/run.py [NAME …]`; without names, all. Each mutant is a TOML file beside this one:
`gate` (what pytest is given), `why`, and one or more `[[edit]]` with `file`, `old` (occurs once) and `new`.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
PARTS = ("core", "plugins", "tests", "setup.cfg", "pyproject.toml", "docs")
PATIENCE = 420
"""Seconds that a broken build may hang before it counts as red."""


@dataclass(frozen=True)
class Mutant:
    """One way to break the build, and the gate that must notice."""

    name: str
    gate: str
    why: str
    edits: tuple[tuple[str, str, str], ...]


class Stale(Exception):
    """The code has moved on: the text that the mutant would break is not there exactly once."""


def read(path: Path) -> Mutant:
    """The mutant in a file."""
    told = tomllib.loads(path.read_text("utf-8"))
    edits = tuple((each["file"], each["old"], each["new"]) for each in told["edit"])
    return Mutant(path.stem, told["gate"], told["why"], edits)


def broken_copy(mutant: Mutant, folder: Path) -> Path:
    """A copy of the tree with the mutant's edits. Raises Stale."""
    tree = folder / "tree"
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, tree / part, ignore=shutil.ignore_patterns("__pycache__", "screenshots"))
        else:
            shutil.copy(source, tree / part)
    for file, old, new in mutant.edits:
        text = (tree / file).read_text("utf-8")
        if text.count(old) != 1:
            raise Stale(f"{file}: found {text.count(old)} times: {old.splitlines()[0]!r}")
        (tree / file).write_text(text.replace(old, new), "utf-8")
    return tree


def verdict(mutant: Mutant) -> str:
    """`red` as it should be; else what is wrong. What could not even start is tried once more: machines are busy."""
    told = _verdict(mutant)
    return _verdict(mutant) if told.startswith("BROKEN") else told


def _verdict(mutant: Mutant) -> str:
    with tempfile.TemporaryDirectory(prefix="camove-mutant-", ignore_cleanup_errors=True) as folder:
        try:
            tree = broken_copy(mutant, Path(folder))
        except (Stale, OSError) as error:
            return f"STALE ({error})"
        try:
            ran = _run(mutant, tree, Path(folder))
        except subprocess.TimeoutExpired:
            return "red (it hung)"
    last = (ran.stdout.strip().splitlines() or ["no output"])[-1]
    # A tree that cannot even start fails too, but shows nothing about the gate.
    if ran.returncode == 1 and "\nFAILED " in ran.stdout:
        return "red"
    told = next((line for line in ran.stdout.splitlines() if line.startswith(("E  ", "ERROR "))), last)
    return "GREEN: the gate does not see it" if ran.returncode == 0 else f"BROKEN ({told.strip()})"


def _run(mutant: Mutant, tree: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    temporary = folder / "tmp"
    temporary.mkdir()
    environment = os.environ | {"PYTHONPATH": str(tree), "TMPDIR": str(temporary)}
    command = [sys.executable, "-m", "pytest", "-x", "-p", "no:cacheprovider", *mutant.gate.split()]
    return subprocess.run(
        command, cwd=tree, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )


def main(names: list[str]) -> int:
    """Print one line for each mutant; the number of those that are not red."""
    paths = [HERE / f"{name}.toml" for name in names] or sorted(HERE.glob("*.toml"))
    mutants = [read(path) for path in paths]
    failures = 0
    with ThreadPoolExecutor(max_workers=int(os.environ.get("CAMOVE_MUTANT_WORKERS", "2"))) as pool:
        for mutant, told in zip(mutants, pool.map(verdict, mutants), strict=True):
            failures += not told.startswith("red")
            print(f"{told:8} {mutant.name}: {mutant.why}", flush=True)
    print(f"{len(mutants) - failures} of {len(mutants)} mutants are red")
    return failures


if __name__ == "__main__":
    sys.exit(bool(main(sys.argv[1:])))
