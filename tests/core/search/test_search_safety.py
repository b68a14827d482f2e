"""What no engine may ever do: show the hidden, stumble over a query, or fall with its index."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, text

from core.search import whoosh_engine
from core.search.analysis import Clause, analyse, ask
from core.search.documents import SearchDocument
from core.search.engine import SearchEngine, SearchUnavailable
from core.search.factory import open_engine
from core.search.postgres_engine import PostgresEngine
from core.search.whoosh_engine import WhooshEngine, index

# Whoosh leaves the file open that it could not read.
LEAVES_FILES = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
Build = Callable[..., SearchDocument]
PUBLIC = frozenset({"public"})
SHARED = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

texts = st.lists(st.sampled_from(["договор", "договора", "паспорт", "contract", "өмүр"]), max_size=5)
tokens = st.frozensets(
    st.sampled_from(
        ["public", "monitoring.report.view:country=RU", "m:organisation=1", "a, b c", "person:1"]
    ),
    max_size=3,
)
contents = st.lists(st.tuples(texts, texts, st.sampled_from(["ru", "ky", "en"]), tokens), max_size=8)
queries = st.lists(
    st.sampled_from(["договор", "договору", '"договор паспорт"', '"contract contract"', "пасп", "омур"]),
    min_size=1,
    max_size=3,
)


def holds(clause: Clause, document: SearchDocument) -> bool:
    """What a clause means, said without an index."""
    found = analyse(document)
    runs = [field[place:] for field in (found.title, found.body) for place in range(len(field))]
    together = any(run[: len(variant)] == variant for run in runs for variant in clause.variants)
    return together or bool(clause.prefix and any(word.startswith(clause.prefix) for word in found.starts))


@SHARED
@given(contents=contents, asked=queries, reach=tokens)
def test_exactly_the_visible_matches_are_found_and_counted(
    engine: SearchEngine,
    document: Build,
    contents: list[tuple[list[str], list[str], str, frozenset[str]]],
    asked: list[str],
    reach: frozenset[str],
) -> None:
    documents = [
        document(number, " ".join(title), " ".join(body), language=language, reach=allowed)
        for number, (title, body, language, allowed) in enumerate(contents)
    ]
    engine.clear()
    engine.apply(documents[:5], [])
    engine.apply(documents[5:], [])
    query = " ".join(asked)
    expected = {
        document.uid
        for document in documents
        if document.reach & reach and all(holds(clause, document) for clause in ask(query).clauses)
    }
    results = engine.search(query, reach, limit=3)
    rest = engine.search(query, reach, limit=100, offset=3)
    assert [hit.uid for hit in results.hits + rest.hits] == [
        hit.uid for hit in engine.search(query, reach, limit=100).hits
    ]
    assert {hit.uid for hit in results.hits + rest.hits} == expected
    assert results.total == rest.total == len(expected)


def test_a_token_opens_only_itself(engine: SearchEngine, document: Build) -> None:
    engine.apply([document(1, "дело", reach=frozenset({"person:12"}))], [])
    for token in ("person:1", "person:123", "Person:12", "person", "12", "person:*", "person:12 "):
        assert engine.search("дело", frozenset({token})).total == 0


@pytest.mark.parametrize(
    "query",
    [
        "* OR (",
        '"""',
        '"дело',
        "дело\0",
        "\0",
        "\ud800",
        "дело AND NOT дело OR NEAR(a b)",
        "title:дело reach:secret",
        "дело' OR 1=1 --",
        "a\\",
        "'дело':* & !x <-> |",
        "^дело",
        "д" * 10_000,
        "дело " * 2_000,
        '"' + "дело " * 2_000 + '"',
        "%s %(x)s :kinds {0}",
        "﷽" * 500,
    ],
)
def test_hostile_queries_find_nothing_secret(engine: SearchEngine, document: Build, query: str) -> None:
    engine.apply([document(1, "дело"), document(2, "дело secret", reach=frozenset({"secret"}))], [])
    assert {hit.uid for hit in engine.search(query, PUBLIC).hits} <= {"monitoring:report:1"}


@SHARED
@given(query=st.text(max_size=60))
def test_any_text_is_a_query(engine: SearchEngine, query: str) -> None:
    assert engine.search(query, PUBLIC).total == 0


def test_many_tokens(engine: SearchEngine, document: Build) -> None:
    engine.apply([document(1, "дело", reach=frozenset(f"person:{number}" for number in range(500)))], [])
    assert engine.search("дело", frozenset(f"person:{number}" for number in range(400, 2400))).total == 1
    assert engine.search("дело", frozenset(f"person:{number}" for number in range(500, 2400))).total == 0


def test_readers_go_on_while_one_writes(engine: SearchEngine, document: Build) -> None:
    engine.apply([document(0, "дело")], [])
    done = threading.Event()
    failures: list[Exception] = []

    def read() -> None:
        seen = 0
        while not done.is_set():
            try:
                total = engine.search("дело", PUBLIC).total
                assert total >= seen, "a commit was lost to a reader"
                seen = total
            except Exception as error:
                failures.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    try:
        for number in range(1, 13):
            engine.apply([document(number, "дело")], [])
    finally:
        done.set()
        for reader in readers:
            reader.join()
    assert failures == []
    assert engine.search("дело", PUBLIC).total == 13


