"""Data Package v2 (datapackage.org/standard): `datapackage.json` beside the CSV.

Validators that ignore `categories` still check: an `enum` constraint stands beside them.
"""

import json
from typing import Any

from plugins.research.dictionary import Column, best
from plugins.research.formats.record import LICENCES, File, Record

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"


def described(record: Record, language: str = "ru") -> dict[str, Any]:
    """The descriptor as plain values."""
    told: dict[str, Any] = {
        "$schema": PROFILE,
        "name": record.handle.replace(":", "-").lower(),
        "id": record.url,
        "title": record.name(language),
        "description": best(record.abstract, language),
        "version": record.number,
        "created": f"{record.published.isoformat()}T00:00:00Z",
        "homepage": record.url,
        "keywords": list(record.keywords),
        "contributors": [{"title": name, "roles": ["creator"]} for name in record.creators],
        "sources": [{"title": record.name(language), "path": record.concept_url}],
        "resources": [_resource(record, file, language) for file in record.files if file.media == "text/csv"],
    }
    if address := LICENCES.get(record.licence):
        told["licenses"] = [{"name": record.licence, "path": address}]
    return {key: value for key, value in told.items() if value or key == "resources"}


def _resource(record: Record, file: File, language: str) -> dict[str, Any]:
    return {
        "name": "data",
        "type": "table",
        "path": file.name,
        "format": "csv",
        "mediatype": file.media,
        "encoding": "utf-8",
        "bytes": file.size,
        "hash": f"sha256:{file.sha256}",
        "schema": {
            "fields": [_field(column, language) for column in record.columns],
            "missingValues": [""],
        },
    }


def _field(column: Column, language: str) -> dict[str, Any]:
    told: dict[str, Any] = {"name": column.name, "type": "number" if _is_number(column) else "string"}
    if label := best(column.label, language):
        told["title"] = label
    substantive = [each for each in column.categories if not each.missing]
    if substantive and not _is_number(column):
        told["categories"] = [{"value": each.code, "label": best(each.label, language) or each.code}
                              for each in substantive]  # fmt: skip
        told["constraints"] = {"enum": [each.code for each in substantive]}
    absent = [each for each in column.categories if each.missing]
    if absent:
        told["missingValues"] = [{"value": "", "label": "-"}] + [
            {"value": each.code, "label": best(each.label, language) or each.code} for each in absent
        ]
    return told


def _is_number(column: Column) -> bool:
    return column.kind == "number" and not any(not each.missing for each in column.categories)


def as_json(record: Record, language: str = "ru") -> str:
    """The file `datapackage.json`."""
    return json.dumps(described(record, language), ensure_ascii=False, indent=1) + "\n"
