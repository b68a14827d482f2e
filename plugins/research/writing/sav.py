"""The program of a confined child: a released table on standard input becomes an SPSS file on standard output.

Standard input is one line of JSON with what is to be said of each column, then the canonical CSV. Standard output is
the file, then a report as JSON, then its length in eight bytes. Numbers are written as numbers only where every cell
comes back as it stood: a code that SPSS would bend stays text. A cell that SPSS cannot hold ends in a problem.
"""

import csv
import io
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# No thread may start in here, and numpy's would.

try:
    import pandas
    import pyreadstat
except ImportError:  # an installation without the extra [survey]
    pandas = pyreadstat = None

from plugins.research.reading.table import as_text
from plugins.research.structure import MOST_CELL, StructureProblem

LONGEST_CELL = 32_767
"""Bytes of a text cell (IBM SPSS Statistics, Command Syntax Reference, "String formats")."""

LONGEST_MISSING = 8
"""Bytes of a text that may be declared as a code for "no answer"."""

MOST_MISSING = 3
PIPE = "/proc/self/fd/1"
"""A child may write no file; its answer goes out as it is made."""


def written(source: IO[bytes], wishes: Mapping[str, Any], target: str = PIPE) -> dict[str, Any]:
    """Write the file; gives the report: how many `rows`, and which numbers stayed `text`. Raises StructureProblem."""
    if pyreadstat is None:
        raise StructureProblem("no_writer")
    told = wishes["columns"]
    cells = _cells(source, len(told))
    numbers = {each["name"]: _numbers(column) if each["number"] else None
               for each, column in zip(told, cells, strict=True)}  # fmt: skip
    frame = {each["name"]: column if numbers[each["name"]] is None else numbers[each["name"]]
             for each, column in zip(told, cells, strict=True)}  # fmt: skip
    as_numbers = {name for name, column in numbers.items() if column is not None}
    pyreadstat.write_sav(
        pandas.DataFrame({name: pandas.Series(column, dtype="float64" if name in as_numbers else "object")
                          for name, column in frame.items()}),
        target,
        file_label=wishes["title"],
        note=wishes["note"],
        row_compress=True,
        column_labels={each["name"]: each["label"] for each in told},
        variable_value_labels={each["name"]: _labels(each, each["name"] in as_numbers) for each in told},
        missing_ranges=_missing(told, as_numbers),
        variable_measure={each["name"]: "scale" if each["name"] in as_numbers and not each["labels"] else "nominal"
                          for each in told},
        variable_format={each["name"]: _format(column)
                         for each, column in zip(told, cells, strict=True) if each["name"] in as_numbers},
    )  # fmt: skip
    return {
        "rows": len(cells[0]),
        "text": [each["name"] for each in told if each["number"] and each["name"] not in as_numbers],
    }


def _cells(source: IO[bytes], width: int) -> list[list[str]]:
    """The table column by column, each different text held once. Raises StructureProblem."""
    csv.field_size_limit(MOST_CELL)
    rows = csv.reader(io.TextIOWrapper(source, "utf-8", newline=""), strict=True)
    next(rows)
    columns: list[list[str]] = [[] for _ in range(width)]
    known: list[dict[str, str]] = [{} for _ in range(width)]
    for number, row in enumerate(rows, start=1):
        for column, seen, cell in zip(columns, known, row, strict=True):
            column.append(seen.setdefault(cell, cell))
            if len(cell) > LONGEST_CELL // 4 and len(cell.encode()) > LONGEST_CELL:
                raise StructureProblem("long_cell", number)
    return columns


def _numbers(column: Iterable[str]) -> list[float | None] | None:
    """The cells as numbers, empty ones as none; None where one of them would come back otherwise."""
    known: dict[str, float | None] = {"": None}
    made = []
    for cell in column:
        if cell not in known:
            number = _number(cell)
            if number is None:
                return None
            known[cell] = number
        made.append(known[cell])
    return made


def _number(cell: str) -> float | None:
    try:
        number = float(cell)
    except ValueError:
        return None
    return number if as_text(number) == cell else None


def _labels(told: Mapping[str, Any], number: bool) -> dict[Any, str]:
    return {float(code) if number else code: label for code, label in told["labels"].items()}


def _missing(told: Iterable[Mapping[str, Any]], as_numbers: set[str]) -> dict[str, list[Any]]:
    return {
        each["name"]: found for each in told if (found := list(_declared(each, each["name"] in as_numbers)))
    }


def _declared(told: Mapping[str, Any], number: bool) -> Iterator[Any]:
    """The codes for "no answer" that SPSS can hold: three, or for numbers a range; else their labels say it."""
    if not number:
        short = [code for code in told["all_missing"] if len(code.encode()) <= LONGEST_MISSING]
        if short == told["all_missing"] and len(short) <= MOST_MISSING:
            yield from short
    elif told["span"]:
        low, high = told["span"]
        yield {"lo": float(low), "hi": float(high)}
    else:
        yield from (float(code) for code in told["missing"])


def _format(cells: Iterable[str]) -> str:
    """The width and the decimals with which SPSS shows a column of numbers."""
    seen = set(cells)
    decimals = max((len(cell.partition(".")[2]) for cell in seen), default=0)
    return f"F{min(40, max(8, max(map(len, seen), default=1)))}.{min(16, decimals)}"


def main() -> None:
    """Standard input to standard output."""
    source, answer = sys.stdin.buffer, sys.stdout.buffer
    wishes: dict[str, Any] = json.loads(source.readline())
    try:
        report = written(source, wishes)
    except StructureProblem as problem:
        report = {"problem": problem.code, "line": problem.line}
    told = json.dumps(report).encode()
    answer.write(told + len(told).to_bytes(8, "big"))


if __name__ == "__main__":
    main()
