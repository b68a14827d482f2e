"""Names of employers: spellings fold to one, distorted names are found again, different firms stay apart."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.monitoring.register.matching import CUT_OFF, candidates, likeness, normalise

LATIN = dict(
    zip(
        "абвгдежзийклмнопрстуфхцчшщъыьэюяөүң",
        "a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh shch - y - e yu ya o u n".replace(
            "-", "\0"
        ).split(" "),
        strict=True,
    )
)
ROOT_WORDS = """
    Север Восток Альфа Омега Урал Сибирь Байкал Алатоо Манас Достук Береке Ынтымак Чүй Көл Өрүк Азия Заря
    Победа Звезда Гранит Кирпич Агро Швея Клининг Уют Гарант Премиум Золотой Центральный Щит Цемент Яшма
"""
TAIL_WORDS = """
    Строй Монтаж Сервис Групп Инвест Торг Трейд Комплект Проект Ремонт Снаб Пром Холдинг Комбинат Завод
    Фабрика Маркет Девелопмент Инжиниринг Подряд Персонал Кадры Аутсорсинг
"""
ROOTS, TAILS = ROOT_WORDS.split(), TAIL_WORDS.split()


@pytest.mark.parametrize(
    "spellings",
    [
        (
            "ООО «Альфа-Строй»",
            "альфа строй, ООО",
            "OOO Alfa-Stroy",
            "ALFA STROI LLC",
            "Общество с ограниченной ответственностью «Альфа Строй»",
        ),
        ("ОсОО «Көл Жылдызы»", "ЖЧК Кол Жылдызы", "Kol Jyldyzy Ltd.", "О.с.О.О. Көл Жылдызы"),
        ("АО «Ёлка»", "ао елка", "Закрытое акционерное общество Елка"),
        ("ИП Хасанов", "IP Khasanov", "индивидуальный предприниматель ХАСАНОВ"),
        ("ТОО «Шаңырақ»", "ЖШС Шанырак", "Shanyrak LLP"),
        ("O'Dan's", "ODans", "О’Данс"),
    ],
)
def test_spellings_of_one_name_fold_together(spellings: tuple[str, ...]) -> None:
    assert len({normalise(spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize(("name", "folded"), [("", ""), (" — ", ""), ("ООО", "o"), ("ООО «ИП»", "ip o")])
def test_names_without_a_telling_word(name: str, folded: str) -> None:
    assert normalise(name) == folded


@given(st.text(max_size=60))
def test_folding_is_plain_latin_words_in_order_and_folding_again_finds_itself(name: str) -> None:
    folded = normalise(name)
    assert folded.split() == sorted(folded.split())
    assert not folded or candidates(name, [(1, folded)])[0].score == 100


@given(st.lists(st.sampled_from(ROOTS), min_size=1, max_size=4), st.randoms())
def test_word_order_and_case_do_not_matter(words: list[str], chance: random.Random) -> None:
    shuffled = chance.sample(words, len(words))
    assert normalise(" ".join(words)) == normalise(" ".join(shuffled).upper())


def test_the_best_comes_first_and_unlike_names_are_left_out() -> None:
    registry = [
        (number, normalise(name)) for number, name in enumerate(["Альфа Строй", "Альфа Сервис", "Ромашка"])
    ]
    found = candidates("ООО Alfa Stroi", registry)
    assert found[0].id == 0
    assert found[0].score == 100
    assert 2 not in {candidate.id for candidate in found}
    assert all(candidate.score >= CUT_OFF for candidate in found)
    assert candidates("ООО Alfa Stroi", registry, limit=1) == found[:1]
    assert candidates("", registry) == candidates("Альфа", []) == []


@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_is_even_handed_and_bounded(one: str, other: str) -> None:
    first, second = normalise(one), normalise(other)
    assert likeness(first, second) == likeness(second, first)
    assert 0 <= likeness(first, second) <= 100.001


def distort(name: str, chance: random.Random) -> str:
    kind = chance.choice(["typo", "latin", "order", "both", "form"])
    place = chance.randrange(len(name) - 1)
    if kind in {"typo", "both"}:
        name = chance.choice([name[:place] + name[place + 1 :], name[:place] + name[place] + name[place:]])
    if kind in {"latin", "both"}:
        name = "".join(LATIN.get(letter, letter).strip("\0") for letter in name.casefold())
    if kind == "order":
        name = " ".join(chance.sample(name.split(), len(name.split())))
    return f"{chance.choice(['ООО', 'ОсОО', 'ТОО', 'ИП', 'LLC'])} {name}"


def test_distorted_names_are_found_again() -> None:
    chance = random.Random(20261123)
    names = sorted({" ".join([*chance.sample(ROOTS, 2), chance.choice(TAILS)]) for _ in range(3000)})
    registry = [(name, normalise(name)) for name in names]
    asked = chance.sample(names, 150)
    hits = sum(name in {found.id for found in candidates(distort(name, chance), registry)} for name in asked)
    assert hits >= 147  # 98 % among the first five
