"""A ZIP that can be written in one way only, so that any other bytes are seen to be others.

Stored files, no dates, no comments, nothing between them: whoever reads writes the frame anew and compares. One file is
in memory at a time. Every ZIP program opens it (PKWARE APPNOTE 6.3, method 0, UTF-8 names).
"""

import struct
import zlib
from collections.abc import Iterable, Iterator
from typing import IO

MOST = 2**32 - 1
"""Bytes of a file and of the whole: larger ones would need another form (ZIP64)."""

LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
FIXED = struct.pack("<HHHHH", 20, 0x0800, 0, 0, 0x0021)
"""Version 2.0, UTF-8 names, stored, midnight of 1 January 1980."""

HEAD = 30
FAR_NAME = 200
"""Bytes of a name that are believed while reading."""


class BadParcel(ValueError):
    """These bytes are not such a ZIP, or something in it was changed."""


def write(files: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """The bytes of the ZIP, piece by piece; raises ValueError beyond 4 GB."""
    place, directory = 0, b""
    count = 0
    for name, content in files:
        count += 1
        facts = _facts(name, content)
        directory += _entry(name, facts, place)
        head = _head(name, facts)
        yield head
        yield content
        place += len(head) + len(content)
        if place > MOST:
            raise ValueError("a dossier of more than 4 GB cannot be packed")
    yield directory + _end(count, len(directory), place)


def size(files: Iterable[tuple[str, int]]) -> int:
    """The bytes of a ZIP of files with these names and sizes."""
    names = [(len(name.encode()), length) for name, length in files]
    return sum(HEAD + 46 + 2 * name + length for name, length in names) + 22


def read(stream: IO[bytes], most: int = MOST) -> Iterator[tuple[str, bytes]]:
    """The files one after the other, none larger than `most`; the end is checked before this ends.

    Raises BadParcel at the first byte that `write` would not have written (or a file's own, by its CRC).
    """
    place, directory, count = 0, b"", 0
    while (mark := _take(stream, 4)) == LOCAL:
        name, content = _file(stream, most)
        facts = _facts(name, content)
        directory += _entry(name, facts, place)
        place += len(_head(name, facts)) + len(content)
        count += 1
        yield name, content
    rest = directory + _end(count, len(directory), place)
    if mark + stream.read(len(rest)) != rest or stream.read(1):
        raise BadParcel("the list of files at the end is not the one that was written")


def _file(stream: IO[bytes], most: int) -> tuple[str, bytes]:
    head = _take(stream, HEAD - 4)
    length, name_length = struct.unpack("<I", head[14:18])[0], struct.unpack("<H", head[22:24])[0]
    if length > most or name_length > FAR_NAME:
        raise BadParcel("a file in it is larger than a dossier holds")
    raw = _take(stream, name_length)
    try:
        name = raw.decode()
    except UnicodeDecodeError as error:
        raise BadParcel("the name of a file was changed") from error
    content = _take(stream, length)
    if LOCAL + head + raw != _head(name, _facts(name, content)):
        raise BadParcel("the beginning of a file, or the file, was changed")
    return name, content


def _take(stream: IO[bytes], length: int) -> bytes:
    content = stream.read(length)
    if len(content) != length:
        raise BadParcel("it ends too early")
    return content


def _facts(name: str, content: bytes) -> bytes:
    return FIXED + struct.pack(
        "<IIIHH", zlib.crc32(content), len(content), len(content), len(name.encode()), 0
    )


def _head(name: str, facts: bytes) -> bytes:
    return LOCAL + facts + name.encode()


def _entry(name: str, facts: bytes, place: int) -> bytes:
    made_by, rights = struct.pack("<H", 0x0314), struct.pack("<HHHI", 0, 0, 0, 0o100644 << 16)
    return CENTRAL + made_by + facts + rights + struct.pack("<I", place) + name.encode()


def _end(count: int, length: int, place: int) -> bytes:
    return END + struct.pack("<HHHHIIH", 0, 0, count, count, length, place, 0)
