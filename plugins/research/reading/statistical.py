"""SPSS and Stata files by pyreadstat, a portion at a time; labels and codes for "no answer" come with them."""

from collections.abc import Iterator
from typing import IO, Any

import pyreadstat

from plugins.research.reading.table import Table, as_text
from plugins.research.structure import StructureProblem

CELLS = 400_000
"""Cells of a portion: 20,000 rows of 20 columns."""


def read(source: IO[bytes], *, stata: bool, encoding: str = "") -> Table:
    """The rows, the names of variables first. A file whose dates are beyond the calendar keeps them as numbers."""
    reader: Any = pyreadstat.read_dta if stata else pyreadstat.read_sav
    options: dict[str, Any] = {"output_format": "dict", "user_missing": True}
    if encoding:
        options["encoding"] = encoding
    try:
        source.seek(0)
        _, about = reader(source, metadataonly=True, **options)
    except pyreadstat.ReadstatError as error:
        raise StructureProblem("unreadable_file") from error
    missing = _missing(about)
    return Table(
        _rows(reader, source, options, about.column_names),
        labels={name: text for name, text in about.column_names_to_labels.items() if text},
        values={
            name: {as_text(code): str(label) for code, label in labels.items()}
            for name, labels in about.variable_value_labels.items()
        },
        missing=missing,
    )


def _missing(about: Any) -> dict[str, list[str]]:
    """Variable -> its codes for "no answer": single ones, and those labelled ones that lie in a range."""
    found: dict[str, list[str]] = {}
    for name, ranges in about.missing_ranges.items():
        labelled = about.variable_value_labels.get(name, {})
        codes = [each["lo"] for each in ranges if each["lo"] == each["hi"]]
        for each in ranges:
            if each["lo"] != each["hi"]:
                codes += [code for code in labelled if each["lo"] <= code <= each["hi"]]
        found[name] = list(dict.fromkeys(as_text(code) for code in codes))
    for name, codes in about.missing_user_values.items():
        found[name] = list(dict.fromkeys([*found.get(name, []), *map(as_text, codes)]))
    return found


def _rows(
    reader: Any, source: IO[bytes], options: dict[str, Any], names: list[str]
) -> Iterator[tuple[int, tuple[str, ...]]]:
    yield 0, tuple(names)
    if not names:
        return
    size, start = max(1, CELLS // len(names)), 0
    while True:
        found = _portion(reader, source, options, start, size)
        columns = [[as_text(cell) for cell in found[name]] for name in names]
        yield from enumerate(zip(*columns, strict=True), start=start + 1)
        got = len(columns[0])
        start += got
        if got < size:
            return


def _portion(reader: Any, source: IO[bytes], options: dict[str, Any], start: int, size: int) -> Any:
    try:
        source.seek(0)
        return reader(source, row_offset=start, row_limit=size, **options)[0]
    except OverflowError:
        options["disable_datetime_conversion"] = True
        source.seek(0)
        return reader(source, row_offset=start, row_limit=size, **options)[0]
    except pyreadstat.ReadstatError as error:
        # Past the last row it says so only for some formats.
        raise StructureProblem("unreadable_file", start) from error
