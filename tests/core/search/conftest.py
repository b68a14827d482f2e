"""The three engines under one fixture, and a builder of documents."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

from core.search.documents import SearchDocument
from core.search.engine import LiveEngine
from core.search.factory import open_engine

PUBLIC = frozenset({"public"})


def build(number: int = 1, title: str = "", body: str = "", **other: Any) -> SearchDocument:
    values: dict[str, Any] = {
        "uid": f"monitoring:report:{number}",
        "kind": "report",
        "language": "ru",
        "reach": PUBLIC,
        "endpoint": "monitoring.report",
        "values": {"id": str(number)},
        "revision": 1,
    }
    return SearchDocument(title=title, body=body, **values | other)


@pytest.fixture(scope="session")
def document() -> Callable[..., SearchDocument]:
    return build


@pytest.fixture(params=["whoosh", "fts5", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LiveEngine]:
    url = request.getfixturevalue("postgresql_url") if request.param == "postgresql" else "sqlite://"
    database = create_engine(url)
    engine = open_engine(request.param, tmp_path, database)
    engine.clear()
    yield engine
    engine.close()
    database.dispose()
