"""Files as people bring them become tables: text is read here, a workbook by a confined child."""

import json
from pathlib import Path

from core.toolkit import Killed, run_confined
from plugins.monitoring.intake.tabular import (
    MOST_ROWS,
    MOST_SURVEY_COLUMNS,
    Rows,
    Table,
    TableProblem,
    from_rows,
    from_text,
)

MOST_BYTES = 10 * 2**20
CHILD = "plugins.monitoring.intake.workbook"
MEMORY, CPU_SECONDS, WALL_SECONDS, MOST_ANSWER = 2**30, 60, 90.0, 256 * 2**20
"""Ten megabytes of a packed workbook are some millions of cells: they need more than the usual 256 MiB."""

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
UNSAFE = b"null"
"""How the child says that it will not parse a file."""


def read(source: Path | bytes, filename: str) -> Table:
    """Read a file by its name's ending and its content; raises TableProblem, never half a table.

    Of a workbook this is the first visible sheet; `read_all` reads the others too.
    """
    content = content_of(source)
    if not _is_workbook(filename):
        return from_text(content, filename)
    sheets = _sheets(content)
    name, rows = sheets[0] if sheets else ("", [])
    others = tuple(other for other, _ in sheets if other != name)
    return from_rows(rows, encoding="xlsx", other_sheets=others)


def read_all(source: Path | bytes, filename: str) -> dict[str, Table]:
    """Every table of a file by its name: a CSV's own, a workbook's visible sheets; those without rows are left out."""
    content = content_of(source)
    if not _is_workbook(filename):
        return {Path(filename).stem: from_text(content, filename, most_columns=MOST_SURVEY_COLUMNS)}
    filled = {name: rows for name, rows in _sheets(content) if sum(map(any, rows[:3])) > 1 or len(rows) > 3}
    if not filled:
        raise TableProblem("no_rows")
    return {
        name: from_rows(rows, encoding="xlsx", most_columns=MOST_SURVEY_COLUMNS)
        for name, rows in filled.items()
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


def _is_workbook(filename: str) -> bool:
    return Path(filename).suffix.lower() == ".xlsx"


def _sheets(content: bytes) -> list[tuple[str, Rows]]:
    """The visible sheets. Memory, time and the doors of the child are those of `core.cage`."""
    if content.startswith(OLE):
        raise TableProblem("locked_or_old_workbook")
    if not content.startswith(ZIP):
        raise TableProblem("unreadable")
    asked = MOST_ROWS + 2
    try:
        answer = run_confined(
            CHILD, b"%d\n" % asked + content, memory=MEMORY, cpu=CPU_SECONDS, wall=WALL_SECONDS,
            output_limit=MOST_ANSWER,
        )  # fmt: skip
    except Killed as killed:
        raise TableProblem("unreadable") from killed
    if answer == UNSAFE:
        raise TableProblem("unsafe")
    return [(name, rows) for name, rows in json.loads(answer)]
