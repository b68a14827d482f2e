"""How records reach the search index: queued with the change, applied by the worker, made anew when it breaks."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from core import outbox
from core.contract import Job
from core.database import Database
from core.facade import Plugins, ProviderFailed
from core.outbox import QueuedJob
from core.permissions import Actor
from core.search.documents import Results
from core.search.engine import LiveEngine, SearchBusy, SearchEngine, SearchUnavailable

log = logging.getLogger("camove.search")
JOB, HEAL, RECONCILE = "core.index", "core.index.heal", "core.index.reconcile"
BATCH = 100
STREAM = 500
"""So many documents are in memory at once while the index is made anew."""

MOST_FAILED = 50
"""Records that may fail to give a document before the rebuilding itself counts as failed."""


@dataclass(frozen=True)
class Drift:
    """Where index and database disagree, by uid: not indexed, of another revision, no longer existing."""

    missing: frozenset[str]
    stale: frozenset[str]
    extra: frozenset[str]

    @property
    def uids(self) -> list[str]:
        """All of them."""
        return sorted(self.missing | self.stale | self.extra)


@dataclass(frozen=True)
class Rebuilt:
    """An index made anew: how many documents it holds, and which records could not give theirs."""

    documents: int
    failed: frozenset[str]


def queue(session: Session, uids: Iterable[str]) -> None:
    """Ask for these records to be indexed anew (or removed) once the transaction has committed."""
    for uid in uids:
        outbox.put(session, JOB, {"uid": uid})


class Index:
    """The engine in use, and the plugins that know the documents. The database is the truth, this a cache."""

    def __init__(self, engine: LiveEngine, plugins: Plugins) -> None:
        """Join an engine with those who provide its documents."""
        self.engine, self._plugins = engine, plugins

    def jobs(self) -> tuple[Job, ...]:
        """The worker's part: follow the changes, make the index anew, and compare once a day."""
        return (
            Job(JOB, self._apply, batch=BATCH),
            Job(HEAL, lambda database, _: self._heal(database, ())),
            Job(RECONCILE, lambda database, _: self._compare(database), every=timedelta(days=1)),
        )

    def search(self, actor: Actor, query: str, *, limit: int = 20, offset: int = 0) -> Results:
        """What `actor` may find; the filter is part of the query, so nothing else is even counted."""
        return self.engine.search(query, actor.tokens(), limit=limit, offset=offset)

    def heal_soon(self, database: Database) -> None:
        """Ask the worker to make the index anew, once however often it is asked; for pages that found it broken."""
        with suppress(SQLAlchemyError):  # A page that cannot search is still a page.
            with database.reading() as session:
                if outbox.queued(session, HEAL):
                    return
            with database.transaction() as session:
                outbox.put(session, HEAL)

    def drift(self, database: Database) -> Drift:
        """Compare the revisions of index and database both ways. Raises SearchUnavailable, ProviderFailed."""
        return self._between(database, self.engine)

    def reconcile(self, database: Database) -> Drift:
        """Apply every difference; gives those that were found. A broken index is made anew first."""
        try:
            self.engine.check()
        except SearchBusy:
            raise
        except SearchUnavailable:
            self.rebuild(database)
        drift = self.drift(database)
        for uids in _parts(drift.uids):
            with self.engine.writing():
                # The index may be ahead of a database that came back from a backup.
                self.engine.apply((), [uid for uid in uids if uid in drift.stale])
                self._store(database, self.engine, uids)
        return drift

    def rebuild(self, database: Database) -> Rebuilt:
        """Make the index anew beside the old one, which answers meanwhile; then put it in its place.

        Raises SearchBusy, SearchUnavailable, ProviderFailed; the old index stays then.
        """
        with self.engine.rebuilding() as fresh:
            with database.reading() as session:
                wanted = sorted(self._plugins.search_revisions(session))
            failed = self._fill(database, fresh, wanted)
            with self.engine.writing():  # What changed meanwhile reached the old index only.
                late = [uid for uid in self._between(database, fresh).uids if uid not in failed]
                failed |= self._fill(database, fresh, late)
                documents = len(fresh.revisions())
                self.engine.adopt(fresh)
        self._forgive(database, failed)
        return Rebuilt(documents, failed)

    def expunge(self) -> None:
        """Leave no text of removed documents in the files of the index. Raises SearchUnavailable."""
        self.engine.expunge()

    def _apply(self, database: Database, payloads: Sequence[Mapping[str, Any]]) -> None:
        uids = sorted({str(payload["uid"]) for payload in payloads})
        try:
            with self.engine.writing():
                self.engine.apply(*self._read(database, uids))
        except SearchBusy as error:
            raise outbox.Later from error
        except SearchUnavailable:
            if self._sound():
                raise  # A document is to blame: the worker finds out which.
            self._heal(database, uids)

    def _heal(self, database: Database, uids: Sequence[str]) -> None:
        try:
            rebuilt = self.rebuild(database)
        except SearchBusy as error:
            raise outbox.Later from error
        log.warning("the search index was made anew: %s documents", rebuilt.documents)
        if rebuilt.failed.intersection(uids):
            raise ProviderFailed(JOB)

    def _compare(self, database: Database) -> None:
        try:
            drift = self.reconcile(database)
        except SearchBusy as error:
            raise outbox.Later from error
        if drift.uids:
            log.warning("search index: %s differences were mended", len(drift.uids))

    def _sound(self) -> bool:
        try:
            self.engine.check()
        except SearchUnavailable:
            return False
        return True

    def _between(self, database: Database, engine: SearchEngine) -> Drift:
        indexed = engine.revisions()
        with database.reading() as session:
            truth = self._plugins.search_revisions(session)
        return Drift(
            frozenset(truth.keys() - indexed.keys()),
            frozenset(uid for uid in truth.keys() & indexed.keys() if truth[uid] != indexed[uid]),
            frozenset(indexed.keys() - truth.keys()),
        )

    def _read(self, database: Database, uids: Sequence[str]) -> tuple[list[Any], list[str]]:
        """The documents of `uids` as they are now, and the uids that have none."""
        with database.reading() as session:
            documents = self._plugins.search_documents(session, uids)
        return documents, sorted(set(uids) - {document.uid for document in documents})

    def _fill(self, database: Database, engine: SearchEngine, uids: Sequence[str]) -> frozenset[str]:
        """Store the documents of `uids`, few at a time; gives those that failed."""
        failed: set[str] = set()
        for done, part in enumerate(_parts(uids)):
            for job_id in outbox.running()[:1]:
                outbox.progress(database, job_id, done * STREAM, len(uids))
            failed |= self._store(database, engine, part)
            if len(failed) > MOST_FAILED or len(failed) == len(uids):
                raise ProviderFailed(f"{len(failed)} records gave no document")
        return frozenset(failed)

    def _store(self, database: Database, engine: SearchEngine, uids: Sequence[str]) -> set[str]:
        """Store a batch; when it fails, its halves, so that one bad record costs no other its place."""
        try:
            engine.apply(*self._read(database, uids))
        except (ProviderFailed, SearchUnavailable):
            if len(uids) == 1:
                log.error("a record could not be indexed: %s", uids[0])  # noqa: TRY400
                return set(uids)
            half = len(uids) // 2
            return self._store(database, engine, uids[:half]) | self._store(database, engine, uids[half:])
        return set()

    def _forgive(self, database: Database, failed: frozenset[str]) -> None:
        """Parked work on an index that is gone has been done by the new one."""
        with database.transaction() as session:
            rows = select(QueuedJob).where(QueuedJob.parked, QueuedJob.name.in_((JOB, HEAL, RECONCILE)))
            done = [job.id for job in session.scalars(rows) if job.payload.get("uid") not in failed]
            session.execute(delete(QueuedJob).where(QueuedJob.id.in_(done)))


def _parts(uids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (uids[start : start + STREAM] for start in range(0, len(uids), STREAM))
