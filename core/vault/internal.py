"""Mode S: fields that the server itself can read. A stolen database or backup does not open them.

One key an organisation and epoch, sealed under the site's key `keys/vault.key`, which is no part of a backup of the
data. Lose that file, and these fields are lost; whoever has both reads them.
"""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core import audit
from core.accounts.actors import SYSTEM
from core.database import Database
from core.vault import aead, envelope
from core.vault.envelope import INTERNAL, Place, Wrapped
from core.vault.models import DataKey, InternalKey, SealedRecord
from core.vault.problems import Damaged

BATCH = 500
"""Data keys a transaction."""


def seal_internal(session: Session, place: Place, fields: Mapping[str, str]) -> None:
    """Seal these fields for the server; an empty text takes its field away."""
    row = _current(session, place.organisation_id) or _begin(session, place.organisation_id, 1)
    epoch, key = row.epoch, _opened(session, row)
    context = _context(place.organisation_id, epoch)
    envelope.write(session, place, INTERNAL, fields, lambda plain: (epoch, aead.seal(key, plain, context)))


def open_internal(session: Session, place: Place) -> dict[str, str]:
    """Those fields; empty if there are none. Raises Damaged, also when the site's key is another one."""
    record = envelope.find(session, place, INTERNAL)
    if record is None:
        return {}
    rows = select(InternalKey).filter_by(organisation_id=place.organisation_id)
    kept = {row.epoch: row for row in session.scalars(rows)}

    def opener(row: Wrapped) -> bytes:
        if row.epoch not in kept:
            raise Damaged(
                f"The internal key of organisation {place.organisation_id}, epoch {row.epoch}, is missing."
            )
        key = _opened(session, kept[row.epoch])
        return aead.open(key, row.wrapped, _context(place.organisation_id, row.epoch))

    return envelope.read(session, record, opener)


def rotate(database: Database, organisation_id: UUID) -> int:
    """A new key, every data key under it, then the old keys go; gives how many were wrapped anew.

    May be killed anywhere: both keys stand until nothing hangs on the old one, and another run finishes.
    """
    with database.transaction() as session:
        row = _current(session, organisation_id)
        if row is None:
            return 0
        if not _waiting(session, organisation_id, row.epoch):
            row = _begin(session, organisation_id, row.epoch + 1)
        audit.record(session, SYSTEM, "core.vault.rotate_internal", organisation_id)
    done = 0
    while step := _step(database, organisation_id):
        done += step
    with database.transaction() as session:
        session.execute(
            delete(InternalKey).where(
                InternalKey.organisation_id == organisation_id, InternalKey.epoch < row.epoch
            )
        )
    return done


def _step(database: Database, organisation_id: UUID) -> int:
    with database.transaction() as session:
        rows_of_keys = session.scalars(select(InternalKey).filter_by(organisation_id=organisation_id))
        kept = {row.epoch: _opened(session, row) for row in rows_of_keys}
        new = max(kept)
        rows = _waiting(session, organisation_id, new)
        for row in rows:
            plain = aead.open(kept[row.epoch], row.wrapped, _context(organisation_id, row.epoch))
            row.wrapped, row.epoch = aead.seal(kept[new], plain, _context(organisation_id, new)), new
        return len(rows)


def _waiting(session: Session, organisation_id: UUID, epoch: int) -> list[DataKey]:
    rows = (
        select(DataKey)
        .join(SealedRecord, SealedRecord.id == DataKey.sealed_record_id)
        .where(
            SealedRecord.organisation_id == organisation_id,
            SealedRecord.mode == INTERNAL,
            DataKey.epoch < epoch,
        )
    )
    return list(session.scalars(rows.limit(BATCH).with_for_update()))


def _current(session: Session, organisation_id: UUID) -> InternalKey | None:
    rows = select(InternalKey).filter_by(organisation_id=organisation_id)
    return session.scalars(rows.order_by(InternalKey.epoch.desc()).limit(1)).first()


def _begin(session: Session, organisation_id: UUID, epoch: int) -> InternalKey:
    sealed = aead.seal(session.info["vault_key"], aead.new_key(), _kek_context(organisation_id, epoch))
    row = InternalKey(organisation_id=organisation_id, epoch=epoch, sealed=sealed)
    session.add(row)
    session.flush()
    return row


def _opened(session: Session, row: InternalKey) -> bytes:
    return aead.open(session.info["vault_key"], row.sealed, _kek_context(row.organisation_id, row.epoch))


def _kek_context(organisation_id: UUID, epoch: int) -> aead.Context:
    return aead.Context(
        "camove-internal-key-1", organisation_id, "core_organisation", organisation_id, "key", epoch
    )


def _context(organisation_id: UUID, epoch: int) -> aead.Context:
    return aead.Context(
        "camove-data-key-1", organisation_id, "core_organisation", organisation_id, "data key", epoch
    )
