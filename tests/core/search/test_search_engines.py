"""One suite for the three engines: what they find, and what they keep."""

from collections.abc import Callable

import pytest

from core.search.documents import Results, SearchDocument
from core.search.engine import SearchEngine

Build = Callable[..., SearchDocument]
PUBLIC = frozenset({"public"})


def found(engine: SearchEngine, query: str, reach: frozenset[str] = PUBLIC) -> list[str]:
    results = engine.search(query, reach, limit=100)
    assert results.total == len(results.hits)
    return [hit.uid.rpartition(":")[2] for hit in results.hits]


@pytest.mark.parametrize(
    ("language", "text", "query"),
    [
        ("ru", "Работодатель не подписал трудовые договоры", "договор"),
        ("ru", "Паспорт забрали", "ПАСПОРТА"),
        ("ru", "Ёлка в общежитии", "елка"),
        ("ru", "Елка в общежитии", "ёлки"),
        ("ru", "Получен contract из GreenStaff", "contracts greenstaff"),
        ("ky", "Өмүр, үй жана жаңы иш", "омур уй жаны"),
        ("ky", "Омур, уй жана жаны иш", "өмүр үй жаңы"),
        ("ky", "Жумушчулардын укугу", "жумушчу укук"),
        ("ky", "Бул жумушчу", "жумушчулардын"),
        ("ky", "Россияда патент алуу", "россия"),
        ("ru", "Нужен патент", "патентти"),
        ("en", "Unpaid wages", "wage"),
        ("tg", "Шартномаи меҳнатӣ", "меҳнати"),
        ("ru", "Дело № 17 от 2025 года", "17 2025"),
    ],
)
def test_words_are_found_in_their_forms(
    engine: SearchEngine, document: Build, language: str, text: str, query: str
) -> None:
    engine.apply([document(1, body=text, language=language), document(2, body="иное", language=language)], [])
    assert found(engine, query) == ["1"]


def test_all_words_must_be_there(engine: SearchEngine, document: Build) -> None:
    engine.apply([document(1, "паспорт", "договор"), document(2, "паспорт"), document(3, body="договор")], [])
    assert found(engine, "договор паспорт") == ["1"]


def test_a_phrase_keeps_its_order(engine: SearchEngine, document: Build) -> None:
    engine.apply(
        [
            document(1, body="Нет трудового договора нигде"),
            document(2, body="Договор трудовой"),
            document(3, body="трудовой и договор"),
            document(4, "трудовой", "договор"),
        ],
        [],
    )
    assert found(engine, '"трудовой договор"') == ["1"]
    assert found(engine, "«трудовой договор» нигде") == ["1"]
    assert sorted(found(engine, "трудовой договор")) == ["1", "2", "3", "4"]


def test_the_title_weighs_more(engine: SearchEngine, document: Build) -> None:
    filler = "разные другие слова про жизнь"
    engine.apply(
        [document(1, filler, "паспорт"), document(2, "паспорт", filler), document(3, filler, filler)], []
    )
    assert found(engine, "паспорт") == ["2", "1"]


def test_the_last_word_may_begin_a_title_word(engine: SearchEngine, document: Build) -> None:
    engine.apply([document(1, "Строительная фирма «Ромашка»"), document(2, "Ферма")], [])
    assert found(engine, "рома") == ["1"]
    assert found(engine, "фирма стро") == ["1"]
    assert found(engine, "стро фирма") == []
    assert found(engine, "ро") == []
    assert found(engine, '"рома"') == []


def test_the_body_is_never_matched_by_beginnings(engine: SearchEngine, document: Build) -> None:
    engine.apply([document(1, "Иное", "Ромашка и строительство")], [])
    assert found(engine, "рома") == []
    assert found(engine, "ромашк*") == found(engine, "ромашк")


def test_kinds(engine: SearchEngine, document: Build) -> None:
    engine.apply(
        [document(1, "дело"), document(2, "дело", kind="employer"), document(3, "дело", kind="x")], []
    )
    results = engine.search("дело", PUBLIC, kinds=frozenset({"employer", "x"}))
    assert {hit.kind for hit in results.hits} == {"employer", "x"}
    assert results.total == 2


def test_a_hit_carries_its_link(engine: SearchEngine, document: Build) -> None:
    engine.apply([document(7, "Дело <b>", "О паспорте", values={"id": "7", "tab": "ё"}, revision=3)], [])
    (hit,) = engine.search("паспорт", PUBLIC).hits
    assert (hit.uid, hit.kind, hit.title) == ("monitoring:report:7", "report", "Дело <b>")
    assert (hit.endpoint, hit.values, hit.revision) == ("monitoring.report", {"id": "7", "tab": "ё"}, 3)
    assert hit.snippet == "О <mark>паспорте</mark>"


