"""The program of the confined child: one file on standard input becomes canonical CSV and a report on standard output.

Standard input is an open file: one line of JSON with the wishes, then the bytes. Standard output is the canonical CSV,
then the report as JSON, then its length in eight bytes. A file that cannot be taken whole ends in a report that says at
which line and why; what stands before it is worth nothing then.
"""

import hashlib
import io
import json
import os
import sys
from itertools import islice
from typing import IO, Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# No thread may start in here, and numpy's would.

from plugins.research import decode, structure
from plugins.research.decode import DecodeProblem
from plugins.research.reading import kinds, statistical, workbook
from plugins.research.reading.table import Kinds, Table
from plugins.research.structure import StructureProblem

PIECE = 1 << 20
ROWS = 400
"""Rows that are judged and written at once."""


class Behind(io.RawIOBase):
    """A file that begins where the line of wishes ends."""

    def __init__(self, source: IO[bytes], begin: int) -> None:
        """Hide the first `begin` bytes."""
        self._source, self._begin = source, begin
        source.seek(begin)

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """It can be read from anywhere."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read as many bytes as fit."""
        got = self._source.read(len(buffer))
        buffer[: len(got)] = got
        return len(got)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go there; gives the place."""
        self._source.seek(offset + self._begin if whence == 0 else offset, whence)
        return self.tell()

    def tell(self) -> int:
        """Where it stands."""
        return self._source.tell() - self._begin


def opened(source: IO[bytes], wishes: dict[str, str]) -> Table:
    """The table in a file. Raises StructureProblem or DecodeProblem, at once or while its rows are read."""
    kind = kinds.kind_of(source.read(kinds.HEAD))
    source.seek(0)
    if kind == kinds.WORKBOOK:
        return workbook.read(source)
    if kind in (kinds.SPSS, kinds.STATA):
        return statistical.read(source, stata=kind == kinds.STATA, encoding=wishes.get("code_page", ""))
    return _text(source, wishes)


def _text(source: IO[bytes], wishes: dict[str, str]) -> Table:
    head = source.read(decode.SAMPLE)
    source.seek(0)
    encoding = wishes.get("encoding") or decode.guess(head).encoding
    sample = head.decode("utf-8-sig" if encoding == "utf-8" else encoding, "replace")
    if decode.garbled(sample):
        raise DecodeProblem("garbled", 1)
    delimiter = wishes.get("delimiter") or structure.delimiter_of(sample)
    pieces = iter(lambda: source.read(PIECE), b"")
    lines = structure.without_tail(structure.lines_of(decode.text_of(pieces, encoding)))
    return Table((row.line, row.cells) for row in structure.rows_of(lines, delimiter))


def converted(table: Table, write: Any) -> dict[str, Any]:
    """Write the canonical CSV; gives the report. Raises StructureProblem or DecodeProblem."""
    rows = iter(table.rows)
    line, cells = next(rows, (0, ()))
    names = structure.headers_of(structure.Row(line, cells)) if cells else ()
    if not names:
        raise StructureProblem("empty", line)
    seen, digest, count = Kinds(len(names)), hashlib.sha256(), 0
    batch: list[tuple[str, ...]] = [names]
    while batch:
        encoded = "".join(structure.canonical(batch)).encode("utf-8", "replace")
        digest.update(encoded)
        write(encoded)
        batch = [cells for _, cells in islice(rows, ROWS)]
        count += len(batch)
        seen.look(batch)
    if not count:
        raise StructureProblem("no_rows", line)
    return {
        "names": names, "kinds": seen.verdicts(), "rows": count, "sha256": digest.hexdigest(),
        "labels": dict(table.labels), "missing": dict(table.missing), "notes": table.notes,
        "values": {name: dict(each) for name, each in table.values.items()},
    }  # fmt: skip


def main() -> None:
    """Standard input to standard output."""
    source, answer = sys.stdin.buffer, sys.stdout.buffer
    wishes: dict[str, str] = json.loads(source.readline())
    held = io.BufferedReader(Behind(source, source.tell()), PIECE)
    try:
        report = converted(opened(held, wishes), answer.write)
    except (StructureProblem, DecodeProblem) as problem:
        report = {"problem": problem.code, "line": problem.line, "detail": getattr(problem, "detail", "")}
    told = json.dumps(report, ensure_ascii=False).encode()
    answer.write(told + len(told).to_bytes(8, "big"))


if __name__ == "__main__":
    main()
