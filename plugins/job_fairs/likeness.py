"""Whether two registrations may be one person: signs for a person to look at, never a verdict."""

from dataclasses import dataclass

from rapidfuzz import fuzz

LIKE = 85
"""Percent of likeness of two names, words in any order (rapidfuzz token_sort_ratio)."""

NUMBER = 9
"""The last digits of a telephone number, without the code of the country and the leading zero."""


@dataclass(frozen=True)
class Known:
    """What is known of one registration; name and phone are empty while the vault is closed."""

    sex: str
    birth_year: int | None
    wishes: frozenset[str]
    name: str = ""
    phone: str = ""


def signs(one: Known, other: Known) -> tuple[str, ...]:
    """The signs by which the two may be one: phone, name, birth_year, wishes; empty if too little speaks for it.

    A telephone alone is not enough, since families share it: year of birth or name must fit too.
    """
    if {one.sex, other.sex} == {"1", "2"} or _differ(one.birth_year, other.birth_year):
        return ()
    born = one.birth_year is not None and one.birth_year == other.birth_year
    named = bool(one.name and other.name)
    alike = named and fuzz.token_sort_ratio(one.name.casefold(), other.name.casefold()) >= LIKE
    phone = bool(digits(one.phone)) and digits(one.phone) == digits(other.phone)
    same = born and not named and bool(one.wishes) and one.wishes == other.wishes
    found = {"phone": phone, "name": alike, "birth_year": born, "wishes": same}
    enough = (phone and (born or alike)) or (alike and born) or same
    return tuple(name for name, there in found.items() if there) if enough else ()


def _differ(one: int | None, other: int | None) -> bool:
    return one is not None and other is not None and one != other


def digits(phone: str) -> str:
    """The last nine digits of a number, however it was written; empty if there are fewer."""
    found = "".join(char for char in phone if char.isascii() and char.isdigit())
    return found[-NUMBER:] if len(found) >= NUMBER else ""
