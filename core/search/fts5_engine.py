"""Search with SQLite FTS5: one file, no server, good for hundreds of thousands of documents.

The file is our own, never the application's database. A connection is opened for every call (0.2 ms), so
threads share nothing and no process holds on to a file that another has replaced.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from core.search import analysis
from core.search.analysis import Clause, Question
from core.search.documents import NOTHING, Results, SearchDocument
from core.search.engine import LOCK_SECONDS, SearchBusy, SearchUnavailable, window
from core.search.records import COLUMNS, due, hit, record

# Tokens are made by us: SQLite only has to part them at spaces. ^ opens a whole word of a title.
_START = "^"
_TABLES = ("terms", "reach", "document")
_SCHEMA = (
    """CREATE TABLE document (id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
    title TEXT NOT NULL, body TEXT NOT NULL, language TEXT NOT NULL, endpoint TEXT NOT NULL,
    url_values TEXT NOT NULL, revision INTEGER NOT NULL)""",
    """CREATE TABLE reach (document INTEGER NOT NULL, token TEXT NOT NULL,
    PRIMARY KEY (document, token)) WITHOUT ROWID""",
    f"""CREATE VIRTUAL TABLE terms
    USING fts5 (title, body, start, tokenize = "ascii tokenchars '{_START}'")""",
)
_VISIBLE = """
FROM terms JOIN document ON document.id = terms.rowid WHERE terms MATCH :match
    AND EXISTS (SELECT 1 FROM reach
                WHERE reach.document = document.id AND token IN (SELECT value FROM json_each(:reach)))
    AND (:kinds = '[]' OR kind IN (SELECT value FROM json_each(:kinds)))
