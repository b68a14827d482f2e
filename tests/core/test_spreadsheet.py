"""Tables as CSV: what office programs make of them."""

import random

import pytest

from core.spreadsheet import csv_text, safe

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "|calc", "\N{FULLWIDTH EQUALS SIGN}1")


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_becomes_a_formula(text: str) -> None:
    assert str(safe(text)).startswith("'")


def test_a_file_opens_as_it_is_meant() -> None:
    rng = random.Random(1)
    rows = [["имя", "a;b", 'q"q'], [-5, None, rng.random() > 2]]
    text = csv_text(rows, semicolons=True)
    assert text.startswith('\ufeffимя;"a;b";"q""q"\r\n-5;;')
