"""Search with PostgreSQL: for installations whose database it already is.

Two tables of our own, made here and not migrated: they are a cache. Vectors and queries are written out as
literals from our own tokens, so no text search configuration of the server takes part.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, CursorResult, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from core.search import analysis
from core.search.analysis import Analysis, Clause, Question
from core.search.documents import NOTHING, Results, SearchDocument
from core.search.engine import SearchUnavailable, window
from core.search.records import COLUMNS, due, hit, record

# ^ opens a whole word of a title; words of the body are never matched by their beginning.
_START = "^"
# No phrase may reach from the end of the title into the body.
_GAP = 10
# Ranking reads a document's whole vector; past this number hits follow unranked, newest id first.
_RANKED = 1000
_LOCK = 0x63616D6F
_MARK = f"camove search cache, analysis {analysis.VERSION}"
_SCHEMA = (
    "DROP TABLE IF EXISTS search_reach",
    "DROP TABLE IF EXISTS search_document",
    """CREATE TABLE search_document (uid text COLLATE "C" PRIMARY KEY, kind text NOT NULL,
    title text NOT NULL, body text NOT NULL, language text NOT NULL, endpoint text NOT NULL,
    url_values text NOT NULL, revision bigint NOT NULL, terms tsvector NOT NULL)""",
    "CREATE INDEX ix_search_document_terms ON search_document USING gin (terms)",
    """CREATE TABLE search_reach (uid text COLLATE "C" REFERENCES search_document ON DELETE CASCADE,
    token text COLLATE "C", PRIMARY KEY (uid, token))""",
    f"COMMENT ON TABLE search_document IS '{_MARK}'",
)
_FOUND_MARK = "SELECT obj_description(to_regclass('search_document'), 'pg_class')"
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

    def __init__(self, engine: Engine) -> None:
        """Use the tables behind `engine`, made at first use. The caller owns the engine."""
        self._engine = engine
        self._ready = False

    def apply(self, documents: Sequence[SearchDocument], removed: Sequence[str]) -> None:
        """See SearchEngine."""
        with self._transaction() as connection:
            _lock(connection)
            held = _held(connection, [document.uid for document in documents])
            stale = due(documents, removed, held)
            uids = [*removed, *(document.uid for document in stale)]
            connection.execute(text("DELETE FROM search_document WHERE uid = ANY(:uids)"), {"uids": uids})
            _add(connection, stale)

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
            total = connection.execute(text(_COUNT), values).scalar_one()
            rows = connection.execute(text(_PAGE), values).mappings().all()
        return Results(total, tuple(hit(dict(row), question) for row in rows))

    def revisions(self) -> dict[str, int]:
        """See SearchEngine."""
        with self._transaction() as connection:
            return _revisions(connection.execute(text("SELECT uid, revision FROM search_document")))

    def clear(self) -> None:
        """See SearchEngine."""
        with _failing_softly(), self._engine.begin() as connection:
            _lock(connection)
            _create(connection)
        self._ready = True

    def close(self) -> None:
        """See SearchEngine. The connections belong to the database."""

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with _failing_softly():
            if not self._ready:
                self._create_if_absent()
            with self._engine.begin() as connection:
                yield connection

    def _create_if_absent(self) -> None:
        with self._engine.begin() as connection:
            _lock(connection)
            if connection.execute(text(_FOUND_MARK)).scalar() != _MARK:
                _create(connection)
        self._ready = True


@contextmanager
def _failing_softly() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise SearchUnavailable(str(error)) from error


def _lock(connection: Connection) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def _create(connection: Connection) -> None:
    for statement in _SCHEMA:
        connection.execute(text(statement))


def _held(connection: Connection, uids: Sequence[str]) -> dict[str, int]:
    statement = text("SELECT uid, revision FROM search_document WHERE uid = ANY(:uids)")
    return _revisions(connection.execute(statement, {"uids": uids}))


def _revisions(rows: CursorResult[Any]) -> dict[str, int]:
    return {row.uid: row.revision for row in rows}


def _add(connection: Connection, documents: Sequence[SearchDocument]) -> None:
    rows = [record(document) | {"terms": _vector(analysis.analyse(document))} for document in documents]
    tokens = [{"uid": document.uid, "token": token} for document in documents for token in document.reach]
    if rows:
        connection.execute(text(_INSERT), rows)
    if tokens:
        connection.execute(text("INSERT INTO search_reach (uid, token) VALUES (:uid, :token)"), tokens)


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
