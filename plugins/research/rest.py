"""What programs read: the catalogue of published versions, described as to anybody. Rows and counts are not here."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marshmallow import fields

from core.toolkit import Actor, Subject, best_label, mark, rest
from plugins.research import policy, rights
from plugins.research.formats.record import Record, rights_of
from plugins.research.models import Version
from plugins.research.services import finding, showing

READ = rest.Access("research.datasets.read", mark("Read the catalogue of published datasets"))
ANYBODY = Actor()
"""For whom the record is made: what a person was granted is theirs, and not their program's."""


class Sought(rest.Record):
    """Which datasets: words of title and abstract, or how open they are."""

    text = rest.text(200, load_default="")
    level = rest.one_of(policy.LEVELS, load_default="")


class FileRecord(rest.Record):
    """A file of a version, by its hash."""

    name = fields.String(required=True)
    media = fields.String(required=True)
    size = fields.Integer(required=True)
    sha256 = fields.String(required=True)


class ColumnRecord(rest.Record):
    """A column of the released file."""

    name = fields.String(required=True)
    kind = fields.String(required=True)
    label = fields.String(required=True)


class DatasetRecord(rest.Record):
    """The newest published version of a dataset. `url` never changes; `rights` is the COAR name of the access."""

    id = fields.UUID(required=True)
    handle = fields.String(required=True)
    number = fields.String(required=True)
    url = fields.String(required=True)
    title = fields.String(required=True)
    abstract = fields.String(required=True)
    creators = fields.List(fields.String(), required=True)
    publisher = fields.String(required=True)
    published = fields.Date(required=True)
    level = fields.String(required=True)
    rights = fields.String(required=True)
    licence = fields.String(required=True)
    keywords = fields.List(fields.String(), required=True)
    countries = fields.List(fields.String(), required=True)
    collected_from = fields.String(required=True)
    collected_to = fields.String(required=True)
    method = fields.String(required=True)
    population = fields.String(required=True)
    doi = fields.String(required=True)
    embargo = fields.Date(required=True, allow_none=True)
    rows = fields.Integer(required=True)
    columns = fields.List(fields.Nested(ColumnRecord), required=True)
    files = fields.List(fields.Nested(FileRecord), required=True)


def list_datasets(call: rest.Call, after: str, limit: int) -> list[rest.Row]:
    """The newest first."""
    rows = finding.catalogue(call.query["text"], call.query["level"])
    return rest.newest_first(call, rows, Version.id, lambda each: _dataset(call, each), after, limit)


def show_dataset(call: rest.Call, version_id: UUID) -> Mapping[str, Any]:
    """One of them; what was withdrawn or replaced is told on its own page only."""
    found = call.session.scalars(finding.catalogue().where(Version.id == version_id)).first()
    if found is None:
        raise finding.Missing(rights.READ, Subject(object_id=version_id))
    return _dataset(call, found)


def _dataset(call: rest.Call, found: Version) -> dict[str, Any]:
    record = showing.record(call.session, ANYBODY, found)
    same = ("handle", "number", "url", "creators", "publisher", "published", "level", "licence", "keywords",
            "countries", "method", "population", "doi", "embargo", "rows")  # fmt: skip
    return {
        **{name: getattr(record, name) for name in same},
        "id": found.id,
        "title": best_label(record.title, call.language),
        "abstract": best_label(record.abstract, call.language),
        "rights": rights_of(record),
        "collected_from": record.collected[0],
        "collected_to": record.collected[1],
        "columns": _columns(call, record),
        "files": [{name: getattr(each, name) for name in FileRecord().fields} for each in record.files],
    }


def _columns(call: rest.Call, record: Record) -> list[dict[str, str]]:
    return [
        {"name": each.name, "kind": each.kind, "label": best_label(each.label, call.language)}
        for each in record.columns
    ]


RESOURCES = (
    rest.Resource(
        "research.datasets", "The catalogue of published data.", DatasetRecord, READ, list_datasets, show_dataset,
        query=Sought,
    ),
)  # fmt: skip
