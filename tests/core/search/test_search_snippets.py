import re

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from core.search.analysis import ask
from core.search.snippets import LENGTH, snippet


def test_forms_are_marked() -> None:
    assert snippet("", "Нет договора.", "ru", ask("договор")) == "Нет <mark>договора</mark>."


def test_markup_in_the_text_is_escaped() -> None:
    found = snippet("", "<script>alert(1)</script> договор <b>", "ru", ask("договор script"))
    assert "<script" not in found
    assert "&lt;<mark>script</mark>&gt;" in found


def test_the_window_holds_most_found_words() -> None:
    body = "паспорт " + "слово " * 100 + "паспорт забрал работодатель " + "слово " * 100
    found = snippet("", body, "ru", ask("паспорт работодатель"))
    assert found.startswith("…")
    assert found.endswith("…")
    assert "<mark>паспорт</mark> забрал <mark>работодатель</mark>" in found


def test_the_title_stands_in_when_the_body_has_nothing() -> None:
    assert snippet("Трудовой договор", "Иное", "ru", ask("трудовой дого")) == (
        "<mark>Трудовой</mark> <mark>договор</mark>"
    )


def test_without_any_match_the_body_begins() -> None:
    assert snippet("Заголовок", "Тело", "ru", ask("нет")) == "Тело"


def test_a_long_unbroken_text_is_cut() -> None:
    assert len(snippet("", "ю" * 5000, "ru", ask("нет"))) <= LENGTH + 1


words = st.sampled_from(["договор", "<b>", "&", "паспорт", "дома", "\n", "ё", "ожидание" * 8])


@given(st.lists(words, max_size=120), st.sampled_from(["договор", "паспорт дом", '"ё дома"']))
def test_a_snippet_is_a_marked_piece_of_the_text(parts: list[str], query: str) -> None:
    body = " ".join(parts)
    found = snippet("", body, "ru", ask(query))
    plain = re.sub(r"</?mark>", "", found).strip("…")
    assert plain in re.sub(r"\s+", " ", str(escape(body)))
    assert len(plain) <= LENGTH * 5  # "&amp;" is five characters for one
