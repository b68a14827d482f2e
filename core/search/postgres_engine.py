"""Search with PostgreSQL: for installations whose database it already is.

Two tables of our own, made here and not migrated: they are a cache. Vectors and queries are written out as
literals from our own tokens, so no text search configuration of the server takes part.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, CursorResult, Engine, TextClause, text
from sqlalchemy.exc import SQLAlchemyError

from core.search import analysis
from core.search.analysis import Analysis, Clause, Question
from core.search.documents import NOTHING, Results, SearchDocument
from core.search.engine import LOCK_SECONDS, SearchBusy, SearchEngine, SearchUnavailable, window
from core.search.records import COLUMNS, due, hit, record

# ^ opens a whole word of a title; words of the body are never matched by their beginning.
_START = "^"
# No phrase may reach from the end of the title into the body.
_GAP = 10
# Ranking reads a document's whole vector; past this number hits follow unranked, newest id first.
_RANKED = 1000
_WRITING, _REBUILDING = 0x63616D6F, 0x63616D70
_PAUSE = 0.05
_FRESH = "_fresh"
_MARK = f"camove search cache, analysis {analysis.VERSION}"
_SCHEMA = (
    "DROP TABLE IF EXISTS search_reach",
    "DROP TABLE IF EXISTS search_document",
    """CREATE TABLE search_document (uid text COLLATE "C" PRIMARY KEY, kind text NOT NULL,
    title text NOT NULL, body text NOT NULL, language text NOT NULL, endpoint text NOT NULL,
    url_values text NOT NULL, revision bigint NOT NULL, terms tsvector NOT NULL)""",
    "CREATE INDEX ON search_document USING gin (terms)",
    """CREATE TABLE search_reach (uid text COLLATE "C" REFERENCES search_document ON DELETE CASCADE,
    token text COLLATE "C", PRIMARY KEY (uid, token))""",
    f"COMMENT ON TABLE search_document IS '{_MARK}'",
)
_ADOPT = (
    "DROP TABLE IF EXISTS search_reach",
    "DROP TABLE IF EXISTS search_document",
    f"ALTER TABLE search_document{_FRESH} RENAME TO search_document",
    f"ALTER TABLE search_reach{_FRESH} RENAME TO search_reach",
)
# Our mark, and that the index over the words is still there.
_SOUND = """
SELECT obj_description(to_regclass('search_document'), 'pg_class') = :mark AND EXISTS (
    SELECT 1 FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_am ON pg_am.oid = relam
    WHERE indrelid = to_regclass('search_document') AND amname = 'gin' AND indisvalid)
"""
_VISIBLE = """
FROM search_document AS d WHERE terms @@ CAST(:match AS tsquery)
    AND EXISTS (SELECT 1 FROM search_reach AS r WHERE r.uid = d.uid AND r.token = ANY(:reach))
    AND (CAST(:kinds AS text[]) = '{}' OR kind = ANY(:kinds))
"""
# The weights stand for D C B A: body, nothing, whole words of the title, stems of the title.
_PAGE = f"""
WITH visible AS (SELECT uid, terms, row_number() OVER (ORDER BY uid DESC) AS place {_VISIBLE}),
ranked AS (SELECT uid, CASE WHEN place <= {_RANKED} THEN
    ts_rank('{{0.2, 0, 0.2, 0.8}}', terms, CAST(:match AS tsquery)) ELSE 0 END AS score FROM visible),
