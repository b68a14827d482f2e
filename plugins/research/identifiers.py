"""Columns that name a person by themselves: found by their values, and by what they are called.

Found are phone numbers, e-mail addresses, passport and tax numbers, coordinates, full birth dates, bank cards, names.
A hit blocks publication until the column is dropped or coarsened, or a person says why it is none. Patterns over a
sample cannot find everything: a name in a sentence, a nickname, a unique job. The page says so. Nothing here does I/O.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from plugins.research.dictionary import Column

PHONE = re.compile(r"(?:\+|00)?\(?\d[\d\s().-]{7,17}\d")
EMAIL = re.compile(r"[^@\s]{1,64}@[\w-]+(?:\.[\w-]+)+")
COORDINATES = re.compile(r"-?\d{1,3}[.,]\d{4,}[\s,;]+-?\d{1,3}[.,]\d{4,}.*")
DECIMAL_DEGREES = re.compile(r"-?\d{1,3}\.\d{5,}")
BIRTH = re.compile(r"(?:19|20)\d{2}-[01]\d-[0-3]\d.*|[0-3]?\d[./][01]?\d[./](?:19|20)\d{2}")
PASSPORT = re.compile(r"(?:AN|ID|AC|ПЭ)\s?\d{7}|\d{2}\s?\d{2}\s\d{6}|[A-ZА-Я]{1,2}\s?\d{7}")
HANDLE = re.compile(
    r"@[A-Za-z]\w{4,31}|(?:https?://)?(?:t\.me|vk\.com|wa\.me|instagram\.com|facebook\.com)/\S+"
)
PATRONYMIC = re.compile(r"(?:ович|евич|овна|евна|ична|уулу|кызы|оглы|угли|қизи|зода)\b", re.IGNORECASE)
TITLE_WORDS = re.compile(r"[А-ЯЁӨҮҢA-Z][а-яёөүңa-z]+(?:\s[А-ЯЁӨҮҢA-Z][а-яёөүңa-z]+){1,3}")

NAMES = {
    "phone": (
        "phone",
        "tel",
        "telefon",
        "mobile",
        "whatsapp",
        "телефон",
        "тел",
        "мобильный",
        "номер телефона",
    ),
    "email": ("email", "e-mail", "mail", "почта", "электронная почта"),
    "name": (
        "name",
        "fio",
        "surname",
        "lastname",
        "firstname",
        "фио",
        "имя",
        "фамилия",
        "отчество",
        "аты",
        "жөнү",
    ),
    "document": (
        "passport",
        "паспорт",
        "инн",
        "inn",
        "снилс",
        "snils",
        "пин",
        "pin",
        "iin",
        "иин",
        "номер карты",
    ),
    "place": (
        "gps",
        "latitude",
        "longitude",
        "lat",
        "lon",
        "address",
        "адрес",
        "дареги",
        "широта",
        "долгота",
    ),
    "birth": ("dob", "birthdate", "date of birth", "birthday", "дата рождения", "туулган күнү"),
    "account": ("account", "iban", "card", "счет", "счёт", "telegram", "telegram id", "instagram", "vk"),
}
LEAST_SHARE = 0.02
"""The share of filled cells that must look like an identifier; a single phone in a remark is enough for free text."""

LEAST_FOUND = 1


def inn_sound(digits: str) -> bool:
    """Whether the digits are a Russian personal tax number: twelve, with two sound check digits (FTS order, 2012)."""
    if len(digits) != 12 or not digits.isdigit():
        return False
    weights = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
    numbers = [int(each) for each in digits]
    first = sum(w * n for w, n in zip(weights[1:], numbers, strict=False)) % 11 % 10
    second = sum(w * n for w, n in zip(weights, numbers, strict=False)) % 11 % 10
    return numbers[10:] == [first, second]


def luhn_sound(digits: str) -> bool:
    """Whether the digits pass the check of bank cards (ISO/IEC 7812-1)."""
    if not 16 <= len(digits) <= 19 or not digits.isdigit():
        return False
    doubled = [int(each) * (1 if n % 2 else 2) for n, each in enumerate(reversed(digits), start=1)]
    return sum(each - 9 if each > 9 else each for each in doubled) % 10 == 0


def _is_phone(value: str) -> bool:
    digits = re.sub(r"\D", "", value)
    if not PHONE.fullmatch(value) or not 9 <= len(digits) <= 15:
        return False
    marked = value.startswith(("+", "00", "("))
    known = digits.startswith(("7", "8", "996", "992", "998", "0")) and len(digits) in (10, 11, 12)
    return marked or known


def _is_document(value: str) -> bool:
    digits = re.sub(r"[\s-]", "", value)
    pin = len(digits) == 14 and digits.isdigit() and digits[0] in "12" and _day(digits[1:5])
    snils = re.fullmatch(r"\d{3}-\d{3}-\d{3}[ -]\d{2}", value) is not None
    return pin or snils or inn_sound(digits) or PASSPORT.fullmatch(value.strip().upper()) is not None


def _day(digits: str) -> bool:
    return 1 <= int(digits[:2]) <= 31 and 1 <= int(digits[2:]) <= 12


TESTS: Mapping[str, Callable[[str], bool]] = {
    "email": lambda value: EMAIL.fullmatch(value) is not None,
    "document": _is_document,
    "account": lambda value: luhn_sound(re.sub(r"[\s-]", "", value)) or HANDLE.fullmatch(value) is not None,
    "place": lambda value: bool(COORDINATES.fullmatch(value) or DECIMAL_DEGREES.fullmatch(value)),
    "phone": _is_phone,
    "name": lambda value: bool(PATRONYMIC.search(value) and TITLE_WORDS.search(value)),
}
"""By the first that holds, in this order: what has a check digit before what has only a shape."""


def kind_of(value: str) -> str:
    """What kind of identifier a whole cell is; empty for none."""
    return next((kind for kind, test in TESTS.items() if test(value)), "")


INSIDE = (
    (EMAIL, "email"),
    (HANDLE, "account"),
    (re.compile(r"(?<!\d)\+?\d[\d\s()-]{8,16}\d(?!\d)"), "phone"),
)


def inside(text: str) -> str:
    """What kind of identifier stands somewhere in a sentence; empty for none that is found."""
    for pattern, kind in INSIDE:
        if (found := pattern.search(text)) and (kind != "phone" or _is_phone(found.group().strip())):
            return kind
    return ""


def by_name(column: Column) -> str:
    """What the name or a label of a column says that it is; empty for nothing."""
    words = [column.name, *column.label.values()]
    for kind, names in NAMES.items():
        if any(_says(each, names) for each in words):
            return kind
    return ""


def _says(words: str, names: Sequence[str]) -> bool:
    text = re.sub(r"[\W_]+", " ", words.casefold()).strip()
    return any(text == name or f" {name} " in f" {text} " for name in names if len(name) > 3 or text == name)


def found(column: Column, values: Iterable[tuple[str, int]]) -> str:
    """What kind of direct identifier a column holds, from its values with their counts; empty for none.

    A full date is an identifier only where the column is called a birth date: others are days of interviews.
    """
    hits: dict[str, int] = {}
    filled = born = 0
    for value, count in values:
        text = value.strip()
        if not text or value in column.missing_codes:
            continue
        filled, born = filled + count, born + bool(BIRTH.fullmatch(text))
        if kind := kind_of(text) or (inside(text) if len(text) > 12 else ""):
            hits[kind] = hits.get(kind, 0) + count
    return _verdict(by_name(column), hits, filled, column, born)


def _verdict(named: str, hits: Mapping[str, int], filled: int, column: Column, born: int) -> str:
    likeliest = max(hits, key=lambda kind: hits[kind], default="")
    if likeliest and hits[likeliest] >= max(LEAST_FOUND, LEAST_SHARE * filled):
        return likeliest
    if named == "birth":
        return "birth" if born else ""
    coded = bool(column.categories) and len(column.categories) > 1
    return named if named and filled and not coded else ""
