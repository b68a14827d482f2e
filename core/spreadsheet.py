"""A table as a CSV file that office programs open as it is meant: no cell becomes a formula."""

import csv
import io
from collections.abc import Iterable

BOM = "\ufeff"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}", "|")


def csv_text(rows: Iterable[Iterable[object]], *, semicolons: bool = False) -> str:
    """UTF-8 text with a byte order mark; `semicolons` for programs set to Russian or Kyrgyz."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";" if semicolons else ",", lineterminator="\r\n")
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return BOM + out.getvalue()


def safe(cell: object) -> object:
    """Numbers stay numbers; a text that a program would run gets an apostrophe before it."""
    if cell is None:
        return ""
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" ").startswith(FORMULA) else cell