page AS (SELECT uid, score FROM ranked ORDER BY score DESC, uid DESC LIMIT :limit OFFSET :offset)
SELECT d.* FROM page JOIN search_document AS d USING (uid) ORDER BY page.score DESC, uid DESC
"""  # noqa: S608 - our own constants only, here and below
_COUNT = f"SELECT count(*) {_VISIBLE}"
_INSERT = f"""
INSERT INTO search_document ({", ".join(COLUMNS)}, terms)
VALUES ({", ".join(":" + name for name in COLUMNS)}, CAST(:terms AS tsvector))
"""  # noqa: S608


class PostgresEngine:
    """The choice when the database is PostgreSQL: no file, one thing less to look after."""

    name = "postgresql"

    def __init__(self, engine: Engine, suffix: str = "") -> None:
        """Use the tables behind `engine` whose names end in `suffix`. The caller owns the engine."""
        self._engine, self._suffix = engine, suffix

    def apply(self, documents: Sequence[SearchDocument], removed: Sequence[str]) -> None:
        """See SearchEngine."""
        with self._transaction() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _WRITING + 2})
            self._require_sound(connection)
            held = self._held(connection, [document.uid for document in documents])
            stale = due(documents, removed, held)
            uids = [*removed, *(document.uid for document in stale)]
            connection.execute(
                self._sql("DELETE FROM search_document WHERE uid = ANY(:uids)"), {"uids": uids}
            )
            self._add(connection, stale)

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
            "reach": sorted(reach),
            "kinds": sorted(kinds),
            "limit": limit,
            "offset": offset,
        }
        with self._transaction() as connection:
            total = connection.execute(self._sql(_COUNT), values).scalar_one()
            rows = connection.execute(self._sql(_PAGE), values).mappings().all()
        return Results(total, tuple(hit(dict(row), question) for row in rows))

    def revisions(self) -> dict[str, int]:
        """See SearchEngine."""
        with self._transaction() as connection:
            return _revisions(connection.execute(self._sql("SELECT uid, revision FROM search_document")))

    def clear(self) -> None:
        """See SearchEngine."""
        with self._transaction() as connection:
            for statement in _SCHEMA:
                connection.execute(self._sql(statement))

    def check(self) -> None:
        """See SearchEngine."""
        with self._transaction() as connection:
            self._require_sound(connection)
            connection.execute(
                self._sql("SELECT max(uid), max(body), max(length(terms)) FROM search_document")
            )
            connection.execute(self._sql("SELECT max(token) FROM search_reach"))

    def expunge(self) -> None:
        """See SearchEngine. The server's log of changes keeps the text until it is recycled."""
        with self.writing(), self._alone() as connection:
            connection.execute(self._sql("VACUUM FULL search_reach"))
            connection.execute(self._sql("VACUUM FULL search_document"))

    def close(self) -> None:
        """See SearchEngine. The connections belong to the database."""

    @contextmanager
    def writing(self) -> Iterator[None]:
        """See LiveEngine."""
        with self._held_lock(_WRITING, LOCK_SECONDS):
            yield

    @contextmanager
    def rebuilding(self) -> Iterator[SearchEngine]:
        """See LiveEngine."""
        with self._held_lock(_REBUILDING, 0):
            fresh = PostgresEngine(self._engine, _FRESH)
            fresh.clear()
            yield fresh

    def adopt(self, fresh: SearchEngine) -> None:  # noqa: ARG002 - its tables have fixed names
        """See LiveEngine."""
        with self._transaction() as connection:
            for statement in _ADOPT:
                connection.execute(text(statement))

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with _failing_softly(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _alone(self) -> Iterator[Connection]:
        """A connection outside any transaction; its locks go with it, also when the process dies."""
        with _failing_softly(), self._engine.connect() as connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def _held_lock(self, key: int, seconds: float) -> Iterator[None]:
        deadline = time.monotonic() + seconds
        with self._alone() as connection:
            while not connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}).scalar():
                if time.monotonic() >= deadline:
                    raise SearchBusy("another process writes")
                time.sleep(_PAUSE)
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": key})

    def _sql(self, statement: str) -> TextClause:
        names = ("search_document", "search_reach")
        for name in names if self._suffix else ():
            statement = statement.replace(name, name + self._suffix)
        return text(statement)

    def _require_sound(self, connection: Connection) -> None:
        if not connection.execute(self._sql(_SOUND), {"mark": _MARK}).scalar():
            raise SearchUnavailable("the tables are missing, or of another version")

    def _held(self, connection: Connection, uids: Sequence[str]) -> dict[str, int]:
        statement = self._sql("SELECT uid, revision FROM search_document WHERE uid = ANY(:uids)")
        return _revisions(connection.execute(statement, {"uids": uids}))

    def _add(self, connection: Connection, documents: Sequence[SearchDocument]) -> None:
        rows = [record(document) | {"terms": _vector(analysis.analyse(document))} for document in documents]
        tokens = [{"uid": document.uid, "token": token} for document in documents for token in document.reach]
        if rows:
            connection.execute(self._sql(_INSERT), rows)
        if tokens:
            insert = self._sql("INSERT INTO search_reach (uid, token) VALUES (:uid, :token)")
            connection.execute(insert, tokens)


@contextmanager
def _failing_softly() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise SearchUnavailable(str(error)) from error


def _revisions(rows: CursorResult[Any]) -> dict[str, int]:
    return {row.uid: row.revision for row in rows}


def _vector(found: Analysis) -> str:
    places: dict[str, list[str]] = {}
    for place, token in enumerate(found.title, 1):
        places.setdefault(token, []).append(f"{place}A")
    for place, token in enumerate(found.body, len(found.title) + _GAP):
        places.setdefault(token, []).append(str(place))
    for word in found.starts:
        places[_START + word] = ["1B"]
    return " ".join(f"'{token}':{','.join(at)}" for token, at in places.items())


def _match(question: Question) -> str:
    return " & ".join(f"({_condition(clause)})" for clause in question.clauses)


def _condition(clause: Clause) -> str:
    # Tokens hold letters and digits only, so nothing in them can close the quotes.
    ways = [" <-> ".join(f"'{token}'" for token in variant) for variant in clause.variants]
    if clause.prefix:
        ways.append(f"'{_START}{clause.prefix}':*")
    return " | ".join(f"({way})" for way in ways)
