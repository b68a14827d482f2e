"""The codebook as a workbook: one sheet of columns, one of their values, in each language that there is."""

import io
from collections.abc import Iterable, Sequence

import xlsxwriter

from plugins.research.dictionary import LANGUAGES
from plugins.research.formats.record import Record

TEXT_ONLY = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
"""A label may begin with "=": it stays a text."""

COLUMNS = ("name", *(f"label_{code}" for code in LANGUAGES), "type", "role", "recode", "rule")
VALUES = ("name", "code", *(f"label_{code}" for code in LANGUAGES), "missing", "number")


def as_xlsx(record: Record) -> bytes:
    """The workbook. Frequencies stand in it only where the record holds them."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, TEXT_ONLY) as book:
        _sheet(book, "columns", [COLUMNS, *_columns(record)])
        _sheet(book, "values", [VALUES, *_values(record)])
    return out.getvalue()


def _sheet(book: xlsxwriter.Workbook, name: str, lines: Iterable[Sequence[str]]) -> None:
    sheet = book.add_worksheet(name)
    for number, line in enumerate(lines):
        for position, cell in enumerate(line):
            sheet.write_string(number, position, cell)


def _columns(record: Record) -> Iterable[Sequence[str]]:
    for each in record.columns:
        labels = [each.label.get(code, "") for code in LANGUAGES]
        yield each.name, *labels, each.kind, each.role, each.recode, each.rule


def _values(record: Record) -> Iterable[Sequence[str]]:
    for column in record.columns:
        counted = record.counts.get(column.name, {})
        for each in column.categories:
            number = counted.get(each.code)
            labels = [each.label.get(code, "") for code in LANGUAGES]
            yield (column.name, each.code, *labels, "1" if each.missing else "",
                   "" if number is None else str(number))  # fmt: skip
