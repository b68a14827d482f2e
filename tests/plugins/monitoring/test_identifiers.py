"""Company numbers: the publicly known ones pass, any one wrong digit is caught, within stated limits."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from plugins.monitoring.register.identifiers import SCHEMES, Identifier, check

KNOWN = {
    "ru-inn": "7707083893 7736050003 7736207543 7708503727 7702070139 7707049388 500100732259 123456789047",
    "ru-ogrn": "1027700132195 1027700070518 1027700229193 1037739877295 1027739609391 1027700198767",
    "ru-ogrnip": "304500116000157 385768585948949",
    "kz-bin": "971240001315 020240000555 941240000193 000140002217 010940000162 980440000757 "
    "791028302728 061211600012",
}
INN_11_WEIGHTS = (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
INN_12_WEIGHTS = (3, *INN_11_WEIGHTS)


def digits(length: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=length, max_size=length)


def weighed(number: str, weights: tuple[int, ...]) -> str:
    return str(sum(w * int(d) for w, d in zip(weights, number, strict=True)) % 11 % 10)


def with_digit(number: str, place: int, digit: str) -> str:
    return number[:place] + digit + number[place + 1 :]


@pytest.mark.parametrize(
    ("scheme", "number"), [(s, n) for s, numbers in KNOWN.items() for n in numbers.split()]
)
def test_publicly_known_numbers_pass(scheme: str, number: str) -> None:
    assert check(scheme, number) == Identifier(scheme, number)


@pytest.mark.parametrize(
    "typed", ["ИНН 7707083893", "инн: 7707-083-893", " 77 0708 3893 ", "7707083893", "№7707083893"]
)
def test_labels_spaces_and_hyphens_are_dropped(typed: str) -> None:
    assert check("ru-inn", typed) == Identifier("ru-inn", "7707083893")


@pytest.mark.parametrize(
    ("scheme", "typed", "problem"),
    [
        ("ru-inn", "7707083894", "checksum"),
        ("ru-inn", "770708389", "length"),
        ("ru-inn", "", "length"),
        ("ru-inn", "77070838O3", "structure"),
        ("ru-inn", "0000000000", "structure"),
        ("ru-inn", "٧٧٠٧٠٨٣٨٩٣", "structure"),
        ("ru-ogrn", "1027700132196", "checksum"),
        ("ru-ogrn", "2027700132195", "structure"),
        ("ru-ogrnip", "304500116000158", "checksum"),
        ("ru-ogrnip", "104500116000157", "structure"),
        ("kz-bin", "971240001316", "checksum"),
        ("kz-bin", "971340001315", "structure"),
        ("kz-bin", "971280001315", "structure"),
        ("kg-inn", "1234567890123", "length"),
        ("kg-inn", "32202199000123", "structure"),
        ("kg-inn", "23002199000123", "structure"),
        ("other", " ", "length"),
        ("other", "x" * 65, "length"),
    ],
)
def test_problems_are_named(scheme: str, typed: str, problem: str) -> None:
    assert check(scheme, typed).problem == problem


@pytest.mark.parametrize("number", ["22802199000123", "12902200000123", "01234567890123"])
def test_kyrgyz_numbers_are_judged_by_structure_only(number: str) -> None:
    assert check("kg-inn", number) == Identifier("kg-inn", number)


@given(digits(8), st.sampled_from(["1", "2"]), st.dates())
def test_every_kyrgyz_birth_date_that_exists_passes(tail: str, sex: str, born: date) -> None:
    assert check("kg-inn", f"{sex}{born:%d%m}{born.year:04d}{tail[:5]}").sound


@given(st.text(min_size=1, max_size=64).filter(str.strip))
def test_other_numbers_never_fail(text: str) -> None:
    assert check("other", text).sound


@given(digits(10))
def test_constructed_inn_of_a_person_passes(head: str) -> None:
    assume(not head.startswith("00"))
    eleven = head + weighed(head, INN_11_WEIGHTS)
    assert check("ru-inn", eleven + weighed(eleven, INN_12_WEIGHTS)).sound


@given(digits(10), st.integers(0, 11), st.sampled_from("0123456789"))
def test_a_changed_digit_of_an_inn_of_a_person_is_caught(head: str, place: int, digit: str) -> None:
    """The known limit: remainders 0 and 10 share the digit 0, so both check digits must be 0."""
    assume(not head.startswith("00"))
    eleven = head + weighed(head, INN_11_WEIGHTS)
    number = eleven + weighed(eleven, INN_12_WEIGHTS)
    assume(number[place] != digit)
    assert not check("ru-inn", with_digit(number, place, digit)).sound or number.endswith("00")


@given(st.sampled_from("15"), digits(11), st.integers(0, 12), st.sampled_from("0123456789"))
def test_a_changed_digit_of_an_ogrn_is_caught(first: str, rest: str, place: int, digit: str) -> None:
    """The known limit: remainders 0 and 10 share the check digit 0."""
    number = first + rest + str(int(first + rest) % 11 % 10)
    assert check("ru-ogrn", number).sound
    assume(number[place] != digit)
    assert not check("ru-ogrn", with_digit(number, place, digit)).sound or number[-1] == "0"


@given(digits(13), st.integers(0, 14), st.sampled_from("0123456789"))
def test_a_changed_digit_of_an_ogrnip_is_caught(rest: str, place: int, digit: str) -> None:
    """The known limit: remainders 10, 11, 12 share the check digits 0, 1, 2."""
    number = "3" + rest + str(int("3" + rest) % 13 % 10)
    assert check("ru-ogrnip", number).sound
    assume(number[place] != digit)
    assert not check("ru-ogrnip", with_digit(number, place, digit)).sound or number[-1] in "012"


@given(st.sampled_from(SCHEMES), st.text(max_size=80))
def test_any_text_is_answered(scheme: str, text: str) -> None:
    assert check(scheme, text).problem in {"", "length", "structure", "checksum"}


def test_a_tidied_number_stays_as_it_is() -> None:
    for scheme, numbers in KNOWN.items():
        for number in numbers.split():
            assert check(scheme, check(scheme, number).value).value == number


def test_an_unknown_scheme_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="unknown identifier scheme"):
        check("uz-inn", "1")
