"""A folder of files that are there whole or not at all: the one place that touches the disk."""

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from core.attachments.shelf import Stored


class FileStore:
    """Named pieces of bytes under one folder. Names are ours, like `5f/01….age`: never a stranger's."""

    def __init__(self, folder: Path) -> None:
        """Know the folder; it is made at the first `put`."""
        self._folder = folder

    def put(self, name: str, content: bytes) -> None:
        """Keep `content` under `name`, replacing what was there: all or nothing, also when the power fails."""
        path = self._folder / name
        _make(path.parent)
        with NamedTemporaryFile(dir=path.parent, prefix="part-", delete=False) as file:
            try:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            except OSError:  # What is half written would only fill a disk that is full already.
                Path(file.name).unlink()
                raise
        os.replace(file.name, path)  # noqa: PTH105 - the step that the power-cut test counts
        _sync(path.parent)

    def get(self, name: str) -> bytes:
        """The bytes under `name`. Raises FileNotFoundError."""
        return (self._folder / name).read_bytes()

    def remove(self, name: str) -> None:
        """Forget `name`; what is gone already is no error."""
        path = self._folder / name
        with suppress(FileNotFoundError):
            path.unlink()
            _sync(path.parent)

    def names(self) -> Iterator[Stored]:
        """Everything that lies there, half-written leftovers of a crash included."""
        for path in sorted(self._folder.rglob("*")):
            with suppress(FileNotFoundError):
                if path.is_file():
                    seen = path.stat()
                    changed = datetime.fromtimestamp(seen.st_mtime, UTC)
                    yield Stored(path.relative_to(self._folder).as_posix(), seen.st_size, changed)


def _make(folder: Path) -> None:
    """Make a folder and those above it, for the owner only, so that they outlive a power cut."""
    if folder.is_dir():
        return
    _make(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _sync(folder.parent)


def _sync(folder: Path) -> None:
    """A rename is safe only when its folder has reached the disk."""
    with suppress(FileNotFoundError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
