"""Erasing for good: the data keys and rows go, then the disk is scrubbed of what the database left behind.

Older backups keep what was in them until they are dropped; nothing here overwrites the cells of a flash disk.
"""

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core import audit
from core.database import Database
from core.permissions import Actor
from core.vault.envelope import Place
from core.vault.models import DataKey, SealedField, SealedRecord

PATIENCE = 5000
"""Milliseconds that scrubbing waits for a reading to end."""

TABLES = ("core_vault_record", "core_vault_data_key", "core_vault_field")


def erase(session: Session, actor: Actor, place: Place) -> bool:
    """Destroy all that is sealed of a record, in both modes; False if there was nothing. Then call `scrub`.

    Whether the actor may, the caller has asked before. The audit keeps the id alone.
    """
    if session.get_bind().dialect.name == "sqlite":
        # Freed pages are overwritten with zeros at once, not whenever they are needed again.
        session.connection().exec_driver_sql("PRAGMA secure_delete=ON")
    rows = select(SealedRecord.id).filter_by(
        table=place.table, record_id=place.record_id, organisation_id=place.organisation_id
    )
    ids = session.scalars(rows).all()
    for model, column in (
        (SealedField, SealedField.sealed_record_id),
        (DataKey, DataKey.sealed_record_id),
        (SealedRecord, SealedRecord.id),
    ):
        session.execute(delete(model).where(column.in_(ids)))
    audit.record(session, actor, "core.vault.erase", place.record_id)
    return bool(ids)


def scrub(database: Database) -> bool:
    """Take deleted rows off the disk: rewrite the database, empty its write-ahead log, merge full-text indexes.

    False when a long reading kept the log in use: try again. Takes a moment and the space of a second copy; outside
    any transaction. PostgreSQL's own log, replicas and base backups are beyond its reach.
    """
    if not database.is_sqlite:
        _scrub_postgresql(database)
        return True
    # The driver's own connection: ours begins a transaction, in which nothing can be rewritten.
    connection = database.engine.raw_connection()
    try:
        return _scrub_sqlite(connection.cursor())
    finally:
        connection.close()


def _scrub_postgresql(database: Database) -> None:
    with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        for table in TABLES:
            # A plain VACUUM frees the place and leaves the bytes in it.
            connection.exec_driver_sql(f"VACUUM FULL {table}")


def _scrub_sqlite(cursor: Any) -> bool:
    cursor.execute(f"PRAGMA busy_timeout={PATIENCE:d}")
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%fts5%'"
    )
    for (name,) in cursor.fetchall():
        # FTS5 keeps deleted words in its segments until they are merged.
        cursor.execute(f'INSERT INTO "{name}"("{name}") VALUES (\'optimize\')')  # noqa: S608 - our own tables
    cursor.execute("VACUUM")
    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (busy, _log, _done) = cursor.fetchone()
    cursor.execute("PRAGMA busy_timeout=5000")
    return not busy
