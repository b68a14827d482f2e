"""Migrations: one lineage and one version table for core and for each plugin; nothing migrates at boot."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, Table, inspect, text

from core.database import Base, Database

SCRIPTS = Path(__file__).parent / "migrations"


@dataclass(frozen=True)
class Lineage:
    """The migrations of core or of one plugin: its folder of versions and the tables it owns."""

    name: str
    versions: Path

    @property
    def version_table(self) -> str:
        """The table that remembers where this lineage stands."""
        return "alembic_version" if self.name == "core" else f"alembic_version_{self.name}"

    def owns(self, table: str) -> bool:
        """Whether a table belongs to this lineage, by its prefix."""
        return table.startswith(f"{self.name}_")

    def config(self, connection: Connection | None = None) -> Config:
        """The Alembic configuration of this lineage alone."""
        config = Config()
        config.set_main_option("script_location", str(SCRIPTS))
        config.set_main_option("version_locations", str(self.versions))
        config.set_main_option("path_separator", "newline")
        config.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(slug)s")
        config.attributes.update(connection=connection, lineage=self)
        return config

    @property
    def head(self) -> str | None:
        """The newest revision in the folder; None if the plugin has no tables."""
        return (
            ScriptDirectory.from_config(self.config()).get_current_head() if self.versions.is_dir() else None
        )

    def current(self, connection: Connection) -> str | None:
        """Where the database stands."""
        context = MigrationContext.configure(connection, opts={"version_table": self.version_table})
        return context.get_current_revision()

    def tables(self) -> list[Table]:
        """The mapped tables of this lineage, in the order of their dependencies."""
        return [table for table in Base.metadata.sorted_tables if self.owns(table.name)]

    def differences(self, connection: Connection) -> list[Any]:
        """What autogenerate would still change; empty when models and migrations agree."""
        options = {"version_table": self.version_table, "compare_type": True, "include_object": self.include}
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, Base.metadata))

    def include(self, thing: Any, name: str | None, kind: str, *_: Any) -> bool:
        """Alembic's filter: only what hangs on this lineage's own tables."""
        table = name if kind == "table" else getattr(getattr(thing, "table", None), "name", name)
        return self.owns(str(table))


CORE = Lineage("core", SCRIPTS / "versions")


def upgrade(database: Database, lineage: Lineage, revision: str = "head") -> None:
    """Bring one lineage to `revision`; all of it or, on an error, nothing."""
    with _migrating(database) as connection:
        command.upgrade(lineage.config(connection), revision)


def downgrade(database: Database, lineage: Lineage, revision: str) -> None:
    """Take one lineage back to `revision` (`base` drops its tables)."""
    with _migrating(database) as connection:
        command.downgrade(lineage.config(connection), revision)


def behind(database: Database, lineage: Lineage) -> bool:
    """Whether the database stands before the newest revision of the lineage."""
    if lineage.head is None:
        return False
    with database.engine.execution_options(camove_reads=True).connect() as connection:
        return lineage.current(connection) != lineage.head


def purge(database: Database, lineage: Lineage) -> list[str]:
    """Drop every table of a plugin's prefix and its version table; works without its code. Gives the names."""
    with _migrating(database) as connection:
        known = inspect(connection).get_table_names()
        # `media` must not take the tables of `media_watch`, whose code may be gone as well.
        spared = tuple(
            f"{name.removeprefix('alembic_version_')}_"
            for name in known
            if name.startswith(f"{lineage.version_table}_")
        )
        names = [
            n for n in known if n == lineage.version_table or (lineage.owns(n) and not n.startswith(spared))
        ]
        found = MetaData()
        found.reflect(connection, only=names)
        doomed = [table for table in found.sorted_tables if table.name in names]
        found.drop_all(connection, tables=doomed)
    return names


@contextmanager
def _migrating(database: Database) -> Iterator[Connection]:
    with database.engine.connect() as connection:
        _foreign_keys(connection, database, on=False)
        try:
            with connection.begin():
                if not database.is_sqlite:
                    # Two upgrades at once would both see the old version.
                    connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('camove_migrations'))"))
                yield connection
        finally:
            _foreign_keys(connection, database, on=True)


def _foreign_keys(connection: Connection, database: Database, *, on: bool) -> None:
    # Rebuilding a table in SQLite drops the old one; with keys on, its children would go too.
    if database.is_sqlite:
        driver: Any = connection.connection.driver_connection
        driver.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")
