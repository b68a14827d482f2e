"""What the codes of an import mean, with what to do; `%(found)s` is what was found there."""

from core.toolkit import mark
from plugins.monitoring.language import gettext

SENTENCES = {
    "identifier_length": mark("Check how many digits the number has."),
    "identifier_structure": mark("Check the number against the paper: no such number can exist."),
    "identifier_checksum": mark("Check the digits once more: one of them is probably mistyped."),
    "too_large": mark("Split the file: it may be at most %(found)s MB."),
    "too_many_rows": mark("Split the file: it may have at most %(found)s rows."),
    "too_many_columns": mark("Split the file: it may have at most %(found)s columns."),
    "empty": mark("Choose a file with data."),
    "no_rows": mark("Add at least one row under the headers."),
    "no_header": mark("Put the column names in the first row."),
    "unreadable": mark("Save the table again as CSV (UTF-8) or XLSX: this file cannot be read."),
    "unknown_kind": mark("Bring a CSV or XLSX file."),
    "locked_or_old_workbook": mark("Remove the password, or save the file as XLSX."),
    "broken_quotes": mark("Close the quotation marks in the file, or save it again as CSV."),
    "duplicate_header": mark('Rename one of the columns called "%(found)s".'),
    "column_missing_employer": mark("Add a column with the employer's name."),
    "column_missing_facts": mark("Add a column with the violation, an amount or a description."),
    "column_twice": mark("Keep one column for %(found)s and rename or remove the other."),
    "date_order_ambiguous": mark(
        "Say how the dates are written: --date-order dmy (day first) or mdy (month first)."
    ),
    "date_order_mixed": mark("Write all dates in one way: this column holds both day first and month first."),
    "employer_missing": mark("Enter the employer's name in this row."),
    "nothing_alleged": mark("Enter a violation, an amount or a description in this row."),
    "reference_twice": mark("Give each row its own reference number; %(found)s stands twice."),
    "extra_cells": mark("Check this row: it has more cells than the header."),
    "date": mark("Write the date as 2026-11-23 or 23.11.2026, not %(found)s."),
    "count": mark("Enter a whole number, not %(found)s."),
    "amount": mark("Write the amount in digits, for example 12500.50, not %(found)s."),
    "amount_negative": mark("Enter an amount of zero or more."),
    "amount_precision": mark("Write the amount with at most two decimals."),
    "amount_ambiguous": mark("Write 3451 or 3.45: it is not clear what the sign in %(found)s means."),
    "unknown_country": mark("Use a country code or name from our list, not %(found)s."),
    "unknown_region": mark("Use a region code or name from our list, not %(found)s."),
    "unknown_sector": mark("Use a kind of work from our list, not %(found)s."),
    "unknown_violation": mark("Use a violation from our list, not %(found)s."),
    "unknown_currency": mark("Use a currency from our list, not %(found)s."),
    "currency_conflict": mark("Name one currency in this row."),
    "workers_do_not_add_up": mark("Check the numbers: women and men are more than the total."),
    "minors_too_many": mark("Check the numbers: minors cannot be more than all workers."),
    "unsafe": mark(
        "Save the table again in a spreadsheet program: this file unpacks to far too much, or "
        "declares what a table never needs."
    ),
    "encrypted": mark(
        "These submissions are encrypted. Open the project in ODK Briefcase or ODK Central with "
        "its private key, export them as CSV, and bring that file."
    ),
    "xml": mark("Export the data as CSV, XLSX or JSON: single XML submissions are not read."),
    "mixed_files": mark("Bring files of one kind: either JSON pages, or the tables of one export."),
    "main_table": mark(
        "Bring one export at a time, its main table with the tables of its repeats: %(found)s main "
        "tables were found."
    ),
    "orphan_rows": mark(
        "Bring the table that the rows of %(found)s belong to: some of them have no parent here."
    ),
    "mapping": mark("Write the mapping as JSON with questions and choices, as the dry run proposes it."),
    "mapping_field": mark("Use one of our fields in the mapping, not %(found)s."),
    "mapping_choice": mark("Use one of our codes in the mapping, not %(found)s."),
    "repeat_unmapped": mark("Say in the mapping what this repeat is: allegations, sources, or nothing."),
    "question_missing_employer": mark("Say in the mapping which question is employer.name."),
    "choice_unmapped": mark("Say in the mapping what this choice means: %(found)s."),
    "two_answers": mark("Keep one answer for %(found)s: here two differ."),
    "masked": mark("Left out of the text: %(found)s."),
    "month": mark("Write the month as 2026-11 or 11.2026, not %(found)s."),
    "places": mark("Write the numbers of the allegations, for example 1 2, not %(found)s."),
    "too_long": mark("Shorten this answer."),
    "reference_missing": mark(
        "Export the column _uuid too: without it the same submission could be taken in twice."
    ),
}


def sentence(code: str, found: str = "") -> str:
    """The sentence for a code of an import, for the command line (which speaks English)."""
    return SENTENCES.get(code, code) % {"found": found}


def spoken(code: str, found: str = "") -> str:
    """The same for a page, in the visitor's language."""
    return str(gettext(SENTENCES.get(code, code), found=found))
