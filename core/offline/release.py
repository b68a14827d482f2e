"""The version of all that a phone may cache: it changes with any file that a page is made of."""

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

PARTS = ("static", "templates", "translations")
SUFFIXES = frozenset({".css", ".html", ".js", ".mo", ".po", ".svg"})


@cache
def release(folders: tuple[Path, ...]) -> str:
    """Ten letters for the stylesheets, scripts, templates and words below these packages."""
    digest = hashlib.sha256()
    for path in sorted(_files(folders)):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:10]


def _files(folders: Iterable[Path]) -> Iterable[Path]:
    for folder in folders:
        for part in PARTS:
            yield from (p for p in (folder / part).rglob("*") if p.suffix in SUFFIXES and p.is_file())
