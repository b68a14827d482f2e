"""The skeleton of a plugin: a whole distribution, written from the files beside this module, that keeps the contract.

In a file's name `__plugin__` and `__today__` are replaced, in its text what `string.Template` knows by `$`.
"""

import hashlib
import keyword
import re
import sys
from collections.abc import Collection, Mapping
from importlib.util import find_spec
from pathlib import Path
from string import Template

from core import HOOK_API
from core.database import now

FILES = Path(__file__).parent / "files"
SUFFIX = ".tmpl"
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
LONGEST = 20
"""Of a name: the names of keys are made of it, and PostgreSQL cuts those off after 63 characters."""

LONGEST_TITLE = 60


class SkeletonProblem(ValueError):
    """The skeleton cannot be written; the text says what to do."""


def check_name(name: str, taken: Collection[str]) -> None:
    """Raise SkeletonProblem unless a plugin may be called `name`; `taken` are names that others have."""
    if not NAME.fullmatch(name) or keyword.iskeyword(name) or len(name) > LONGEST:
        raise SkeletonProblem(
            f"{name!r} cannot be a name: take up to {LONGEST} small Latin letters, digits and single underscores,"
            " a letter first, such as small_councils."
        )
    for other in sorted({"core", "plugins", *taken}):
        if name == other or name.startswith(f"{other}_") or other.startswith(f"{name}_"):
            raise SkeletonProblem(
                f"{name!r} cannot be told apart from {other}, which is taken. Choose another name."
            )
    if name in sys.stdlib_module_names or find_spec(name) is not None:
        raise SkeletonProblem(f"There is a Python package {name!r} already. Choose another name.")


def write(name: str, title: str, folder: Path) -> list[Path]:
    """Write the distribution into `folder`, which is new or empty; gives the files. Raises SkeletonProblem."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SkeletonProblem(
            f"{folder} exists and is not empty. Nothing was written; choose another folder."
        )
    if not 0 < len(title.strip()) <= LONGEST_TITLE or re.search(r'[$"\\\x00-\x1f<>{}%]', title):
        raise SkeletonProblem(
            f"The title is one line of up to {LONGEST_TITLE} characters, without quotation marks, backslashes"
            " or any of < > { } % $."
        )
    words = _words(name, title.strip())
    return [_copied(path, folder, words) for path in sorted(FILES.rglob(f"*{SUFFIX}"))]


def _words(name: str, title: str) -> Mapping[str, str]:
    return {
        "name": name,
        "title": title,
        "class_name": "".join(part.capitalize() for part in name.split("_")),
        "distribution": f"camove-{name.replace('_', '-')}",
        "hook_api": str(HOOK_API),
        "revision": hashlib.sha256(name.encode()).hexdigest()[:12],
    }


def _copied(path: Path, folder: Path, words: Mapping[str, str]) -> Path:
    relative = str(path.relative_to(FILES)).removesuffix(SUFFIX)
    relative = relative.replace("__plugin__", words["name"]).replace("__today__", f"{now():%Y_%m_%d}")
    target = folder / relative
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(Template(path.read_text("utf-8")).substitute(words), "utf-8")
    return target
