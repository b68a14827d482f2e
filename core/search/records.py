"""What every engine keeps beside its tokens: the stored form of a document, and which changes are due."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.search.analysis import Question
from core.search.documents import Hit, SearchDocument
from core.search.snippets import snippet

COLUMNS = ("uid", "kind", "title", "body", "language", "endpoint", "url_values", "revision")


def record(document: SearchDocument) -> dict[str, Any]:
    """The stored columns of a document, in the order of COLUMNS."""
    return {
        "uid": document.uid,
        "kind": document.kind,
        "title": _storable(document.title),
        "body": _storable(document.body),
        "language": document.language,
        "endpoint": document.endpoint,
        "url_values": json.dumps(dict(document.values)),
        "revision": document.revision,
    }


def hit(stored: Mapping[str, Any], question: Question) -> Hit:
    """A stored document as an answer to `question`."""
    return Hit(
        uid=stored["uid"],
        kind=stored["kind"],
        title=stored["title"],
        snippet=snippet(stored["title"], stored["body"], stored["language"], question),
        endpoint=stored["endpoint"],
        values=json.loads(stored["url_values"]),
        revision=stored["revision"],
    )


def due(
    documents: Iterable[SearchDocument], removed: Sequence[str], indexed: Mapping[str, int]
) -> list[SearchDocument]:
    """The documents to store: the newest of each uid, unless it is removed or indexed in a newer revision."""
    newest: dict[str, SearchDocument] = {}
    for document in documents:
        held = newest.get(document.uid)
        if held is None or held.revision <= document.revision:
            newest[document.uid] = document
    gone = frozenset(removed)
    return [
        document
        for document in newest.values()
        if document.uid not in gone and indexed.get(document.uid, document.revision) <= document.revision
    ]


def _storable(text: str) -> str:
    # PostgreSQL takes no NUL, and no database takes half of a surrogate pair.
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
