"""What the codes of an import mean, with what to do; `%s` takes what was found there."""

SENTENCES = {
    "identifier_length": "Check how many digits the number has.",
    "identifier_structure": "Check the number against the paper: no such number can exist.",
    "identifier_checksum": "Check the digits once more: one of them is probably mistyped.",
    "too_large": "Split the file: it may be at most %s MB.",
    "too_many_rows": "Split the file: it may have at most %s rows.",
    "too_many_columns": "Split the file: it may have at most %s columns.",
    "empty": "Choose a file with data.",
    "no_rows": "Add at least one row under the headers.",
    "no_header": "Put the column names in the first row.",
    "unreadable": "Save the table again as CSV (UTF-8) or XLSX: this file cannot be read.",
    "unknown_kind": "Bring a CSV or XLSX file.",
    "locked_or_old_workbook": "Remove the password, or save the file as XLSX.",
    "broken_quotes": "Close the quotation marks in the file, or save it again as CSV.",
    "duplicate_header": 'Rename one of the columns called "%s".',
    "column_missing_employer": "Add a column with the employer's name.",
    "column_missing_facts": "Add a column with the violation, an amount or a description.",
    "column_twice": "Keep one column for %s and rename or remove the other.",
    "date_order_ambiguous": "Say how the dates are written: --date-order dmy (day first) or mdy (month first).",
    "date_order_mixed": "Write all dates in one way: this column holds both day first and month first.",
    "employer_missing": "Enter the employer's name in this row.",
    "nothing_alleged": "Enter a violation, an amount or a description in this row.",
    "reference_twice": "Give each row its own reference number; %s stands twice.",
    "extra_cells": "Check this row: it has more cells than the header.",
    "date": "Write the date as 2026-11-23 or 23.11.2026, not %s.",
    "count": "Enter a whole number, not %s.",
    "amount": "Write the amount in digits, for example 12500.50, not %s.",
    "amount_negative": "Enter an amount of zero or more.",
    "amount_precision": "Write the amount with at most two decimals.",
    "amount_ambiguous": "Write 3451 or 3.45: it is not clear what the sign in %s means.",
    "unknown_country": "Use a country code or name from our list, not %s.",
    "unknown_region": "Use a region code or name from our list, not %s.",
    "unknown_sector": "Use a kind of work from our list, not %s.",
    "unknown_violation": "Use a violation from our list, not %s.",
    "unknown_currency": "Use a currency from our list, not %s.",
    "currency_conflict": "Name one currency in this row.",
    "workers_do_not_add_up": "Check the numbers: women and men are more than the total.",
    "minors_too_many": "Check the numbers: minors cannot be more than all workers.",
}


def sentence(code: str, found: str = "") -> str:
    """The sentence for a code of `tabular` or `importing`, for the command line (which speaks English)."""
    known = SENTENCES.get(code, code)
    return known.replace("%s", found)
