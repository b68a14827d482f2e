"""Whoosh beside SQLite FTS5 on the same 2,000 documents: filling the index, and one page of hits."""

import random
import tempfile
import time
from pathlib import Path

from measuring import milliseconds, row
from sqlalchemy import create_engine

from core.search.documents import SearchDocument
from core.search.engine import SearchEngine
from core.search.factory import open_engine

DOCUMENTS, BATCH = 2_000, 100
REACH = frozenset({"public"})
TEXT = """стройка зарплата паспорт работодатель бригада объект договор задержка инспекция общежитие смена штраф
мигрант жалоба прораб кафе склад швейный цех уборка айлык акы паспорту жумуш берүүчү курулуш келишим"""
WORDS = TEXT.split()
QUERIES = ("зарплата", "паспорт работодатель", "курулуш айлык", "задержка штраф общежитие")


def documents() -> list[SearchDocument]:
    """The same documents at each run."""
    chance = random.Random(7)
    return [
        SearchDocument(
            uid=f"bench:text:{number}",
            kind="bench.text",
            title=" ".join(chance.choices(WORDS, k=4)),
            body=" ".join(chance.choices(WORDS, k=120)),
            language=chance.choice(("ru", "ky")),
            reach=REACH,
            endpoint="pages.home",
            values={},
            revision=1,
        )
        for number in range(DOCUMENTS)
    ]


def fill(engine: SearchEngine, found: list[SearchDocument]) -> float:
    """Milliseconds to index them all, in batches as the worker does."""
    start = time.perf_counter()
    for first in range(0, len(found), BATCH):
        engine.apply(found[first : first + BATCH], ())
    return (time.perf_counter() - start) * 1000


def ask(engine: SearchEngine) -> None:
    """One page of hits for each query; every one must find something."""
    for query in QUERIES:
        assert engine.search(query, REACH).total, query


def main() -> None:
    """Print the table; the ratios are against FTS5."""
    found = documents()
    times = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in ("fts5", "whoosh"):
            engine = open_engine(name, Path(folder) / name, create_engine("sqlite://"))
            times[name] = fill(engine, found), milliseconds(lambda: ask(engine), 10) / len(QUERIES)  # noqa: B023
            engine.close()
    for name, (filled, asked) in times.items():
        print(row(f"{name}: index {DOCUMENTS:,} documents", filled, times["fts5"][0]))
        print(row(f"{name}: one page of hits", asked, times["fts5"][1]))


if __name__ == "__main__":
    main()
