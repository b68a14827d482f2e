"""Files that lie in an S3 store: into an archive, and back. In a folder they are part of the data."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from core.attachments import bucket, shelves
from core.attachments.shelf import Shelf
from core.backup.archive import Packer
from core.backup.dumping import Dump
from core.settings import Settings

KINDS = (shelves.FILES, shelves.UPLOADS)


def pack(packer: Packer, settings: Settings, dumped: Dump) -> Iterator[str]:
    """Copy in what the rows of the dump point to and the pieces of uploads; gives the names of files that went in."""
    if not bucket.configured(settings):
        return
    for kind in KINDS:
        shelf = shelves.shelf(settings, kind)
        pieces = [each.name for each in shelf.names()] if kind == shelves.UPLOADS else sorted(dumped.files)
        for name in pieces:
            # Deleted since it was listed: the row decides whether that was right.
            with suppress(FileNotFoundError):
                packer.put(f"data/{kind}/{name}", shelf.get(name))
                yield name


def held(settings: Settings) -> bool:
    """Whether files lie there already."""
    return bucket.configured(settings) and any(True for _ in shelves.shelf(settings, shelves.FILES).names())


def unpack(settings: Settings, data: Path) -> None:
    """Put the files of a proven copy into the store, before its rows are live; what is there with these bytes stays."""
    if not bucket.configured(settings):
        return
    for kind in KINDS:
        shelf, folder = shelves.shelf(settings, kind), data / kind
        for path in sorted(each for each in folder.rglob("*") if each.is_file()):
            name, content = path.relative_to(folder).as_posix(), path.read_bytes()
            if not _same(shelf, name, content):
                shelf.put(name, content)
        shutil.rmtree(folder, ignore_errors=True)


def _same(shelf: Shelf, name: str, content: bytes) -> bool:
    with suppress(FileNotFoundError):
        return shelf.get(name) == content
    return False
