"""Submissions of a survey tool as they came, repeats inside: from JSON pages, or from tables joined by their index.

A record's keys are the full paths of the form's questions; a value is text, the codes of a multiple choice, or
the records of a repeat. What tells a device or a person is left out here, before anything else looks at it.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from plugins.monitoring.intake.private import is_private
from plugins.monitoring.intake.tabular import Table, TableProblem

Record = dict[str, Any]
ROOTS = ("meta/rootUuid", "rootUuid", "_uuid", "meta/instanceID", "instanceID", "KEY", "__id")
"""Where a submission's own name stands; an edited one keeps the first of them."""
ENCRYPTED = ("encryptedXmlFile", "base64EncryptedKey", "base64EncryptedElementSignature")
MARKED_ENCRYPTED = re.compile(rb"xforms/encrypted|base64EncryptedKey|encrypted=[\"']yes")
TOOLS_OWN = ("_", "meta/", "formhub/", "$")
TOOLS_NAMES = frozenset(
    (
        "KEY",
        "PARENT_KEY",
        "SET-OF",
        "instanceID",
        "instanceName",
        "rootUuid",
        "SubmitterID",
        "id",
        "xform_ids",
    )
)
MOST_NESTED = 50
YES = frozenset({"1", "true", "yes", "да"})


@dataclass(frozen=True)
class Submission:
    """One answered form under its lasting name ("" when the file does not tell it)."""

    root: str
    record: Record


@dataclass(frozen=True)
class Gathering:
    """All submissions of some files, what was left out of them, and whether further pages are missing."""

    submissions: tuple[Submission, ...]
    dropped: tuple[str, ...] = ()
    more_pages: bool = False


def is_tools_own(path: str) -> bool:
    """Whether the tool wrote this by itself, not a question of the form."""
    return path.startswith(TOOLS_OWN) or path.rpartition("/")[2] in TOOLS_NAMES


def root_of(values: Mapping[str, Any]) -> str:
    """The lasting name of a submission, without "uuid:"; "" if it has none."""
    for name in ROOTS:
        if isinstance(found := values.get(name), str) and found.strip():
            return found.strip().removeprefix("uuid:")
    return ""


def from_json(content: bytes) -> Gathering:
    """A page of an API (`results` and `next`, or OData's `value`), a list of submissions, or a single one."""
    try:
        page = json.loads(content, parse_int=str, parse_float=str)
    except (ValueError, RecursionError) as error:
        raise TableProblem("unreadable") from error
    items = page.get("results", page.get("value", [page])) if isinstance(page, dict) else page
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise TableProblem("unreadable")
    if not items:
        raise TableProblem("no_rows")
    dropped: dict[str, None] = {}
    found = tuple(_submission(item, dropped) for item in items)
    more = isinstance(page, dict) and bool(page.get("next") or page.get("@odata.nextLink"))
    return Gathering(found, tuple(dropped), more)


def _submission(item: Mapping[str, Any], dropped: dict[str, None]) -> Submission:
    inner = item.get("submission")
    flat = _flat(inner if isinstance(inner, dict) else item, "", dropped)
    if any(flat.get(name) for name in ENCRYPTED):
        raise TableProblem("encrypted")
    return Submission(root_of(flat), {path: value for path, value in flat.items() if not is_tools_own(path)})


def _flat(item: Mapping[str, Any], prefix: str, dropped: dict[str, None], depth: int = 0) -> Record:
    if depth > MOST_NESTED:
        raise TableProblem("unreadable")
    record: Record = {}
    for key, value in item.items():
        path = key if not prefix or key.startswith(f"{prefix}/") else f"{prefix}/{key}"
        if path not in ROOTS and is_private(path):
            dropped.setdefault(path)
        elif isinstance(value, dict):
            record |= _flat(value, path, dropped, depth + 1)
        elif isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
            record[path] = [_flat(each, path, dropped, depth + 1) for each in value]
        elif isinstance(value, list):
            record[path] = [str(each) for each in value if each is not None]
        else:
            record[path] = _text(value)
    return record


def _text(value: object) -> str:
    text = "" if value is None else str(value).strip()
    return "" if text == "n/a" else text


def is_survey(headers: Iterable[str]) -> bool:
    """Whether a table is a survey tool's export: it names its submissions, or what each row belongs to."""
    return any(header in ROOTS or header in ("_parent_index", "PARENT_KEY") for header in headers)


def from_tables(tables: Mapping[str, Table]) -> Gathering:
    """The main table with the rows of its repeats put inside; a row without its parent is refused, never lost."""
    sheets = [_Sheet(name, table) for name, table in tables.items() if is_survey(table.headers)]
    mains = [sheet for sheet in sheets if not sheet.is_repeat]
    if len(mains) != 1:
        raise TableProblem("main_table", str(len(mains)))
    main = mains[0]
    parents: dict[tuple[str, str], Record] = {}
    found = []
    for cells, record in main.records("", parents):
        values = {name: cells[place] for name, place in main.places.items() if name in ROOTS}
        found.append(Submission(root_of(values), record))
    _join(sheets, main, parents)
    dropped = dict.fromkeys(header for sheet in sheets for header in sheet.dropped)
    return Gathering(tuple(found), tuple(dropped))


def _join(sheets: list["_Sheet"], main: "_Sheet", parents: dict[tuple[str, str], Record]) -> None:
    """Sheets whose parents are known come first, so that repeats in repeats find theirs."""
    waiting = [sheet for sheet in sheets if sheet is not main]
    while waiting:
        ready = [sheet for sheet in waiting if sheet.hangs_on(parents, main.name)]
        if not ready:
            raise TableProblem("orphan_rows", waiting[0].name)
        for sheet in ready:
            path = sheet.path_of_repeat(main.name)
            for cells, record in sheet.records(path, parents):
                parent = parents.get(sheet.parent(cells, main.name))
                if parent is None:
                    raise TableProblem("orphan_rows", sheet.name)
                parent.setdefault(path, []).append(record)
            waiting.remove(sheet)