def test_nothing_asked_or_allowed_is_nothing_found(engine: SearchEngine, document: Build) -> None:
    engine.apply([document(1, "дело")], [])
    assert engine.search("", PUBLIC) == Results(0, ())
    assert engine.search(" *?:() ", PUBLIC) == Results(0, ())
    assert engine.search("дело", frozenset()) == Results(0, ())


def test_pages_are_stable_and_complete(engine: SearchEngine, document: Build) -> None:
    engine.apply([document(number, "дело", "слово " * (number % 5)) for number in range(25)], [])
    whole = engine.search("дело", PUBLIC, limit=100)
    pages = [engine.search("дело", PUBLIC, limit=7, offset=offset) for offset in range(0, 28, 7)]
    assert {page.total for page in pages} == {25}
    assert [hit for page in pages for hit in page.hits] == list(whole.hits)
    assert len({hit.uid for hit in whole.hits}) == 25


@pytest.mark.parametrize(("limit", "offset"), [(0, 0), (-5, -5), (10, 10**30), (5, 1)])
def test_odd_pages_are_empty_but_counted(
    engine: SearchEngine, document: Build, limit: int, offset: int
) -> None:
    engine.apply([document(1, "дело")], [])
    assert engine.search("дело", PUBLIC, limit=limit, offset=offset) == Results(1, ())


def test_a_change_replaces_words_and_reach(engine: SearchEngine, document: Build) -> None:
    engine.apply([document(1, "старое")], [])
    engine.apply([document(1, "новое", revision=2, reach=frozenset({"person:a"}))], [])
    assert found(engine, "старое", frozenset({"public", "person:a"})) == []
    assert found(engine, "новое") == []
    assert found(engine, "новое", frozenset({"person:a"})) == ["1"]


def test_the_same_batch_twice_changes_nothing(engine: SearchEngine, document: Build) -> None:
    batch = [document(1, "дело"), document(2, "дело")], ["monitoring:report:3"]
    engine.apply(*batch)
    engine.apply(*batch)
    assert sorted(found(engine, "дело")) == ["1", "2"]
    assert engine.revisions() == {"monitoring:report:1": 1, "monitoring:report:2": 1}


def test_an_older_revision_is_ignored(engine: SearchEngine, document: Build) -> None:
    engine.apply([document(1, "новое", revision=5)], [])
    engine.apply([document(1, "старое", revision=4)], [])
    engine.apply([document(2, "второе", revision=2), document(2, "первое", revision=1)], [])
    assert found(engine, "старое") == []
    assert found(engine, "новое") == ["1"]
    assert found(engine, "второе") == ["2"]
    assert engine.revisions() == {"monitoring:report:1": 5, "monitoring:report:2": 2}


def test_removal(engine: SearchEngine, document: Build) -> None:
    engine.apply([document(1, "дело"), document(2, "дело"), document(3, "дело")], [])
    engine.apply([document(2, "дело", revision=9)], ["monitoring:report:1", "monitoring:report:2", "none"])
    assert found(engine, "дело") == ["3"]
    assert engine.revisions() == {"monitoring:report:3": 1}


def test_clear(engine: SearchEngine, document: Build) -> None:
    engine.apply([document(1, "дело")], [])
    engine.clear()
    assert engine.revisions() == {}
    assert found(engine, "дело") == []
    engine.apply([document(2, "дело")], [])
    assert found(engine, "дело") == ["2"]


def test_an_empty_batch_and_an_empty_document(engine: SearchEngine, document: Build) -> None:
    engine.apply([], [])
    engine.apply([document(1), document(2, "дело", reach=frozenset())], [])
    assert engine.revisions() == {"monitoring:report:1": 1, "monitoring:report:2": 1}
    assert found(engine, "дело") == []


def test_text_that_databases_dislike_is_kept_findable(engine: SearchEngine, document: Build) -> None:
    engine.apply([document(1, "дело\0о \ud800паспорте", "'\\ \" \0 договор'':1A")], [])
    assert found(engine, "паспорт договор") == ["1"]


def test_a_very_long_document(engine: SearchEngine, document: Build) -> None:
    body = (
        "паспорт " * 6000
        + " ".join(f"слово{number}" for number in range(3000))
        + " конец дела "
        + "ю" * 100_000
    )
    engine.apply([document(1, "дело", body)], [])
    assert found(engine, '"слово2999 конец" паспорт') == ["1"]
    assert found(engine, "ю" * 100_000) == ["1"]
