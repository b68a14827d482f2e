"""Short codes find each typing error; occupations are found in three languages."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.job_fairs import codes, occupations
from plugins.job_fairs.regions import regions

NUMBERS = st.integers(0, 10**codes.DIGITS - 1)


@given(NUMBERS, st.integers(0, 5), st.integers(1, 9))
def test_each_wrong_digit_is_found(number: int, place: int, step: int) -> None:
    made = codes.code(number)
    wrong = made[:place] + str((int(made[place]) + step) % 10) + made[place + 1 :]
    assert codes.read(made) == made
    assert codes.read(wrong) == ""


@given(NUMBERS, st.integers(0, 4))
def test_each_swap_of_neighbours_is_found(number: int, place: int) -> None:
    made = codes.code(number)
    swapped = made[:place] + made[place + 1] + made[place] + made[place + 2 :]
    assert codes.read(swapped) == (made if swapped == made else "")


def test_blanks_are_read_and_other_writing_is_not() -> None:
    made = codes.code(12345)
    assert codes.read(f" {made[:3]} {made[3:]}-") == made
    assert codes.read("12345") == codes.read("") == codes.read("١٢٣٤٥٦") == ""


@pytest.mark.parametrize(
    ("typed", "code"),
    [("швея", "7531"), ("ТИКМЕЧИ", "7531"), ("sewing mach", "8153"), ("8332", "8332"), ("ашпозчу", "5120"),
     ("удалено нет", ""), ("повар", "5120"), ("тигуучу", "8153")],
)  # fmt: skip
def test_an_occupation_is_found_in_russian_kyrgyz_and_english(typed: str, code: str) -> None:
    found = occupations.search(typed)
    assert (found[0].code if found else "") == code
    assert len(found) <= occupations.LONGEST_LIST


def test_all_unit_groups_are_there_as_text_and_what_is_wanted_most_comes_first() -> None:
    every = occupations.occupations()
    assert len(every) == 436
    assert "0110" in every
    assert next(iter(every)) == "7531"
    with (occupations.HERE / "wanted.csv").open(encoding="utf-8") as file:
        assert {row["code"] for row in csv.DictReader(file)} <= every.keys()
    assert len(regions()) == 9
