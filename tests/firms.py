"""Invented names of firms, as many as asked, and how people distort them: the same at each run."""

import random

from plugins.monitoring.register.matching import normalise

FIRST_PARTS = "а ба ве го да жи за ка ле ма на ор па ра са то у фа ха ча ши э юн яр кы ты өр бе до ну"
MIDDLE_PARTS = "ло ра ни ке ту ми са де во ли гу ры ба не сти лю пе дра нто кши жо зи ма ве ка"
LAST_PARTS = "н р л с к та на ра ка ль т м в нск р д ма ля й ст ко"
TRADE_WORDS = """Строй Монтаж Сервис Групп Инвест Торг Трейд Комплект Проект Ремонт Снаб Пром
Холдинг Завод Фабрика Маркет
Клининг Подряд Персонал Кадры Логистик Агро Швея Кафе Транс Ресурс Курулуш Групп Плюс Люкс"""
FIRST, MIDDLE, LAST, TRADES = (each.split() for each in (FIRST_PARTS, MIDDLE_PARTS, LAST_PARTS, TRADE_WORDS))
FORMS = ("ООО", "ОсОО", "ТОО", "ИП", "АО", "ЖЧК", "LLC")
LATIN_LETTERS = "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch ' y ' e yu ya o u n"
LATIN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюяөүң",
        LATIN_LETTERS.split(),
        strict=True,
    )
)
LETTERS = "абвгдежзиклмнопрстуфхцчшыэюя"


def firms(count: int, seed: int) -> list[str]:
    """So many names that stay different when their spelling is folded; common words stay common."""
    chance = random.Random(seed)
    roots = [_root(chance) for _ in range(max(400, count // 12))]
    found: dict[str, str] = {}
    while len(found) < count:
        # Some roots stand in many names, as «Альфа» does.
        words = [roots[int(len(roots) * chance.random() ** 2)] for _ in range(chance.choice((1, 1, 2, 2, 3)))]
        if len(words) < 3 or chance.random() < 0.5:
            words.append(chance.choice(TRADES))
        name = f"{chance.choice(FORMS)} «{' '.join(words)}»"
        found.setdefault(normalise(name), name)
    return list(found.values())


def _root(chance: random.Random) -> str:
    parts = [chance.choice(FIRST), *chance.choices(MIDDLE, k=chance.choice((1, 1, 2)))]
    return "".join((*parts, chance.choice(LAST))).title()


def distorted(name: str, chance: random.Random) -> str:
    """The name as somebody might have heard or typed it: one or two of the usual changes."""
    words = name.partition(" ")[2].strip("«»").split()
    for kind in chance.sample(("typo", "letter", "form", "latin", "order"), chance.choice((1, 1, 2))):
        match kind:
            case "typo":
                place = max(range(len(words)), key=lambda each: len(words[each]) * chance.random())
                words[place] = _mistyped(words[place], chance)
            case "letter":
                words = [each.replace("е", "ё", 1) for each in words]
            case "order":
                chance.shuffle(words)
            case "latin":
                words = ["".join(LATIN.get(letter, letter) for letter in each.casefold()) for each in words]
    return f"{chance.choice((*FORMS, ''))} {' '.join(words)}".strip()


def _mistyped(word: str, chance: random.Random) -> str:
    place = chance.randrange(len(word))
    return chance.choice(
        (
            word[:place] + word[place + 1 :],
            word[:place] + word[place] + word[place:],
            word[:place] + chance.choice(LETTERS) + word[place + 1 :],
            word[: place - 1] + word[place : place + 1] + word[place - 1 : place] + word[place + 1 :]
            if place
            else word[1::-1] + word[2:],
            word[:place] + chance.choice(LETTERS) + word[place:],
        )
    )
