"""Files as people bring them, several at once: a table of cases, or the pages and tables of a survey tool's export."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from plugins.monitoring.intake import files as brought
from plugins.monitoring.intake import records
from plugins.monitoring.intake.records import MARKED_ENCRYPTED, Gathering
from plugins.monitoring.intake.tabular import Table, TableProblem

File = tuple[str, bytes]
"""Name and content."""


def read(files: Sequence[File]) -> Table | Gathering:
    """What the files hold together; raises TableProblem, never half of them."""
    if not files:
        raise TableProblem("empty")
    for _, content in files:
        _refuse_markup(brought.content_of(content))
    pages = [records.from_json(content) for name, content in files if _is_json(name, content)]
    if pages:
        if len(pages) < len(files):
            raise TableProblem("mixed_files")
        return _joined(pages)
    tables = {name: table for file in files for name, table in brought.read_all(file[1], file[0]).items()}
    if any(records.is_survey(table.headers) for table in tables.values()):
        return records.from_tables(tables)
    if len(files) > 1:
        raise TableProblem("mixed_files")
    names = list(tables)
    return replace(tables[names[0]], other_sheets=tuple(names[1:]))


def _is_json(name: str, content: bytes) -> bool:
    return Path(name).suffix.lower() in {".json", ".geojson"} or content.lstrip(b"\xef\xbb\xbf \r\n\t")[
        :1
    ] in (
        b"{",
        b"[",
    )


def _refuse_markup(content: bytes) -> None:
    """No XML is parsed at all, so no entity of it can do anything."""
    if content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        raise TableProblem("encrypted" if MARKED_ENCRYPTED.search(content) else "xml")


def _joined(pages: Sequence[Gathering]) -> Gathering:
    """The pages of one export; only the last of them may have nothing after it."""
    dropped = dict.fromkeys(name for page in pages for name in page.dropped)
    return Gathering(
        tuple(each for page in pages for each in page.submissions),
        tuple(dropped),
        all(page.more_pages for page in pages),
    )
