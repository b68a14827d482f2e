"""The rows of a sealed record, the same in both modes: a data key a writing, and fields bound to their revision."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.vault import aead
from core.vault.models import DataKey, SealedField, SealedRecord
from core.vault.problems import Damaged

SEALED, INTERNAL = "U", "S"
"""The modes: readable by an unlocked holder only; readable by the server."""


class Wrapped(NamedTuple):
    """A data key as stored."""

    id: UUID
    sealed_record_id: UUID
    epoch: int
    wrapped: bytes


class Body(NamedTuple):
    """A sealed field as stored."""

    data_key_id: UUID
    body: bytes


Opener = Callable[[Wrapped], bytes]
"""Unwraps a data key. Raises Damaged or Closed."""

Wrapper = Callable[[bytes], tuple[int, bytes]]
"""Wraps a new data key: gives the epoch, and the wrapped key."""


@dataclass(frozen=True)
class Place:
    """The record that sealed fields belong to."""

    table: str
    record_id: UUID
    organisation_id: UUID


def find(session: Session, place: Place, mode: str, *, lock: bool = False) -> SealedRecord | None:
    """The rows of that record in that mode; `lock` holds them until the transaction ends."""
    rows = select(SealedRecord).filter_by(
        table=place.table, record_id=place.record_id, organisation_id=place.organisation_id, mode=mode
    )
    return session.scalars(rows.with_for_update() if lock else rows).first()


def write(session: Session, place: Place, mode: str, fields: Mapping[str, str], wrap: Wrapper) -> None:
    """Seal these fields anew under a new data key; an empty text takes its field away.

    `wrap` gives the epoch and the wrapped key. The other fields stay as they are.
    """
    record = find(session, place, mode, lock=True)
    if record is None:
        record = SealedRecord(
            table=place.table, record_id=place.record_id, organisation_id=place.organisation_id, mode=mode
        )
        record.revision, record.fields = 0, {}
        session.add(record)
        session.flush()
    record.revision += 1
    _replace(session, record, {name: text for name, text in fields.items() if text}, set(fields), wrap)


def _replace(
    session: Session,
    record: SealedRecord,
    texts: Mapping[str, str],
    touched: set[str],
    wrap: Wrapper,
) -> None:
    session.execute(
        delete(SealedField).where(SealedField.sealed_record_id == record.id, SealedField.name.in_(touched))
    )
    kept = {name: revision for name, revision in record.fields.items() if name not in touched}
    record.fields = kept | dict.fromkeys(texts, record.revision)
    if texts:
        _add(session, record, texts, wrap)
    used = select(SealedField.data_key_id).where(SealedField.sealed_record_id == record.id)
    session.execute(
        delete(DataKey).where(DataKey.sealed_record_id == record.id, DataKey.id.not_in(used)),
        execution_options={"synchronize_session": False},
    )


def _add(
    session: Session,
    record: SealedRecord,
    texts: Mapping[str, str],
    wrap: Wrapper,
) -> None:
    key = aead.new_key()
    epoch, wrapped = wrap(key)
    row = DataKey(sealed_record_id=record.id, epoch=epoch, wrapped=wrapped)
    session.add(row)
    session.flush()
    for name, text in texts.items():
        body = aead.seal(key, text.encode(), context_of(record, name))
        session.add(SealedField(sealed_record_id=record.id, data_key_id=row.id, name=name, body=body))
    session.flush()


def read(session: Session, record: SealedRecord, opener: Opener) -> dict[str, str]:
    """The texts of one record. Raises what `opener` raises, and Damaged."""
    bodies, keys = rows_of(session, [record.id])
    return texts(record, bodies[record.id], keys, opener)


def rows_of(session: Session, ids: Sequence[UUID]) -> tuple[dict[UUID, dict[str, Body]], dict[UUID, Wrapped]]:
    """The sealed fields of these records by record and name, and their data keys by id."""
    bodies: dict[UUID, dict[str, Body]] = {each: {} for each in ids}
    fields = select(
        SealedField.sealed_record_id, SealedField.name, SealedField.data_key_id, SealedField.body
    ).where(SealedField.sealed_record_id.in_(ids))
    for record_id, name, data_key_id, body in session.execute(fields):
        bodies[record_id][name] = Body(data_key_id, body)
    keys = select(DataKey.id, DataKey.sealed_record_id, DataKey.epoch, DataKey.wrapped)
    found = session.execute(keys.where(DataKey.sealed_record_id.in_(ids)))
    return bodies, {row[0]: Wrapped(*row) for row in found}


def texts(
    record: SealedRecord, bodies: Mapping[str, Body], keys: Mapping[UUID, Wrapped], opener: Opener
) -> dict[str, str]:
    """The texts of one record: exactly the fields that it lists, each in the revision that it lists."""
    if set(bodies) != set(record.fields):
        different = sorted(set(bodies) ^ set(record.fields))
        raise Damaged(
            f"Sealed fields of {record.table} {record.record_id} are missing or too many: {different}."
        )
    opened: dict[UUID, bytes] = {}
    found = {}
    for name, field in bodies.items():
        if field.data_key_id not in opened:
            opened[field.data_key_id] = _unwrapped(record, keys.get(field.data_key_id), opener)
        found[name] = _text(opened[field.data_key_id], field.body, context_of(record, name))
    return found


def _unwrapped(record: SealedRecord, row: Wrapped | None, opener: Opener) -> bytes:
    if row is None or row.sealed_record_id != record.id:
        raise Damaged(f"The data key of {record.table} {record.record_id} is missing or another record's.")
    key = opener(row)
    if len(key) != aead.KEY:
        raise Damaged(f"The data key of {record.table} {record.record_id} is not a key.")
    return key


def _text(key: bytes, body: bytes, context: aead.Context) -> str:
    try:
        return aead.open(key, body, context).decode()
    except UnicodeDecodeError:
        raise Damaged(f"The sealed {context} is not text.") from None


def context_of(record: SealedRecord, name: str) -> aead.Context:
    """What binds a field to where it stands: another record, field, organisation or revision does not open."""
    return aead.Context(
        schema=f"camove-vault-1-{record.mode}",
        organisation_id=record.organisation_id,
        table=record.table,
        record_id=record.record_id,
        field=name,
        revision=int(record.fields.get(name, 0)),
    )
