"""Search with Whoosh 2.7.4: pure Python, one folder, no server. For up to some 50,000 documents.

The folder holds pickles: it is written by us alone and never restored from an upload or a backup.
Query classes are used with care. `Require` of this version gives the documents *outside* the filter, and a
limited search counts wrongly once its heap is full, so the filter is a plain conjunction without a limit.
"""

import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from secrets import randbelow
from shutil import rmtree
from typing import Any, TypeVar

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Its source predates Python's rules on escapes; compiling it warns.
    from whoosh import fields, index, query, writing
    from whoosh.filedb import filestore

    for late in ("whoosh.searching", "whoosh.codec.whoosh3", "whoosh.filedb.compound"):
        import_module(late)  # Whoosh itself would do it at first use, when warnings may be errors again.

from core.search import analysis
from core.search.analysis import Clause, Question
from core.search.documents import NOTHING, Results, SearchDocument
from core.search.engine import LOCK_SECONDS, SearchBusy, SearchUnavailable, window
from core.search.records import due, hit, record

_NAME = f"search{analysis.VERSION}"
_FIRST_GENERATIONS = 1 << 30
_LOOKS = 20
_TITLE_BOOST = 4.0
_SCHEMA = fields.Schema(
    uid=fields.ID(),
    kind=fields.ID(),
    reach=fields.ID(),
    title=fields.TEXT(),
    body=fields.TEXT(),
    start=fields.ID(),
    stored=fields.STORED(),
)
T = TypeVar("T")


class WhooshEngine:
    """The embedded default. One searcher is shared and used by one thread at a time."""

    name = "whoosh"

    def __init__(self, folder: Path) -> None:
        """Use the index in `folder`. A missing or broken one waits for `clear()`."""
        self._folder = folder
        self._searcher: Any = None
        self._lock = threading.RLock()

    def apply(self, documents: Sequence[SearchDocument], removed: Sequence[str]) -> None:
        """See SearchEngine."""
        with _failing_softly(), self._writing() as writer:
            stale = self._using(lambda searcher: self._delete(writer, searcher, documents, removed))
            for document in stale:
                _add(writer, document)

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
        conditions = _conditions(question, reach, kinds)
        with _failing_softly():
            total, rows = self._using(lambda searcher: _page(searcher, conditions, limit, offset))
        return Results(total, tuple(hit(row, question) for row in rows))

    def revisions(self) -> dict[str, int]:
        """See SearchEngine."""
        with _failing_softly():
            return self._using(
                lambda searcher: {
                    row["stored"]["uid"]: row["stored"]["revision"]
                    for row in searcher.reader().all_stored_fields()
                }
            )

    def clear(self) -> None:
        """See SearchEngine. The folder is made anew."""
        with self._lock, _failing_softly():
            self.close()
            rmtree(self._folder, ignore_errors=True)
            self._folder.mkdir(parents=True)
            storage = filestore.FileStorage(str(self._folder))
            # Processes tell indexes apart by this number only, so no two may begin with the same.
            index.TOC(_SCHEMA, [], randbelow(_FIRST_GENERATIONS)).write(storage, _NAME)

    def check(self) -> None:
        """See SearchEngine. Reads every stored field and every list of places of every term."""
        with _failing_softly():
            self._using(_read_through)

    def expunge(self) -> None:
        """See SearchEngine. All segments become one; the files of the others go."""
        with _failing_softly(), self._writing(mergetype=writing.OPTIMIZE):
            pass

    def close(self) -> None:
        """See SearchEngine."""
        with self._lock:
            searcher, self._searcher = self._searcher, None
            if searcher is not None:
                searcher.close()

    def _using(self, ask: Callable[[Any], T]) -> T:
        """The answer of a searcher that sees the last commit. Refreshing closes it: hence one at a time."""
        with self._lock:
            searcher, self._searcher = self._searcher, None
            if searcher is None:
                searcher = self._open().searcher()
            searcher = searcher.refresh()
            answer = ask(searcher)
            self._searcher = searcher  # Only a searcher that did not fail is kept.
            return answer

    @contextmanager
    def _writing(self, mergetype: Callable[..., Any] | None = None) -> Iterator[Any]:
        """A writer: committed at the end, taken back if anything fails, its lock given back either way."""
        writer = self._open().writer(timeout=LOCK_SECONDS)
        try:
            yield writer
            writer.commit(mergetype=mergetype)
        except BaseException:
            _abandon(writer)
            raise

    def _delete(
        self, writer: Any, searcher: Any, documents: Sequence[SearchDocument], removed: Sequence[str]
    ) -> list[SearchDocument]:
        """Take the removed and outdated documents out; gives those that are to be added."""
        stale = due(documents, removed, _indexed(searcher, (document.uid for document in documents)))
        uids = {*removed, *(document.uid for document in stale)}
        if uids:
            writer.delete_by_query(_any("uid", uids), searcher=searcher)
        return stale

    def _open(self) -> Any:
        """The index as it stands.

        Another process may commit, and take away the list of segments that was just found: it is looked for again.
        """
        for _ in range(_LOOKS):
            with suppress(FileNotFoundError):
                return index.open_dir(str(self._folder), indexname=_NAME)
        return index.open_dir(str(self._folder), indexname=_NAME)


