"""Reads one XLSX from standard input and writes its first visible sheet as JSON: run as a process of its own.

A 1 KB workbook with one cell in the far corner makes the parser ask for 500 GB and abort its process, so it
gets one with a memory limit, and `tabular` reads the answer. Cells are text, formulas their last value.
"""

import io
import json
import sys
from datetime import date, datetime
from decimal import Decimal

from python_calamine import CalamineSheet, CalamineWorkbook, SheetVisibleEnum

try:
    import resource
except ImportError:  # not on Windows, where only the time limit of the caller holds
    resource = None  # type: ignore[assignment]

MEMORY = 1 << 30


def sheet_as_text(content: bytes, most_rows: int) -> dict[str, object]:
    """The first visible sheet's rows, at most `most_rows`, and the names of the other visible ones."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    names = [sheet.name for sheet in book.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
    rows = _rows(book.get_sheet_by_name(names[0]), most_rows) if names else []
    return {"rows": rows, "other_sheets": names[1:]}


def _rows(sheet: CalamineSheet, most_rows: int) -> list[list[str]]:
    return [
        [as_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False, nrows=most_rows)
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
    """Standard input to standard output; the one argument is the greatest number of rows to give back."""
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    json.dump(sheet_as_text(sys.stdin.buffer.read(), int(sys.argv[1])), sys.stdout)


if __name__ == "__main__":
    main()
