"""The structural pass: rows of text become a rectangle, or the file is refused with the line and the reason.

Silent loss of rows is the enemy. What the standard csv module reads under RFC 4180 is counted here; the count goes with
the table and must be found again in every form that it takes later. Nothing here does I/O.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

MOST_COLUMNS = 4000
MOST_CELL = 1 << 20
"""Characters of one cell; a longer one is nearly always a quote that was never closed."""

DELIMITERS = (",", ";", "\t", "|")
ROW_NUMBER = "_row"


class StructureProblem(ValueError):
    """The file cannot be taken whole; `line` (from 1) is where the row begins that shows it."""

    def __init__(self, code: str, line: int = 0, detail: str = "") -> None:
        """Keep the code for the page to translate.

        One of: empty, no_rows, too_many_columns, blank_row, ragged_row, unbalanced_quotes, stray_quote,
        duplicate_header, empty_header, reserved_header, control_character.
        """
        super().__init__(f"{code} in line {line} {detail}".strip())
        self.code, self.line, self.detail = code, line, detail


class Row(NamedTuple):
    """One row as it stands in the file: the line where it begins, and its cells as text."""

    line: int
    cells: tuple[str, ...]


def delimiter_of(text: str) -> str:
    """The delimiter that splits the first line into most cells; the comma where none does."""
    line = next((each for each in text.splitlines() if each.strip()), "")
    return max(DELIMITERS, key=lambda mark: (len(next(csv.reader([line], delimiter=mark), [])), mark == ","))


def lines_of(pieces: Iterable[str]) -> Iterator[str]:
    """Cut a stream of text into lines that keep their ends: LF, CRLF or a lone CR.

    `str.splitlines` would also cut at NEL, U+2028 and form feeds, which stand inside cells.
    """
    rest = ""
    for piece in pieces:
        rest += piece
        # A CR at the end may be the first half of CRLF: it waits for the next piece.
        held = "\r" if rest.endswith("\r") else ""
        ready = io.StringIO(rest[: len(rest) - len(held)], newline="")
        rest = ""
        for line in ready:
            if line.endswith(("\n", "\r")):
                yield line
            else:
                rest = line
        rest += held
    if rest:
        yield rest


def rows_of(lines: Iterable[str], delimiter: str) -> Iterator[Row]:
    """The rows of a CSV text, the header first. Raises StructureProblem; a consumer that sees the end saw every row."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    csv.field_size_limit(MOST_CELL)
    width, begins = 0, 1
    try:
        for cells in reader:
            width = width or len(cells)
            _check(cells, width, begins)
            yield Row(begins, tuple(cells))
            # A row may take several lines.
            begins = reader.line_num + 1
    except csv.Error as error:
        raise StructureProblem(_reason(str(error)), begins) from error


def _reason(words: str) -> str:
    if "unexpected end of data" in words or "field larger" in words:
        return "unbalanced_quotes"
    return "stray_quote" if "expected after" in words else "control_character"


def _check(cells: Sequence[str], width: int, line: int) -> None:
    if not cells or (len(cells) < width and not any(cells)):
        # What follows is either another row, which makes this one a hole, or nothing, and then it is no row.
        raise StructureProblem("blank_row", line)
    if len(cells) != width:
        raise StructureProblem("ragged_row", line, f"{len(cells)} ≠ {width}")
    if '"' in "".join(cells) and any('"' in cell and "\n" in cell and _swallowed(cell) for cell in cells):
        raise StructureProblem("unbalanced_quotes", line)


def _swallowed(cell: str) -> bool:
    """Whether a quoted cell has swallowed whole rows: a quote beside a delimiter or a line's end inside it."""
    return any(mark in cell for mark in ('",', '";', '"\t', ',"', ';"', '\t"', '"\n', '\n"'))


def without_tail(lines: Iterable[str]) -> Iterator[str]:
    """The lines without blank ones at the very end: an editor leaves them, and they hold no row."""
    waiting: list[str] = []
    for line in lines:
        if len(line) > 2 or line.strip("\r\n"):
            yield from waiting
            waiting.clear()
            yield line
        else:
            waiting.append(line)


def headers_of(row: Row) -> tuple[str, ...]:
    """The names of the columns, trimmed. Raises StructureProblem where they do not name each column once."""
    names = tuple(" ".join(cell.split()) for cell in row.cells)
    if not any(names):
        raise StructureProblem("empty", row.line)
    if len(names) > MOST_COLUMNS:
        raise StructureProblem("too_many_columns", row.line, str(len(names)))
    seen: dict[str, int] = {}
    for position, name in enumerate(names, start=1):
        if not name:
            raise StructureProblem("empty_header", row.line, str(position))
        if name.casefold() in seen:
            raise StructureProblem("duplicate_header", row.line, name)
        if name.casefold() == ROW_NUMBER:
            raise StructureProblem("reserved_header", row.line, name)
        seen[name.casefold()] = position
    return names


def canonical(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The canonical CSV of those rows: UTF-8 text, LF, commas, every cell in quotes, so that no reader has to guess.

    Line ends inside a cell become LF; nothing else of a cell is touched.
    """
    for cells in rows:
        plain = '","'.join(cells)
        if plain.count('"') != 2 * (len(cells) - 1) or "\r" in plain:
            held = (cell.replace("\r\n", "\n").replace("\r", "\n").replace('"', '""') for cell in cells)
            plain = '","'.join(held)
        yield f'"{plain}"\n'
