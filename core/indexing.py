"""How records reach the search index: queued with the change, applied by the worker, checked when found."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from core import outbox
from core.contract import Job
from core.database import Database
from core.facade import Plugins
from core.permissions import Actor
from core.search.documents import Results
from core.search.engine import SearchEngine

JOB = "core.index"
BATCH = 100


def queue(session: Session, uids: Iterable[str]) -> None:
    """Ask for these records to be indexed anew (or removed) once the transaction has committed."""
    for uid in uids:
        outbox.put(session, JOB, {"uid": uid})


class Index:
    """The engine in use, and the plugins that know the documents. The database is the truth, this a cache."""

    def __init__(self, engine: SearchEngine, plugins: Plugins) -> None:
        """Join an engine with those who provide its documents."""
        self.engine, self._plugins = engine, plugins

    def job(self) -> Job:
        """The worker's part."""
        return Job(JOB, self._apply, batch=BATCH)

    def _apply(self, database: Database, payloads: Sequence[Mapping[str, Any]]) -> None:
        uids = sorted({str(payload["uid"]) for payload in payloads})
        with database.reading() as session:
            documents = self._plugins.search_documents(session, uids)
        gone = set(uids) - {document.uid for document in documents}
        self.engine.apply(documents, sorted(gone))

    def rebuild(self, database: Database) -> int:
        """Make the index anew from the database; gives the number of documents."""
        with database.reading() as session:
            documents = self._plugins.search_documents(session, None)
        self.engine.clear()
        self.engine.apply(documents, ())
        return len(documents)

    def search(self, actor: Actor, query: str, *, limit: int = 20, offset: int = 0) -> Results:
        """What `actor` may find; the filter is part of the query, so nothing else is even counted."""
        return self.engine.search(query, actor.tokens(), limit=limit, offset=offset)
