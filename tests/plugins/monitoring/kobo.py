"""Exports as KoboToolbox and ODK would write them, made in code: the same submissions as JSON, CSV and XLSX."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

import xlsxwriter
from answers import ANSWERS

ROOT = "0c8e0d8e-3a52-4c6e-9d0b-6a5f6d3f0001"
DEVICE = {
    "deviceid": "collect:aBcDeF123",
    "username": "enumerator7",
    "phonenumber": "+996555123456",
    "start": "2026-03-28T10:00:00.000+06:00",
    "end": "2026-03-28T10:20:00.000+06:00",
    "_geolocation": [42.8746, 74.5698],
    "_submitted_by": "talas_ngo",
    "_gps_latitude": "42.8746",
}
SECRETS = ("collect:aBcDeF123", "enumerator7", "555123456", "42.8746", "talas_ngo", "10:20:00")


def submission(root: str = ROOT, **changed: Any) -> dict[str, Any]:
    """One complete report, answered with our own XLSForm, as the API of Kobo gives it."""
    answers = deepcopy(ANSWERS) | changed
    record: dict[str, Any] = {"_id": 7, "_uuid": "edited-once", "meta/rootUuid": f"uuid:{root}", **DEVICE}
    for step in ("safety", "origin", "employer"):
        record |= {f"{step}/{name}": _told(value) for name, value in answers[step].items()}
    record["allegations"] = [_turn("allegations", each) for each in answers["allegations"]]
    record["sources"] = [_turn("sources", _asked(each)) for each in answers["sources"]]
    return record


def _asked(source: Mapping[str, Any]) -> dict[str, Any]:
    uses = ("statistics", "coordination", "dossier_anonymous", "dossier_named", "publication")
    told = {f"consents/{use}": "yes" if use in source["consents"] else "no" for use in uses}
    numbers = " ".join(str(int(each) + 1) for each in source["supports"])
    left = {key: value for key, value in source.items() if key not in ("primary", "consents", "id")}
    return left | told | {"supports": numbers}


def _turn(repeat: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{repeat}/{name}": _told(value) for name, value in answers.items()}


def _told(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join(value) if isinstance(value, list) else str(value)


def as_json(*records: Mapping[str, Any], following: str | None = None) -> bytes:
    """A page of the API."""
    page = {"count": len(records), "next": following, "previous": None, "results": records}
    return json.dumps(page, ensure_ascii=False).encode()


def as_sheets(*records: Mapping[str, Any]) -> dict[str, list[list[str]]]:
    """The main sheet and a sheet for each repeat, joined by _index and _parent_index."""
    sheets: dict[str, list[dict[str, str]]] = {"reports": []}
    for number, record in enumerate(records, 1):
        main = {key: str(value) for key, value in record.items() if not isinstance(value, list)}
        sheets["reports"].append(main | {"_index": str(number)})
        for repeat in ("allegations", "sources"):
            rows = sheets.setdefault(repeat, [])
            for turn in record.get(repeat, ()):
                own = {
                    "_index": str(len(rows) + 1),
                    "_parent_table_name": "reports",
                    "_parent_index": str(number),
                }
                rows.append({**turn, **own})
    return {name: _grid(rows) for name, rows in sheets.items()}


def _grid(rows: Sequence[Mapping[str, str]]) -> list[list[str]]:
    heads = list(dict.fromkeys(key for row in rows for key in row))
    return [heads, *([row.get(head, "") for head in heads] for row in rows)]


def as_xlsx(sheets: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """Those sheets as a workbook."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return out.getvalue()


def as_csv(rows: Sequence[Sequence[str]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """One of those sheets as CSV."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)
