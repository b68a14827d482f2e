"""The data as an SPSS file, made when it is asked for: in the confined child, from the bytes that were published."""

import hashlib
import importlib.util
import json
from collections.abc import Iterator
from typing import IO, Any

from core.toolkit import GuardFailed, Killed, convert_confined
from plugins.research.dictionary import Column, best
from plugins.research.formats import spss
from plugins.research.formats.record import Record
from plugins.research.services import deposits, shelf

AVAILABLE = all(importlib.util.find_spec(each) for each in ("pyreadstat", "pandas"))
"""Whether the extra [survey] is installed."""

CHILD = "plugins.research.writing.sav"
MEMORY, CPU_SECONDS, WALL_SECONDS, SWELLS = 2 << 30, 240, 300.0, 4
LONGEST_TITLE = 64
"""Bytes of the label of a file."""


def save(record: Record, release: str, target: IO[bytes], language: str) -> dict[str, Any]:
    """Write the file with the labels of a language; gives its `sha256`, and which numbers stayed text. Raises
    GuardFailed: SPSS cannot hold the data, they are too large, or a row was lost.
    """
    with shelf.passing() as source, shelf.passing(".sav") as sink:
        source.write(json.dumps(_wishes(record, language)).encode() + b"\n")
        shelf.copied(shelf.opened(release, shelf.CSV), source)
        source.flush()
        limit = SWELLS * source.tell() + (1 << 20)
        source.seek(0)
        try:
            convert_confined(
                CHILD, source, sink, memory=MEMORY, cpu=CPU_SECONDS, wall=WALL_SECONDS, output_limit=limit
            )
        except Killed as killed:
            raise GuardFailed("download", ["sav_too_large"]) from killed
        report = deposits.report_of(sink)
        if "problem" in report:
            raise GuardFailed("download", [f"sav_{report['problem']}"])
        if report["rows"] != record.rows:
            raise GuardFailed("download", ["content_changed"])
        sink.seek(0)
        return {"sha256": _copied(sink, target), "numbers_as_text": report["text"]}


def _copied(made: IO[bytes], target: IO[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in iter(lambda: made.read(shelf.PIECE), b""):
        digest.update(piece)
        target.write(piece)
    return digest.hexdigest()


def _wishes(record: Record, language: str) -> dict[str, Any]:
    names = spss.names_of(record.columns)
    return {
        "title": spss.shortened(record.name(language), LONGEST_TITLE),
        "note": [record.handle],
        "columns": [_column(each, names[each.name], language) for each in record.columns],
    }


def _column(column: Column, name: str, language: str) -> dict[str, Any]:
    number = spss.is_number(column)
    return {
        "name": name,
        "label": spss.shortened(best(column.label, language) or column.name, spss.LONGEST_LABEL),
        "labels": dict(_labels(column, language)),
        "number": number,
        "missing": spss.missing_codes(column) if number else [],
        "span": spss.missing_span(column) if number else None,
        "all_missing": [each.code for each in column.categories if each.missing],
    }


def _labels(column: Column, language: str) -> Iterator[tuple[str, str]]:
    for each in column.categories:
        if label := best(each.label, language):
            yield each.code, spss.shortened(label, spss.LONGEST_VALUE)
