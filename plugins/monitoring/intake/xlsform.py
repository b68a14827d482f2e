"""Writes a form as an XLSForm, the workbook of KoboToolbox and ODK. Every cell is text, never a formula."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import xlsxwriter

LANGUAGES = {"ru": "Русский (ru)", "ky": "Кыргызча (ky)", "en": "English (en)"}
"""Our languages as XLSForm names them; the first is shown first."""
Words = Mapping[str, str]
PLAIN = ("type", "name", "required", "relevant", "constraint", "appearance", "choice_filter")
TEXT_ONLY = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
UNCHANGING = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""The same form gives the same bytes."""


@dataclass(frozen=True)
class Row:
    """One line of the survey: a question, or where a group begins or ends. Words stand by language."""

    type: str
    name: str = ""
    label: Words = field(default_factory=dict)
    hint: Words = field(default_factory=dict)
    message: Words = field(default_factory=dict)
    required: str = ""
    relevant: str = ""
    constraint: str = ""
    appearance: str = ""
    choice_filter: str = ""


@dataclass(frozen=True)
class Choice:
    """One answer of a list; `country` narrows regions."""

    list_name: str
    name: str
    label: Words
    country: str = ""


def write(survey: Iterable[Row], choices: Iterable[Choice], settings: Mapping[str, str]) -> bytes:
    """The workbook with its three sheets."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, TEXT_ONLY) as book:
        book.set_properties({"created": UNCHANGING})
        _sheet(book, "survey", [_survey_heads(), *map(_survey_line, survey)])
        _sheet(
            book, "choices", [["list_name", "name", *_heads("label"), "country"], *map(_choice_line, choices)]
        )
        _sheet(book, "settings", [list(settings), list(settings.values())])
    return out.getvalue()


def _sheet(book: xlsxwriter.Workbook, name: str, lines: Sequence[Sequence[str]]) -> None:
    sheet = book.add_worksheet(name)
    for row, line in enumerate(lines):
        for column, text in enumerate(line):
            if text:
                sheet.write_string(row, column, text)


def _heads(word: str) -> list[str]:
    return [f"{word}::{language}" for language in LANGUAGES.values()]


def _survey_heads() -> list[str]:
    return [*PLAIN, *_heads("label"), *_heads("hint"), *_heads("constraint_message")]


def _survey_line(row: Row) -> list[str]:
    words = [each.get(code, "") for each in (row.label, row.hint, row.message) for code in LANGUAGES]
    return [*(str(getattr(row, name)) for name in PLAIN), *words]


def _choice_line(choice: Choice) -> list[str]:
    return [
        choice.list_name,
        choice.name,
        *(choice.label.get(code, "") for code in LANGUAGES),
        choice.country,
    ]
