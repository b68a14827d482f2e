"""The database: one declarative base, safe transactions, and the column kinds that all tables share."""

import json
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Engine, MetaData, Uuid, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """All tables, of core (`core_*`) and of the plugins (`<plugin>_*`)."""

    metadata = MetaData(naming_convention=NAMING)


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes in UTC on both databases; SQLite alone would drop the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> datetime | None:
        """Refuse naive values: their zone could only be guessed."""
        if value is not None and value.tzinfo is None:
            raise ValueError("A datetime without a zone cannot be stored")
        return value.astimezone(UTC) if value else None

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> datetime | None:
        """Give the zone back that SQLite did not keep."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Json = JSON(none_as_null=True)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def new_id() -> uuid.UUID:
    """A UUIDv7 (RFC 9562, 5.7): sorted by time for the index, 74 random bits against guessing."""
    milliseconds = time.time_ns() // 1_000_000
    value = milliseconds << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    return uuid.UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


def id_column() -> Any:
    """The primary key that every table has."""
    return mapped_column(Uuid, primary_key=True, default=new_id)


class Database:
    """An engine with the two ways in: `transaction()` to write, `reading()` to look."""

    def __init__(self, url: str, audit_key: bytes = b"", vault_key: bytes = b"") -> None:
        """Open `url`; nothing is created. Sessions carry the keys of the audit chain and of internal records."""
        self.engine = _engine(url)
        self._info = {"audit_key": audit_key, "vault_key": vault_key}
        self._reader = self.engine.execution_options(camove_reads=True)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session in one transaction: committed at the end, rolled back if anything raises."""
        with Session(self.engine, expire_on_commit=False, info=self._info) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one consistent state and keeps nothing."""
        with Session(self._reader, autoflush=False, info=self._info) as session:
            yield session
            session.rollback()

    @property
    def is_sqlite(self) -> bool:
        """Whether the embedded database is in use."""
        return self.engine.dialect.name == "sqlite"

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


POOL = 10
"""Connections kept, and three times as many more at need: each thread of the server may hold one that reads, one that
writes and one in which plugins are asked, and the worker its own. With fewer, threads could wait for each other."""


def _engine(url: str) -> Engine:
    options: dict[str, Any] = {"json_serializer": lambda value: json.dumps(value, ensure_ascii=False)}
    # An error's text must not carry what people typed into a log.
    options |= {"hide_parameters": True, "pool_pre_ping": not url.startswith("sqlite")}
    engine = create_engine(url, pool_size=POOL, max_overflow=3 * POOL, **options)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
    return engine


def _sqlite_connect(connection: Any, _record: object) -> None:
    # The driver's own transaction control loses savepoints and DDL; we send BEGIN ourselves.
    connection.isolation_level = None
    for pragma in (
        "busy_timeout=5000",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "trusted_schema=OFF",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: Any) -> None:
    # A deferred BEGIN that later writes fails under load whatever the timeout; IMMEDIATE waits its turn.
    reads = connection.get_execution_options().get("camove_reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