class _Sheet:
    """One table of an export, its columns sorted once: what a cell is does not depend on its row."""

    def __init__(self, name: str, table: Table) -> None:
        self.name, self.rows = name, table.rows
        self.places = {header: place for place, header in enumerate(table.headers) if header}
        if any(self._filled(header) for header in ENCRYPTED if header in self.places):
            raise TableProblem("encrypted")
        self.dropped = [header for header in self.places if header not in ROOTS and is_private(header)]
        left = [h for h in self.places if h not in self.dropped and not is_tools_own(_plain(h))]
        self.columns, self.choices = _sorted(left)

    @property
    def is_repeat(self) -> bool:
        """Whether its rows belong to rows of another table; a main table's parent is "-1" or nothing."""
        return (
            self._filled("PARENT_KEY") or self._filled("_parent_index") or self._filled("_parent_table_name")
        )

    def _filled(self, header: str) -> bool:
        place = self.places.get(header)
        return place is not None and any(row[place] not in ("", "-1", "n/a") for row in self.rows)

    def _cell(self, cells: tuple[str, ...], header: str) -> str:
        place = self.places.get(header)
        return cells[place] if place is not None else ""

    def parent(self, cells: tuple[str, ...], main: str) -> tuple[str, str]:
        """The name of the row that this one belongs to."""
        if key := self._cell(cells, "PARENT_KEY"):
            return "", key
        return self._cell(cells, "_parent_table_name") or main, self._cell(cells, "_parent_index")

    def hangs_on(self, parents: Mapping[tuple[str, str], Record], main: str) -> bool:
        """Whether the parents of its rows have been read."""
        return any(self.parent(cells, main) in parents for cells in self.rows if any(cells))

    def path_of_repeat(self, main: str) -> str:
        """The path of the repeat: what its questions share, or else the name of its table."""
        name = self.name.removeprefix(f"{main}-").rpartition("-")[2]
        shared = _shared([path for path, *_ in self.columns] + list(self.choices))
        parts = shared.split("/") if shared else []
        named = [place for place, part in enumerate(parts, 1) if part.startswith(name)]
        return "/".join(parts[: named[0]]) if named else shared or name

    def records(
        self, prefix: str, parents: dict[tuple[str, str], Record]
    ) -> Iterator[tuple[tuple[str, ...], Record]]:
        """Each row with its record, which `parents` then knows by its own names."""
        columns = [
            (
                path if not prefix or path.startswith(f"{prefix}/") else f"{prefix}/{path}",
                turns,
                self.places[header],
            )
            for path, turns, header in self.columns
        ]
        simple = [(path, place) for path, turns, place in columns if not turns]
        numbered = [(path, turns, place) for path, turns, place in columns if turns]
        for cells in self.rows:
            if not any(cells):
                continue
            record: Record = {path: "" if (cell := cells[place]) == "n/a" else cell for path, place in simple}
            for path, turns, place in numbered:
                _put(record, path, turns, cells[place])
            for path, options in self.choices.items():
                chosen = [code for code, place in self._options(options) if cells[place].casefold() in YES]
                record[path] = chosen or cells[self.places[path]]
            _trim(record, bool(numbered))
            parents[self.name, self._cell(cells, "_index")] = record
            if key := self._cell(cells, "KEY"):
                parents["", key] = record
            yield cells, record

    def _options(self, options: Mapping[str, str]) -> list[tuple[str, int]]:
        return [(code, self.places[header]) for code, header in options.items()]


Turns = tuple[tuple[str, int], ...]
TURN = re.compile(r"\[(\d{1,4})\]")


def _plain(header: str) -> str:
    return TURN.sub("", header)


def _sorted(headers: list[str]) -> tuple[list[tuple[str, Turns, str]], dict[str, dict[str, str]]]:
    """Columns as (path, turns of repeats, header); and of multiple choices that have one column for each code."""
    known = set(headers)
    choices: dict[str, dict[str, str]] = {}
    columns = []
    for header in headers:
        question, _, code = header.rpartition("/")
        if question in known and not TURN.search(header):
            choices.setdefault(question, {})[code] = header
        else:
            turns = tuple((_plain(header[: t.start()]), int(t[1])) for t in TURN.finditer(header))
            columns.append((_plain(header), turns, header))
    return [each for each in columns if each[0] not in choices], choices


def _put(record: Record, path: str, turns: Turns, cell: str) -> None:
    for repeat, number in turns:
        items = record.setdefault(repeat, [])
        while len(items) < number:
            items.append({})
        record = items[number - 1] if number else record
    if cell not in ("", "n/a"):
        record[path] = cell


def _trim(record: Record, numbered: bool) -> None:
    """An export has columns for the longest repeat of all: empty turns at the end were never answered."""
    if not numbered:
        return
    for value in record.values():
        if isinstance(value, list):
            for item in value:
                if isinstance(item, dict):
                    _trim(item, numbered)
            while value and isinstance(value[-1], dict) and not any(value[-1].values()):
                value.pop()


def _shared(paths: list[str]) -> str:
    parts = [path.split("/")[:-1] for path in paths]
    shared = []
    for level in zip(*parts, strict=False):
        if len(set(level)) > 1:
            break
        shared.append(level[0])
    return "/".join(shared)
