"""What a place for files can do, wherever it is: `folder` keeps them on this machine, `bucket` in an S3 store."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class ShelfUnavailable(OSError):
    """The place does not answer now, or does not let us in; nothing was lost. The message names no file and no key."""


class Lost(FileNotFoundError):
    """A file that a row wants is not there, or is not the one that was put there."""


@dataclass(frozen=True)
class Stored:
    """A file as a listing knows it: its name, its size in bytes, and when it was last written."""

    name: str
    size: int
    changed: datetime


class Shelf(Protocol):
    """Named pieces of bytes, there whole or not at all. Names are ours, like `5f/01….age`: never a stranger's.

    Every call may raise ShelfUnavailable.
    """

    def put(self, name: str, content: bytes) -> None:
        """Keep `content` under `name`, replacing what was there; when this returns it outlives a power cut."""

    def get(self, name: str) -> bytes:
        """The bytes under `name`. Raises FileNotFoundError."""

    def remove(self, name: str) -> None:
        """Forget `name`; what is gone already is no error."""

    def names(self) -> Iterator[Stored]:
        """Everything that lies there."""
