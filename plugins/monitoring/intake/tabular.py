"""A table as someone brings it: CSV in the usual encodings, or the rows of a workbook. Cells stay text."""

import csv
import io
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

MOST_ROWS = 20_000
MOST_COLUMNS = 200
MOST_SURVEY_COLUMNS = 2000
"""A survey tool writes a column for each choice and for each turn of a repeat."""
DELIMITERS = ("\t", ";", ",")
SNIFFED_RECORDS = 50
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


def from_text(content: bytes, filename: str, *, most_columns: int = MOST_COLUMNS) -> Table:
    """The table of a text file, by its name's ending and its content; raises TableProblem, never half a table."""
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
    return from_rows(rows, encoding=encoding, delimiter=delimiter, most_columns=most_columns)


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


def from_rows(
    rows: Rows,
    *,
    encoding: str,
    delimiter: str = "",
    other_sheets: tuple[str, ...] = (),
    most_columns: int = MOST_COLUMNS,
) -> Table:
    """The table that these rows are; the first of them are its headers. Raises TableProblem."""
    if len(rows) > MOST_ROWS + 1:
        raise TableProblem("too_many_rows", str(MOST_ROWS))
    cells = [tuple(map(str.strip, row)) for row in rows]
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
