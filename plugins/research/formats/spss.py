"""SPSS syntax that reads the CSV with labels and codes for "no answer": for SPSS and PSPP, which save it as .sav.

A column of numbers is read as numbers, with its codes for "no answer" declared, so that none of them counts in a mean;
everything else as text, so that no code is bent. SPSS takes three codes for "no answer"; more become a range, and only
where no other code of the dictionary lies in it.
"""

import re
from collections.abc import Iterable

from plugins.research.dictionary import Category, Column, best
from plugins.research.formats.record import Record

MOST_MISSING = 3
LONGEST_LABEL, LONGEST_VALUE = 255, 120
"""Bytes of a label of a variable and of a value in UTF-8 (IBM SPSS Statistics, Command Syntax Reference)."""

NAME = re.compile(r"(?![Vv]\d)[A-Za-z][A-Za-z0-9_]{0,63}")
RESERVED = frozenset(["ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH"])
WIDTH = 4000
"""Bytes of a text cell: ours are shorter, and SPSS takes 32,767."""


def quoted(text: str, most: int = 0) -> str:
    """A literal of the syntax language: one line, apostrophes doubled, at most so many bytes."""
    return "'" + shortened(text, most).replace("'", "''") + "'"


def shortened(text: str, most: int) -> str:
    """The text in one line, of at most so many bytes in UTF-8; 0: as long as it is."""
    line = " ".join(text.split())
    return line.encode()[:most].decode("utf-8", "ignore") if most else line


def is_number(column: Column) -> bool:
    """Whether the column is read as numbers: all its cells are, and so are the codes of its dictionary."""
    return column.kind == "number" and all(_is_numeric(each.code) for each in column.categories)


def _is_numeric(code: str) -> bool:
    body = code.removeprefix("-")
    return body.replace(".", "", 1).isascii() and body.replace(".", "", 1).isdigit()


def as_syntax(record: Record, file: str, language: str = "ru") -> str:
    """GET DATA, VARIABLE LABELS, VALUE LABELS, MISSING VALUES and WEIGHT."""
    names = names_of(record.columns)
    lines = [f"* {' '.join(record.name(language).split())}, {record.number}. {record.url}", ".",
             "SET DECIMAL=DOT.",
             f"GET DATA /TYPE=TXT /FILE={quoted(file)} /ENCODING='UTF8' /DELIMITERS=',' /QUALIFIER='\"'",
             "  /ARRANGEMENT=DELIMITED /FIRSTCASE=2 /VARIABLES="]  # fmt: skip
    lines += [
        f"  {names[each.name]} {'F16.6' if is_number(each) else f'A{WIDTH}'}" for each in record.columns
    ]
    lines += [".", "VARIABLE LABELS"]
    lines += [
        f"  {names[each.name]} {quoted(best(each.label, language) or each.name, LONGEST_LABEL)}"
        for each in record.columns
    ]
    lines.append(".")
    for column in record.columns:
        lines += _values(names[column.name], column, language)
    lines += [f"WEIGHT BY {names[each.name]}." for each in record.columns if each.role == "weight"][:1]
    return "\n".join(lines) + "\n"


def names_of(columns: Iterable[Column]) -> dict[str, str]:
    """Column -> its name in SPSS: its own where SPSS takes it, which knows no case, else V and its position."""
    made: dict[str, str] = {}
    taken = set(RESERVED)
    for position, each in enumerate(columns, start=1):
        fits = NAME.fullmatch(each.name) and each.name.upper() not in taken
        made[each.name] = each.name if fits else f"V{position}"
        taken.add(each.name.upper())
    return made


def _values(name: str, column: Column, language: str) -> list[str]:
    if not column.categories:
        return []
    number = is_number(column)
    told = [f"VALUE LABELS {name}"]
    told += [
        f"  {_code(each, number=number)} {quoted(best(each.label, language) or each.code, LONGEST_VALUE)}"
        for each in column.categories
    ]
    missing = _missing(column) if number else ""
    return [*told, ".", *([f"MISSING VALUES {name} ({missing})."] if missing else [])]


def _code(each: Category, *, number: bool) -> str:
    return each.code if number else quoted(each.code)


def _missing(column: Column) -> str:
    span = missing_span(column)
    return " THRU ".join(span) if span else ", ".join(missing_codes(column))


def missing_codes(column: Column) -> list[str]:
    """The codes for "no answer" of a column of numbers, as many as SPSS takes one by one; more: none."""
    codes = sorted((each.code for each in column.categories if each.missing), key=float)
    return codes if len(codes) <= MOST_MISSING else []


def missing_span(column: Column) -> tuple[str, str] | None:
    """The lowest and the highest of more codes than that, where no other code of the dictionary lies between."""
    codes = sorted((each.code for each in column.categories if each.missing), key=float)
    others = [float(each.code) for each in column.categories if not each.missing]
    if len(codes) <= MOST_MISSING or any(float(codes[0]) <= each <= float(codes[-1]) for each in others):
        return None
    return codes[0], codes[-1]
