"""Which engine the setting `search_engine` means."""

from pathlib import Path

from sqlalchemy import Engine

from core.search.engine import LiveEngine
from core.search.fts5_engine import Fts5Engine
from core.search.generations import Generations
from core.search.postgres_engine import PostgresEngine
from core.search.whoosh_engine import WhooshEngine


def open_engine(name: str, folder: Path, database_engine: Engine) -> LiveEngine:
    """The engine called `name`: "whoosh" and "fts5" keep their files in `folder`.

    "postgresql" needs the database to be PostgreSQL. Raises ValueError for anything else.
    """
    if name == WhooshEngine.name:
        return Generations(name, folder, WhooshEngine)
    if name == Fts5Engine.name:
        return Generations(name, folder, lambda path: Fts5Engine(path / "index.sqlite3"))
    if name == PostgresEngine.name and database_engine.dialect.name == "postgresql":
        return PostgresEngine(database_engine)
    raise ValueError(f"There is no search engine {name!r} for a {database_engine.dialect.name} database")