def test_two_writers_lose_nothing(engine: SearchEngine, document: Build) -> None:
    def write(first: int) -> None:
        for number in range(first, first + 5):
            engine.apply([document(number, "дело")], [])

    writers = [threading.Thread(target=write, args=(first,)) for first in (0, 5)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(engine.revisions()) == 10


def test_a_list_of_segments_taken_away_before_it_was_read_is_looked_for_again(
    document: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = WhooshEngine(tmp_path), WhooshEngine(tmp_path)
    one.clear()
    newest = index.TOC._latest_generation

    def overtaken(storage: Any, name: str) -> int:
        found: int = newest(storage, name)
        monkeypatch.undo()
        other.apply([document(1, "дело")], [])
        return found

    monkeypatch.setattr(index.TOC, "_latest_generation", overtaken)
    one.apply([document(2, "дело")], [])
    assert len(one.revisions()) == 2
    one.close()
    other.close()


def damage(engine: SearchEngine, folder: Path, how: str) -> None:
    """Spoil the storage as a crash or a careless hand would."""
    if isinstance(engine, PostgresEngine):
        with engine._engine.begin() as connection:
            connection.execute(text("DROP TABLE search_document CASCADE"))
        return
    for file in [file for file in folder.rglob("*") if file.is_file()]:
        file.unlink() if how == "missing" else file.write_bytes(b"\x80garbage" * 3)


@LEAVES_FILES
@pytest.mark.parametrize("how", ["missing", "garbage"])
def test_a_broken_index_says_so_and_is_made_anew(
    engine: SearchEngine, document: Build, tmp_path: Path, how: str
) -> None:
    engine.apply([document(1, "дело")], [])
    engine.close()
    damage(engine, tmp_path, how)
    with pytest.raises(SearchUnavailable):
        engine.search("дело", PUBLIC)
    with pytest.raises(SearchUnavailable):
        engine.revisions()
    with pytest.raises(SearchUnavailable):
        engine.apply([document(1, "дело")], [])
    engine.clear()
    engine.apply([document(2, "дело")], [])
    assert [hit.uid for hit in engine.search("дело", PUBLIC).hits] == ["monitoring:report:2"]


@LEAVES_FILES
@pytest.mark.parametrize("pattern", ["*.toc", "*.seg"])
def test_whoosh_survives_the_loss_of_any_file(document: Build, tmp_path: Path, pattern: str) -> None:
    engine = WhooshEngine(tmp_path)
    engine.clear()
    engine.apply([document(number, "дело") for number in range(5)], [])
    engine.close()
    for file in tmp_path.glob(pattern):
        file.write_bytes(file.read_bytes()[:20])
    reopened = WhooshEngine(tmp_path)
    with pytest.raises(SearchUnavailable):
        reopened.search("дело", PUBLIC)
    reopened.clear()
    reopened.apply([document(9, "дело")], [])
    assert reopened.search("дело", PUBLIC).total == 1
    reopened.close()


def test_whoosh_gives_its_lock_back_after_a_failed_commit(
    document: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = WhooshEngine(tmp_path)
    engine.clear()
    engine.apply([document(1, "дело")], [])

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(index.TOC, "write", full)
        # Holding the error keeps the writer alive: its lock must not wait for the garbage collector.
        with pytest.raises(SearchUnavailable) as held:
            engine.apply([document(2, "дело")], [])
    monkeypatch.setattr(whoosh_engine, "LOCK_SECONDS", 0)
    assert "No space" in str(held.value)
    assert engine.search("дело", PUBLIC).total == 1
    engine.apply([document(2, "дело")], [])
    assert engine.search("дело", PUBLIC).total == 2
    engine.close()


def test_what_one_process_writes_another_sees(engine: SearchEngine, document: Build, tmp_path: Path) -> None:
    database = create_engine(_url(engine))
    other = open_engine(engine.name, tmp_path, database)
    assert other.search("дело", PUBLIC).total == 0
    engine.apply([document(1, "дело")], [])
    assert other.search("дело", PUBLIC).total == 1
    engine.clear()
    assert other.search("дело", PUBLIC).total == 0
    other.close()
    database.dispose()


@LEAVES_FILES
def test_an_index_made_anew_is_seen_by_another_process(
    engine: SearchEngine, document: Build, tmp_path: Path
) -> None:
    database = create_engine(_url(engine))
    other = open_engine(engine.name, tmp_path, database)
    engine.apply([document(1, "дело")], [])
    assert other.search("дело", PUBLIC).total == 1
    damage(engine, tmp_path, "garbage")
    engine.clear()
    for number in range(2):  # As many commits as before: nothing but the number tells them apart.
        engine.apply([document(number, "дело")], [])
    assert other.search("дело", PUBLIC).total == 2
    other.close()
    database.dispose()


def _url(engine: SearchEngine) -> str:
    if not isinstance(engine, PostgresEngine):
        return "sqlite://"
    database: Engine = engine._engine
    return database.url.render_as_string(hide_password=False)


def test_an_unknown_engine_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="solr"):
        open_engine("solr", tmp_path, create_engine("sqlite://"))
    with pytest.raises(ValueError, match="postgresql"):
        open_engine("postgresql", tmp_path, create_engine("sqlite://"))
