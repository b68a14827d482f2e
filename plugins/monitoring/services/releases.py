"""Figures as a file: every cell that the page shows, and no other."""

from collections.abc import Iterator

from core.toolkit import csv_text
from plugins.monitoring.figures import words
from plugins.monitoring.services.figures import Figures

HEADER = ("period", "country", "table", "row", "column", "table_name", "row_name", "column_name", "number")


def release(found: Figures, *, semicolons: bool = False) -> str:
    """The text of the file: one cell a line, codes for machines, words for people."""
    return csv_text(_lines(found), semicolons=semicolons)


def _lines(found: Figures) -> Iterator[tuple[object, ...]]:
    yield HEADER
    for table, row, column, value in found.cells():
        names = (
            str(words.TITLES[table]), words.row(table, row), words.column(column),
        )  # fmt: skip
        yield str(found.period), found.scope, table, row, column, *names, words.shown(value)
    yield "", "", "note", "", "", words.note(found.threshold), "", "", ""