@contextmanager
def _failing_softly() -> Iterator[None]:
    try:
        yield
    except index.LockError as error:
        raise SearchBusy("another process writes") from error
    except Exception as error:  # A broken index fails with whatever its unpickling stumbles upon.
        raise SearchUnavailable(str(error)) from error


def _read_through(searcher: Any) -> None:
    reader = searcher.reader()
    for _ in reader.all_stored_fields():
        pass
    for field, text in reader.all_terms():
        for _ in reader.postings(field, text).all_ids():
            pass


def _add(writer: Any, document: SearchDocument) -> None:
    found = analysis.analyse(document)
    starts = {word[:end] for word in found.starts for end in range(analysis.MIN_PREFIX, len(word) + 1)}
    writer.add_document(
        uid=[document.uid],
        kind=[document.kind],
        reach=sorted(document.reach),
        title=list(found.title),
        body=list(found.body),
        start=sorted(starts),
        stored=record(document),
    )


def _abandon(writer: Any) -> None:
    try:
        writer.cancel()
    except Exception:  # noqa: S110 - the first failure is the one to report; what matters is the lock
        pass
    finally:
        if writer.writelock.fd is not None:
            writer.writelock.release()


def _indexed(searcher: Any, uids: Iterable[str]) -> dict[str, int]:
    found = ((uid, searcher.document_number(uid=uid)) for uid in uids)
    return {uid: _stored(searcher, number)["revision"] for uid, number in found if number is not None}


def _stored(searcher: Any, number: int) -> dict[str, Any]:
    return dict(searcher.stored_fields(number)["stored"])


def _conditions(question: Question, reach: frozenset[str], kinds: frozenset[str]) -> Any:
    conditions = [_condition(clause) for clause in question.clauses]
    conditions.append(_any("reach", reach))
    if kinds:
        conditions.append(_any("kind", kinds))
    return query.And(conditions)


def _any(field: str, texts: Iterable[str]) -> Any:
    # The maximum, not the sum: a filter then adds the same to every score, however many tokens fit.
    return query.DisjunctionMax([query.Term(field, text) for text in sorted(texts)])


def _condition(clause: Clause) -> Any:
    ways = [
        _neighbours(field, variant, boost)
        for variant in clause.variants
        for field, boost in (("title", _TITLE_BOOST), ("body", 1.0))
    ]
    if clause.prefix:
        ways.append(query.Term("start", clause.prefix))
    return query.Or(ways)


def _neighbours(field: str, variant: tuple[str, ...], boost: float) -> Any:
    # A phrase of one word would read all positions for nothing.
    if len(variant) == 1:
        return query.Term(field, variant[0], boost=boost)
    return query.Phrase(field, list(variant), boost=boost)


def _page(searcher: Any, conditions: Any, limit: int, offset: int) -> tuple[int, list[dict[str, Any]]]:
    found = searcher.search(conditions, limit=None)
    rows = [result.fields()["stored"] for result in found[offset : offset + limit]]
    return len(found), rows
