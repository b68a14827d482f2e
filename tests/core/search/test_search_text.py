import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.search.text import MAX_TERMS, MAX_WORD, Term, fold, query_terms, sort_key, spans, stem, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Ёлка", "елка"),
        ("е\u0308лка", "елка"),
        ("ӨҮҢ", "оун"),
        ("Йод и\u0306од", "йод йод"),
        ("догово\u0301р", "договор"),
        ("Café", "cafe"),
        ("Straße", "strasse"),
        ("Ｂ２", "b2"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_words_are_bounded_and_free_of_signs(text: str) -> None:
    assert all(0 < len(word) <= MAX_WORD and word.isalnum() for word in words(text))


@given(st.text())
def test_spans_lie_in_the_text_in_order(text: str) -> None:
    places = [(start, end) for start, end, _ in spans(text)]
    assert places == sorted(places)
    assert all(0 <= start < end <= len(text) for start, end in places)


def test_words_pass_over_joints_and_stress_marks() -> None:
    assert words("Дого\u00adво\u0301р № 5: г-н «Ромашка»") == ["договор", "5", "г", "н", "ромашка"]


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("ru", ["договор", "договора", "договору", "договоры", "договорами"]),
        ("ru", ["зарплата", "зарплату", "зарплаты", "зарплат"]),
        ("en", ["contract", "contracts", "contracted"]),
        ("ky", ["жумушчу", "жумушчулардын"]),
    ],
)
def test_forms_share_a_stem(language: str, forms: list[str]) -> None:
    assert len({stem(form, language) for form in forms}) == 1


def test_a_word_in_another_language_stays_whole() -> None:
    assert stem("шартнома", "tg") == "шартнома"


def test_query_terms() -> None:
    assert query_terms('Ёлка "трудовой Договор" нет* «ООО Ромашка» OR (') == (
        Term(("елка",), quoted=False),
        Term(("трудовой", "договор"), quoted=True),
        Term(("нет",), quoted=False),
        Term(("ооо", "ромашка"), quoted=True),
        Term(("or",), quoted=False),
    )


def test_an_open_quote_is_no_phrase() -> None:
    assert query_terms('"один два') == (Term(("один",), quoted=False), Term(("два",), quoted=False))


@given(st.text(alphabet='аб"« *?:()\0', max_size=300))
def test_queries_are_bounded(query: str) -> None:
    assert sum(len(term.words) for term in query_terms(query)) <= MAX_TERMS


def test_kyrgyz_order() -> None:
    alphabet = "абвгдеёжзийклмнңоөпрстуүфхцчшщъыьэюя"
    assert sorted(set(alphabet), key=sort_key) == list(alphabet)


def test_names_sort_without_regard_to_case() -> None:
    names = ["өмүр", "Ош", "Ёлкин", "Жуков", "Елкин", "Ңан", "нан", "Ivanov", "Қодиров", "Ким"]
    assert sorted(names, key=sort_key) == [
        "Ivanov", "Елкин", "Ёлкин", "Жуков", "Ким", "Қодиров", "нан", "Ңан", "Ош", "өмүр"
    ]  # fmt: skip
