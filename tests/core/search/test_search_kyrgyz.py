import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.search.kyrgyz import stem
from core.search.text import fold


@pytest.mark.parametrize(
    ("base", "forms"),
    [
        ("жумушчу", "жумушчулар жумушчулардын жумушчуга жумушчуну жумушчулары жумушчуларынан"),
        ("келишим", "келишими келишимди келишимдин келишиминде келишимдер"),
        ("паспорт", "паспорту паспортун паспортуңуз паспортубуз паспортту паспорттор паспортко"),
        ("айлык", "айлыгы айлыгым айлыгын айлыгымды айлыкты айлыктан"),
        ("укук", "укугу укугун укуктар укуктарды"),
        ("акы", "акысы акысын акысына акысынан"),
        ("шаар", "шаарда шаарында шаарындагы шаардан шаарлар"),
        ("бала", "балага баланын балдар балдарынын"),
        ("Россия", "Россияда Россиянын Россиядан Россиядагы"),
        ("Кыргызстан", "Кыргызстанда Кыргызстандын Кыргызстанга"),
        ("берүүчү", "берүүчүлөр берүүчүсү берүүчүгө берүүчүлөрдүн"),
        ("көчмөн", "көчмөндөр көчмөндөрдүн көчмөндү"),
        ("мигрант", "мигранттар мигранттардын мигрантка"),
        ("китеп", "китеби китебим китептер китептерибиз"),
    ],
)
def test_forms_of_a_noun_share_its_base(base: str, forms: str) -> None:
    assert {stem(fold(form)) for form in forms.split()} == {stem(fold(base))} == {fold(base)}


@pytest.mark.parametrize(
    "word",
    ["төлөм", "келишим", "доллар", "дептер", "майдан", "базар", "адам", "үчүн", "жана", "киши", "завод"],
)
def test_words_that_only_look_inflected_stay(word: str) -> None:
    assert stem(fold(word)) == fold(word)


@given(st.text(alphabet="абгдежиклмнорстуычшья", min_size=1, max_size=14))
def test_a_stem_is_final_and_never_short(word: str) -> None:
    assert stem(stem(word)) == stem(word)
    assert len(stem(word)) >= min(3, len(word))
