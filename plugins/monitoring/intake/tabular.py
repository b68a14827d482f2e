"""A table from a file that someone brings: CSV in the usual encodings, or XLSX. Cells stay text."""

import csv
import io
import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

UNSAFE = 3
"""How `workbook` says that it will not parse a file."""

MOST_BYTES = 10 * 2**20
MOST_ROWS = 20_000
MOST_COLUMNS = 200
MOST_SURVEY_COLUMNS = 2000
"""A survey tool writes a column for each choice and for each turn of a repeat."""
SECONDS_FOR_A_WORKBOOK = 60
DELIMITERS = ("\t", ";", ",")
SNIFFED_RECORDS = 50
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}

Rows = list[list[str]]


class TableProblem(Exception):
    """Why a file cannot be read as a table: a code, and a detail (a number or a name) for its sentence."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class Table:
    """Headers and rows as text. Row i of `rows` is row i + 2 of the file; empty rows keep their place.

    A row has at least as many cells as there are headers, and more only when the file has more.
    """

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    encoding: str = ""
    delimiter: str = ""
    other_sheets: tuple[str, ...] = ()


def read(source: Path | bytes, filename: str) -> Table:
    """Read a file by its name's ending and its content; raises TableProblem, never half a table.

    Of a workbook this is the first visible sheet; `read_all` reads the others too.
    """
    content = content_of(source)
    if Path(filename).suffix.lower() == ".xlsx":
        sheets = _sheets(content)
        name, rows = sheets[0] if sheets else ("", [])
        return _table(
            rows, encoding="xlsx", other_sheets=tuple(other for other, _ in sheets if other != name)
        )
    return _from_text(content, filename, MOST_COLUMNS)


def read_all(source: Path | bytes, filename: str) -> dict[str, Table]:
    """Every table of a file by its name: a CSV's own, a workbook's visible sheets; those without rows are left out."""
    content = content_of(source)
    if Path(filename).suffix.lower() != ".xlsx":
        return {Path(filename).stem: _from_text(content, filename, MOST_SURVEY_COLUMNS)}
    filled = {name: rows for name, rows in _sheets(content) if sum(map(any, rows[:3])) > 1 or len(rows) > 3}
    if not filled:
        raise TableProblem("no_rows")
    return {
        name: _table(rows, encoding="xlsx", most_columns=MOST_SURVEY_COLUMNS) for name, rows in filled.items()
    }


def content_of(source: Path | bytes) -> bytes:
    """The bytes of a file that is neither empty nor too large."""
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size > MOST_BYTES:
        raise TableProblem("too_large", str(MOST_BYTES // 2**20))
    content = source if isinstance(source, bytes) else source.read_bytes()
    if not content.strip():
        raise TableProblem("empty")
    return content


def _from_text(content: bytes, filename: str, most_columns: int) -> Table:
    if Path(filename).suffix.lower() not in {".csv", ".tsv", ".txt"}:
        raise TableProblem("unknown_kind", Path(filename).suffix)
    text, encoding = _decoded(content)
    delimiter = _delimiter(text)
    try:
        rows = list(
            islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), MOST_ROWS + 2)
        )
    except csv.Error as error:
        raise TableProblem("broken_quotes") from error
    return _table(rows, encoding=encoding, delimiter=delimiter, most_columns=most_columns)


def _decoded(content: bytes) -> tuple[str, str]:
    marked = next((name for mark, name in BYTE_ORDER_MARKS.items() if content.startswith(mark)), "")
    if not marked and b"\0" in content:
        raise TableProblem("unreadable")
    for encoding in (marked,) if marked else ("utf-8", "cp1251"):
        try:
            return content.decode(encoding), encoding.removesuffix("-sig")
        except UnicodeDecodeError:
            continue
    raise TableProblem("unreadable")


def _delimiter(text: str) -> str:
    """The sign that cuts most records into as many cells as the header has; a tab or ; before a comma."""
    agreements = {sign: _agreement(text, sign) for sign in DELIMITERS}
    best = max(DELIMITERS, key=agreements.__getitem__)
    return best if any(agreements[best]) else ","


def _agreement(text: str, sign: str) -> tuple[float, int]:
    try:
        records = list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=sign), SNIFFED_RECORDS))
    except csv.Error:
        return 0.0, 0
    widths = [len(record) for record in records if record]
    if not widths or widths[0] < 2:
        return 0.0, 0
    return widths.count(widths[0]) / len(widths), widths[0]


def _sheets(content: bytes) -> list[tuple[str, Rows]]:
    """The visible sheets, read by a process of its own."""
    if content.startswith(OLE):
        raise TableProblem("locked_or_old_workbook")
    if not content.startswith(ZIP):
        raise TableProblem("unreadable")
    command = [sys.executable, "-I", str(Path(__file__).with_name("workbook.py")), str(MOST_ROWS + 2)]
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, timeout=SECONDS_FOR_A_WORKBOOK, check=True
        )
    except subprocess.SubprocessError as error:
        raise TableProblem("unsafe" if getattr(error, "returncode", 0) == UNSAFE else "unreadable") from error
    return [(name, rows) for name, rows in json.loads(done.stdout)]


def _table(
    rows: Rows,
    *,
    encoding: str,
    delimiter: str = "",
    other_sheets: tuple[str, ...] = (),
    most_columns: int = MOST_COLUMNS,
) -> Table:
    if len(rows) > MOST_ROWS + 1:
        raise TableProblem("too_many_rows", str(MOST_ROWS))
    cells = [tuple(cell.strip() for cell in row) for row in rows]
    headers = _without_empty_end(cells[0]) if cells else ()
    body = _without_empty_rows_at_the_end(cells[1:])
    _must_fit(headers, body, most_columns)
    width = len(headers)
    padded = tuple(row if len(row) >= width else row + ("",) * (width - len(row)) for row in body)
    return Table(headers, padded, encoding, delimiter, other_sheets)


def _without_empty_end(row: tuple[str, ...]) -> tuple[str, ...]:
    filled = [place for place, cell in enumerate(row, 1) if cell]
    return row[: filled[-1]] if filled else ()


def _without_empty_rows_at_the_end(rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    filled = [place for place, row in enumerate(rows, 1) if any(row)]
    return rows[: filled[-1]] if filled else []


def _must_fit(headers: tuple[str, ...], rows: list[tuple[str, ...]], most_columns: int) -> None:
    if not headers:
        raise TableProblem("no_header" if rows else "empty")
    if not rows:
        raise TableProblem("no_rows")
    if max(len(headers), *map(len, rows)) > most_columns:
        raise TableProblem("too_many_columns", str(most_columns))
    names = Counter(header.casefold() for header in headers if header)
    twice = next((header for header in headers if names[header.casefold()] > 1), "")
    if twice:
        raise TableProblem("duplicate_header", twice)
