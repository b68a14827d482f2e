"""The program of the confined child: one XLSX on standard input becomes its visible sheets as JSON.

A 1 KB workbook with one cell in the far corner makes the parser ask for 500 GB and abort its process, so `files`
runs it in the cage of core. Cells are text, formulas their last value: nothing is ever computed. A package that
swells too much or that declares entities is refused before it is parsed.
"""

import io
import json
import sys
import zipfile
from datetime import date, datetime
from decimal import Decimal

from python_calamine import CalamineSheet, CalamineWorkbook, SheetVisibleEnum

MOST_PARTS, MOST_UNPACKED, MOST_SWELLING = 2000, 200 * 2**20, 200
SMALL = 2**20
"""Bytes of a part that may swell as they like: a table of zeros does."""
HEAD = 4096
DECLARATIONS = tuple(
    word.encode(code) for word in ("<!DOCTYPE", "<!ENTITY") for code in ("utf-8", "utf-16-le", "utf-16-be")
)


def is_safe(content: bytes) -> bool:
    """Whether the package stays within its limits and no part of it declares a document type."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = package.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            return False
        return not any(_swells(part) or _declares(package, part) for part in parts)


def _swells(part: zipfile.ZipInfo) -> bool:
    return part.file_size > max(SMALL, MOST_SWELLING * part.compress_size)


def _declares(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    if not part.filename.lower().endswith((".xml", ".rels")):
        return False
    with package.open(part) as opened:
        head = opened.read(HEAD)
    return any(word in head for word in DECLARATIONS)


def sheets_as_text(content: bytes, most_rows: int) -> list[tuple[str, list[list[str]]]]:
    """Name and rows, at most `most_rows`, of each visible sheet."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    names = [sheet.name for sheet in book.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
    return [(name, _rows(book.get_sheet_by_name(name), most_rows)) for name in names]


def _rows(sheet: CalamineSheet, most_rows: int) -> list[list[str]]:
    return [
        [cell if type(cell) is str else as_text(cell) for cell in row]
        for row in sheet.to_python(skip_empty_area=False, nrows=most_rows)
    ]


def as_text(cell: object) -> str:
    """A cell as the person sees it: whole numbers without ".0", 15 significant digits, ISO dates."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else format(Decimal(f"{cell:.15g}"), "f")
    if isinstance(cell, datetime):
        midnight = (cell.hour, cell.minute, cell.second) == (0, 0, 0)
        return cell.date().isoformat() if midnight else cell.isoformat(timespec="seconds")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def main() -> None:
    """Standard input (the most rows of a sheet, a line end, the file) to standard output; null: unsafe."""
    most_rows = int(sys.stdin.buffer.readline())
    content = sys.stdin.buffer.read()
    json.dump(sheets_as_text(content, most_rows) if is_safe(content) else None, sys.stdout)


if __name__ == "__main__":
    main()
