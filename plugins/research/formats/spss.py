"""SPSS syntax that reads the CSV with labels and codes for "no answer": for SPSS and PSPP, which save it as .sav.

A column of numbers is read as numbers, with its codes for "no answer" declared, so that none of them counts in a mean;
everything else as text, so that no code is bent. SPSS takes three codes for "no answer"; more become a range, and only
where no other code of the dictionary lies in it.
"""

import re

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
    line = " ".join(text.split())
    if most:
        line = line.encode()[:most].decode("utf-8", "ignore")
    return "'" + line.replace("'", "''") + "'"


def is_number(column: Column) -> bool:
    """Whether the column is read as numbers: all its cells are, and so are the codes of its dictionary."""
    return column.kind == "number" and all(_is_numeric(each.code) for each in column.categories)


def _is_numeric(code: str) -> bool:
    body = code.removeprefix("-")
    return body.replace(".", "", 1).isascii() and body.replace(".", "", 1).isdigit()


def as_syntax(record: Record, file: str, language: str = "ru") -> str:
    """GET DATA, VARIABLE LABELS, VALUE LABELS, MISSING VALUES and WEIGHT."""
    names = {
        column.name: _name(column.name, position) for position, column in enumerate(record.columns, start=1)
    }
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


def _name(name: str, position: int) -> str:
    """The column's own name where SPSS takes it, else its position."""
    return name if NAME.fullmatch(name) and name.upper() not in RESERVED else f"V{position}"


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
    """Up to three codes as they are; more as the range from the lowest to the highest."""
    codes = sorted((each.code for each in column.categories if each.missing), key=float)
    if len(codes) <= MOST_MISSING:
        return ", ".join(codes)
    others = [float(each.code) for each in column.categories if not each.missing]
    between = any(float(codes[0]) <= each <= float(codes[-1]) for each in others)
    return "" if between else f"{codes[0]} THRU {codes[-1]}"
