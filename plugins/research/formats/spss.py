"""SPSS syntax that reads the CSV with all its labels: for those who work there, without a binary format of our own."""

from plugins.research.dictionary import Column, best
from plugins.research.formats.record import Record


def quoted(text: str) -> str:
    """A literal of the syntax language: one line, apostrophes doubled."""
    return "'" + " ".join(text.split()).replace("'", "''") + "'"


def as_syntax(record: Record, file: str, language: str = "ru") -> str:
    """GET DATA, VARIABLE LABELS, VALUE LABELS and MISSING VALUES; all as text, so that no code is bent."""
    names = {column.name: f"V{position}" for position, column in enumerate(record.columns, start=1)}
    lines = [f"* {record.name(language)}, {record.number}. {record.url}.", "SET UNICODE=ON.",
             f"GET DATA /TYPE=TXT /FILE={quoted(file)} /ENCODING='UTF8' /DELIMITERS=',' /QUALIFIER='\"'",
             "  /ARRANGEMENT=DELIMITED /FIRSTCASE=2 /VARIABLES="]  # fmt: skip
    lines += [f"  {names[column.name]} A255" for column in record.columns]
    lines += [".", "VARIABLE LABELS"]
    lines += [
        f"  {names[each.name]} {quoted(best(each.label, language) or each.name)}" for each in record.columns
    ]
    lines.append(".")
    for column in record.columns:
        lines += _values(names[column.name], column, language)
    return "\n".join(lines) + "\n"


def _values(name: str, column: Column, language: str) -> list[str]:
    if not column.categories:
        return []
    told = [f"VALUE LABELS {name}"]
    told += [
        f"  {quoted(each.code)} {quoted(best(each.label, language) or each.code)}"
        for each in column.categories
    ]
    missing = [quoted(each.code) for each in column.categories if each.missing][:3]
    return [*told, ".", *([f"MISSING VALUES {name} ({', '.join(missing)})."] if missing else [])]