"""
# The weights of title, body and start; among equals the newest id first. Bodies are read for one page only.
_PAGE = f"""
SELECT document.* FROM (
    SELECT document.id, bm25(terms, 4.0, 1.0, 1.0) AS score, uid {_VISIBLE}
    ORDER BY score, uid DESC LIMIT :limit OFFSET :offset
) AS best JOIN document USING (id) ORDER BY best.score, best.uid DESC
"""  # noqa: S608 - our own constants only, here and below
_COUNT = f"SELECT count(*) {_VISIBLE}"
_INSERT = f"""
INSERT INTO document ({", ".join(COLUMNS)}) VALUES ({", ".join(":" + name for name in COLUMNS)})
"""  # noqa: S608
_UIDS = "SELECT id, uid, revision FROM document WHERE uid IN (SELECT value FROM json_each(?))"


class Fts5Engine:
    """The choice for one machine with many documents."""

    name = "fts5"

    def __init__(self, file: Path) -> None:
        """Use the index in `file`. A missing or broken one waits for `clear()`."""
        self._file = file

    def apply(self, documents: Sequence[SearchDocument], removed: Sequence[str]) -> None:
        """See SearchEngine."""
        with self._transaction("IMMEDIATE") as connection:
            held = _held(connection, [document.uid for document in documents])
            stale = due(documents, removed, {uid: row["revision"] for uid, row in held.items()})
            _delete(connection, [*removed, *(document.uid for document in stale)])
            for document in stale:
                _add(connection, document)

    def search(
        self,
        query: str,
        reach: frozenset[str],
        *,
        kinds: frozenset[str] = frozenset(),
        limit: int = 20,
        offset: int = 0,
    ) -> Results:
        """See SearchEngine."""
        question = analysis.ask(query)
        if not question.clauses or not reach:
            return NOTHING
        limit, offset = window(limit, offset)
        values = {
            "match": _match(question),
            "reach": json.dumps(sorted(reach)),
            "kinds": json.dumps(sorted(kinds)),
            "limit": limit,
            "offset": offset,
        }
        with self._transaction() as connection:
            total = connection.execute(_COUNT, values).fetchone()[0]
            rows = connection.execute(_PAGE, values).fetchall()
        return Results(total, tuple(hit(row, question) for row in rows))

    def revisions(self) -> dict[str, int]:
        """See SearchEngine."""
        with self._transaction() as connection:
            return dict(connection.execute("SELECT uid, revision FROM document").fetchall())

    def clear(self) -> None:
        """See SearchEngine. The file is replaced."""
        for suffix in ("", "-wal", "-shm"):
            self._file.with_name(self._file.name + suffix).unlink(missing_ok=True)
        self._create()

    def check(self) -> None:
        """See SearchEngine."""
        with self._transaction("IMMEDIATE") as connection:
            damage = [row[0] for row in connection.execute("PRAGMA quick_check(1)")]
            connection.execute("INSERT INTO terms (terms) VALUES ('integrity-check')")
            for table in _TABLES:
                connection.execute(f"SELECT count(*) FROM {table}")  # noqa: S608
        if damage != ["ok"]:
            raise SearchUnavailable("the file is damaged")

    def expunge(self) -> None:
        """See SearchEngine. Removed words stay in FTS5's pages until they are merged, rows until VACUUM."""
        with self._transaction("IMMEDIATE") as connection:
            connection.execute("INSERT INTO terms (terms) VALUES ('optimize')")
        try:
            with closing(self._open()) as connection:
                connection.execute("VACUUM")
                busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.Error as error:
            raise SearchUnavailable(str(error)) from error
        if busy:
            raise SearchBusy("somebody reads an older state")

    def close(self) -> None:
        """See SearchEngine. Nothing stays open between calls."""

    def _create(self) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._file, timeout=LOCK_SECONDS)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
        with self._transaction("IMMEDIATE") as connection:
            for statement in _SCHEMA:
                connection.execute(statement)

    @contextmanager
    def _transaction(self, kind: str = "DEFERRED") -> Iterator[sqlite3.Connection]:
        try:
            with closing(self._open()) as connection:
                connection.execute(f"BEGIN {kind}")
                yield connection
                connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise SearchUnavailable(str(error)) from error

    def _open(self) -> sqlite3.Connection:
        # mode=rw: a missing file is reported, not silently replaced by an empty one.
        uri = f"{self._file.resolve().as_uri()}?mode=rw"
        connection = sqlite3.connect(uri, uri=True, timeout=LOCK_SECONDS, isolation_level=None)
        connection.row_factory = sqlite3.Row
        return connection


def _held(connection: sqlite3.Connection, uids: Sequence[str]) -> dict[str, sqlite3.Row]:
    return {row["uid"]: row for row in connection.execute(_UIDS, [json.dumps(uids)])}


def _delete(connection: sqlite3.Connection, uids: Sequence[str]) -> None:
    ids = [(row["id"],) for row in _held(connection, uids).values()]
    connection.executemany("DELETE FROM terms WHERE rowid = ?", ids)
    connection.executemany("DELETE FROM reach WHERE document = ?", ids)
    connection.executemany("DELETE FROM document WHERE id = ?", ids)


def _add(connection: sqlite3.Connection, document: SearchDocument) -> None:
    found = analysis.analyse(document)
    columns: list[Any] = [connection.execute(_INSERT, record(document)).lastrowid]
    columns += [" ".join(found.title), " ".join(found.body), " ".join(_START + word for word in found.starts)]
    connection.execute("INSERT INTO terms (rowid, title, body, start) VALUES (?, ?, ?, ?)", columns)
    connection.executemany(
        "INSERT INTO reach (document, token) VALUES (?, ?)", [(columns[0], token) for token in document.reach]
    )


def _match(question: Question) -> str:
    return " AND ".join(f"({_condition(clause)})" for clause in question.clauses)


def _condition(clause: Clause) -> str:
    # Tokens hold letters and digits only, so nothing in them can close the quotes.
    ways = [f'"{" ".join(variant)}"' for variant in clause.variants]
    if clause.prefix:
        ways.append(f'"{_START}{clause.prefix}" *')
    return " OR ".join(ways)
