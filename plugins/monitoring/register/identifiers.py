"""Company numbers of Russia, Kazakhstan and Kyrgyzstan: tidied, and checked as far as the rules go.

A problem never refuses a report (a worker may hold a bad photo of a stamp); it blocks verification.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from stdnum.exceptions import ValidationError
from stdnum.ru import inn, ogrn

LONGEST_OTHER = 64
LABEL = re.compile(
    r"^(инн|огрнип|огрн|бин|иин|пин|бсн|жсн|стн|inn|ogrnip|ogrn|bin|iin|pin|tin|№|no|n)?[\s.:№#-]*",
    re.IGNORECASE,
)
SEPARATORS = re.compile(r"[\s.‐‑‒–—-]+")
KZ_FIRST_WEIGHTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
KZ_SECOND_WEIGHTS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)


@dataclass(frozen=True)
class Identifier:
    """A number as kept: digits only where the scheme has digits; `problem` is "" when all checks pass."""

    scheme: str
    value: str
    problem: str = ""

    @property
    def sound(self) -> bool:
        """Whether the number may support verification."""
        return not self.problem


def check(scheme: str, value: str) -> Identifier:
    """Tidy `value` and test it by the rules of `scheme`; an unknown scheme raises ValueError.

    The problem is "length", "structure" (no such number can exist) or "checksum" (probably a typing mistake).
    """
    if scheme == "other":
        return _check_other(value)
    if scheme not in RULES:
        raise ValueError(f"unknown identifier scheme: {scheme!r}")
    lengths, structure, checksum = RULES[scheme]
    number = compact(value)
    return Identifier(scheme, number, _problem(number, lengths, structure, checksum))


def of_person(scheme: str, value: str) -> bool:
    """Whether the number is that of a natural person or sole trader, whatever the name beside it says."""
    kinds: dict[str, Callable[[str], bool]] = {
        "ru-ogrnip": bool,
        "ru-inn": lambda number: len(number) == 12,
        "kz-bin": lambda number: number[4:5] in tuple("0123"),
        "kg-inn": lambda number: number[:1] in tuple("12"),
    }
    return scheme in kinds and kinds[scheme](value)


def tells_birth(scheme: str, value: str) -> bool:
    """Whether the number tells a person's sex and day of birth, as the Kyrgyz PIN does."""
    return scheme == "kg-inn" and of_person(scheme, value)


def compact(value: str) -> str:
    """Drop a leading label such as "ИНН", spaces, dots and hyphens; letters inside stay visible."""
    return SEPARATORS.sub("", LABEL.sub("", unicodedata.normalize("NFKC", value).strip(), count=1))


Rule = Callable[[str], bool]


def _problem(number: str, lengths: tuple[int, ...], structure: Rule, checksum: Rule) -> str:
    if number and not (number.isascii() and number.isdigit()):
        return "structure"
    if len(number) not in lengths:
        return "length"
    if not structure(number):
        return "structure"
    return "" if checksum(number) else "checksum"


def _check_other(value: str) -> Identifier:
    text = " ".join(value.split())
    return Identifier("other", text, "" if 1 <= len(text) <= LONGEST_OTHER else "length")


def _inn_region_exists(number: str) -> bool:
    """The first two digits are the tax region; 00 is none."""
    return not number.startswith("00")


def _inn_adds_up(number: str) -> bool:
    return _passes(inn.validate, number)


def _ogrn_adds_up(number: str) -> bool:
    return _passes(ogrn.validate, number)


def _passes(validate: Callable[[str], object], number: str) -> bool:
    try:
        validate(number)
    except ValidationError:
        return False
    return True


def _ogrnip_adds_up(number: str) -> bool:
    """Last digit of the remainder by 13. python-stdnum refuses 3 good ones in 13."""
    return int(number[:-1]) % 13 % 10 == int(number[-1])


def _kz_structure(number: str) -> bool:
    """Fifth digit 4-6: a firm (YYMM, kind 0-3). 0-3: a person's IIN, whose date need not hold."""
    if number[4] in "456":
        return 1 <= int(number[2:4]) <= 12 and number[5] in "0123"
    return number[4] in "0123"


def _kz_adds_up(number: str) -> bool:
    digits = [int(digit) for digit in number]
    for weights in (KZ_FIRST_WEIGHTS, KZ_SECOND_WEIGHTS):
        remainder = sum(weight * digit for weight, digit in zip(weights, digits, strict=False)) % 11
        if remainder < 10:
            return remainder == digits[-1]
    return False


def _kg_structure(number: str) -> bool:
    """First digit 0-2; after 1 or 2 (a person) comes a date DDMMYYYY. No check digit rule is published."""
    if number[0] == "0":
        return True
    return number[0] in "12" and _is_date(int(number[5:9]), int(number[3:5]), int(number[1:3]))


def _no_check_digit(_number: str) -> bool:
    return True


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


RULES: dict[str, tuple[tuple[int, ...], Rule, Rule]] = {
    "ru-inn": ((10, 12), _inn_region_exists, _inn_adds_up),
    "ru-ogrn": ((13,), lambda number: number[0] in "15", _ogrn_adds_up),
    "ru-ogrnip": ((15,), lambda number: number[0] == "3", _ogrnip_adds_up),
    "kz-bin": ((12,), _kz_structure, _kz_adds_up),
    "kg-inn": ((14,), _kg_structure, _no_check_digit),
}
SCHEMES = (*RULES, "other")
