"""How DuckDB reads a sealed file in place: a file system of ours that unseals only the pieces that are asked for."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fsspec import AbstractFileSystem

from core.toolkit import Seekable

PROTOCOL = "sealed"
UNCHANGING = datetime(2026, 1, 1, tzinfo=UTC)
"""Files lie under the hash of their content: none is ever newer."""


def address(path: Path) -> str:
    """The sealed file as the engine names it."""
    return f"{PROTOCOL}://{path}"


class Sealed(AbstractFileSystem):
    """The read half of a file system over sealed files (fsspec's specification); it lists nothing."""

    protocol, cachable = PROTOCOL, False

    def __init__(self, settings: Any) -> None:
        """Keep the settings: the engine's threads know no application."""
        super().__init__()
        self._settings = settings

    def info(self, path: str, **_more: Any) -> dict[str, Any]:
        """The size of what the file holds."""
        with self._open(path) as file:
            return {"name": path, "size": file.size, "type": "file"}

    def glob(self, path: str, **_more: Any) -> list[str]:
        """A name is a name: no pattern is looked for."""
        return [self._strip_protocol(path)]

    def exists(self, _path: str, **_more: Any) -> bool:
        """Opening it says more."""
        return True

    def modified(self, _path: str) -> datetime:
        """Never."""
        return UNCHANGING

    def _open(self, path: str, _mode: str = "rb", **_more: Any) -> Seekable:
        return Seekable(self._settings, Path(self._strip_protocol(path)))
