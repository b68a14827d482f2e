"""Workbooks (XLSX, XLS, ODS): the first visible sheet, cells as text, formulas their last value."""

import io
import zipfile
from collections.abc import Iterator
from typing import IO

from python_calamine import CalamineWorkbook, SheetVisibleEnum

from plugins.research.reading.table import Table, as_text
from plugins.research.structure import StructureProblem

MOST_BYTES = 64 * 2**20
"""Bytes of a workbook: unlike a CSV it has to be held whole."""

MOST_PARTS, MOST_UNPACKED, MOST_SWELLING, SMALL = 2000, 600 * 2**20, 200, 2**20
HEAD = 4096
DECLARATIONS = tuple(
    word.encode(code) for word in ("<!DOCTYPE", "<!ENTITY") for code in ("utf-8", "utf-16-le", "utf-16-be")
)


def read(source: IO[bytes]) -> Table:
    """The rows of the first visible sheet. Raises StructureProblem."""
    content = source.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise StructureProblem("workbook_too_large")
    if content.startswith(b"PK") and not is_safe(content):
        raise StructureProblem("unsafe_workbook")
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    visible = [each.name for each in book.sheets_metadata if each.visible == SheetVisibleEnum.Visible]
    if not visible:
        raise StructureProblem("empty")
    sheet = book.get_sheet_by_name(visible[0])
    rows = [tuple(map(as_text, row)) for row in sheet.to_python(skip_empty_area=False)]
    return Table(_without_tail(rows), notes=[f"other_sheets:{len(visible) - 1}"] if len(visible) > 1 else [])


def _without_tail(rows: list[tuple[str, ...]]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Number the rows as the program shows them; a blank one with rows behind it is a hole and refused."""
    while rows and not any(rows[-1]):
        rows.pop()
    width = max((n for row in rows[:1] for n, cell in enumerate(row, start=1) if cell), default=0)
    for number, row in enumerate(rows, start=1):
        if not any(row):
            raise StructureProblem("blank_row", number)
        if any(row[width:]):
            raise StructureProblem("ragged_row", number)
        yield number, row[:width]


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
