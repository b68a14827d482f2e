"""What pages call codes, in the visitor's language."""

from typing import Any

from plugins.research.language import gettext, lazy_gettext

OBSTACLES: dict[str, Any] = {
    "title_missing": lazy_gettext("Give the data a title in Russian."),
    "abstract_missing": lazy_gettext("Describe the data in a few sentences."),
    "consent_missing": lazy_gettext("Say what respondents agreed to."),
    "nothing_released": lazy_gettext("Every column is left out. Keep at least one."),
    "labels_missing": lazy_gettext("Give every released column a label."),
    "not_checked": lazy_gettext("Run the disclosure check first."),
    "direct_identifiers": lazy_gettext("Some columns name people. Leave them out, make them coarser, or say why they do not."),
    "reviewer_is_depositor": lazy_gettext("You deposited this yourself: somebody else must review it."),
    "reviewer_of_own_organisation": lazy_gettext("This is your own organisation's deposit: somebody of another organisation must review it."),
    "reviewed_already": lazy_gettext("You have reviewed this already: a second person must look at it."),
    "override_reason_missing": lazy_gettext("Some rules are not met. Approve only with a reason, or send it back."),
    "not_in_review": lazy_gettext("It no longer waits for review."),
    "content_changed": lazy_gettext("The content is not what was approved. Nothing was done; tell the administrator."),
    "same_person": lazy_gettext("Whoever sent it for review cannot approve it."),
    "not_open": lazy_gettext("It no longer waits for approval."),
    "no_codebook": lazy_gettext("This is no codebook that we can read. Choose a DDI file (XML) or a datapackage.json."),
    "not_oai": lazy_gettext("This address is no OAI-PMH catalogue, or it answered with an error."),
    "not_package": lazy_gettext("At this address is no datapackage.json, or it has neither a name nor resources."),
    "address_too_long": lazy_gettext("The address is longer than 300 characters."),
    "no_column_known": lazy_gettext("The codebook describes no column of this file. Compare the names."),
    "not_editable": lazy_gettext("It cannot be changed now. Take it back first."),
    "level_unknown": lazy_gettext("Choose a level of access and a class of sensitivity."),
    "role_unknown": lazy_gettext("Choose a role and what is done to the column."),
    "reason_missing": lazy_gettext("Say why."),
    "requester_decides": lazy_gettext("You asked for this yourself: somebody else must decide."),
    "not_available": lazy_gettext("These data are not available to you."),
    "asked_already": lazy_gettext("You have asked for this version already."),
    "instrument_no_pdf": lazy_gettext("The questionnaire must be a whole PDF with nothing hidden in it. Save it as PDF anew."),
    "study_exists": lazy_gettext("Your organisation has a study of this title already."),
    "too_many_instruments": lazy_gettext("A study has at most twenty questionnaires."),
    "sav_too_large": lazy_gettext("The data are too large to be made into an SPSS file here. Take the CSV: read.sps in the package makes it."),
    "sav_long_cell": lazy_gettext("A cell is longer than SPSS can hold. Take the CSV."),
    "sav_no_writer": lazy_gettext("This site cannot write SPSS files. Take the CSV: read.sps in the package makes one."),
    "downloads_used_up": lazy_gettext("Your downloads are used up. Ask the data steward for more."),
}  # fmt: skip

PROBLEMS: dict[str, Any] = {
    "empty": lazy_gettext("The file is empty."),
    "no_rows": lazy_gettext("The file has names of columns but no rows."),
    "too_many_columns": lazy_gettext("The file has more columns than we can take (4,000)."),
    "blank_row": lazy_gettext("There is a blank row. Remove it, or fill it in."),
    "ragged_row": lazy_gettext("This row has more or fewer cells than the first."),
    "unbalanced_quotes": lazy_gettext("A quotation mark is opened and never closed, or the other way round."),
    "stray_quote": lazy_gettext("A quotation mark stands where none may be. Double it inside a cell."),
    "duplicate_header": lazy_gettext("Two columns have the same name."),
    "empty_header": lazy_gettext("A column has no name."),
    "reserved_header": lazy_gettext("A column may not be called _row."),
    "control_character": lazy_gettext("The row holds a character that no table may hold."),
    "not_text": lazy_gettext("This is not text in that encoding."),
    "mixed_encoding": lazy_gettext("From here on the file is written in another encoding. Save it as UTF-8."),
    "garbled": lazy_gettext("The letters are garbled: the file was once saved in a wrong encoding. Export it anew."),
    "unreadable_file": lazy_gettext("The file is damaged, or of a version that we cannot read."),
    "no_reader": lazy_gettext("This site cannot read SPSS and Stata files. Save the data as CSV, or ask the administrator."),
    "workbook_too_large": lazy_gettext("The workbook is too large. Save the sheet as CSV."),
    "unsafe_workbook": lazy_gettext("The workbook is built in an unusual way and was not opened. Save the sheet as CSV."),
    "killed_memory": lazy_gettext("Reading it took more memory than allowed. Save it as CSV and try again."),
    "killed_cpu": lazy_gettext("Reading it took too long. Split the file, or save it as CSV."),
    "killed_wall": lazy_gettext("Reading it took too long. Split the file, or save it as CSV."),
    "killed_output": lazy_gettext("The table in it is larger than we can take."),
    "killed_crash": lazy_gettext("The file could not be read: it is damaged, or built to do harm."),
}  # fmt: skip

ROLES: dict[str, Any] = {
    "ordinary": lazy_gettext("Ordinary"),
    "key": lazy_gettext("Others may know it of a person"),
    "sensitive": lazy_gettext("Sensitive answer"),
    "weight": lazy_gettext("Weight"),
    "household": lazy_gettext("Number of the household"),
    "identifier": lazy_gettext("Names one person (never released)"),
    "free_text": lazy_gettext("Free text"),
}
RECODES: dict[str, Any] = {
    "keep": lazy_gettext("Keep as it is"),
    "drop": lazy_gettext("Leave out"),
    "bands": lazy_gettext("Numbers to bands"),
    "month": lazy_gettext("Dates to months"),
    "year": lazy_gettext("Dates to years"),
    "prefix": lazy_gettext("First characters only"),
    "merge": lazy_gettext("Join values"),
}
LEVELS: dict[str, Any] = {
    "open": lazy_gettext("Open to everybody"),
    "members": lazy_gettext("Within the network"),
    "request": lazy_gettext("On agreement"),
    "closed": lazy_gettext("Closed: results only"),
}
CLASSES: dict[str, Any] = {
    "S1": lazy_gettext("Ordinary questions"),
    "S2": lazy_gettext("Personal circumstances"),
    "S3": lazy_gettext("Could harm: violence, papers taken, status, minors"),
}
IDENTIFIERS: dict[str, Any] = {
    "phone": lazy_gettext("phone numbers"),
    "email": lazy_gettext("e-mail addresses"),
    "name": lazy_gettext("names"),
    "document": lazy_gettext("numbers of documents or taxpayers"),
    "place": lazy_gettext("exact places"),
    "birth": lazy_gettext("full dates of birth"),
    "account": lazy_gettext("accounts"),
}
RULES: dict[str, Any] = {
    "k": lazy_gettext("Smallest group of people who look alike (k)"),
    "at_risk": lazy_gettext("Share of rows in groups that are too small"),
    "l": lazy_gettext("Different sensitive answers in a group (l)"),
    "harm": lazy_gettext("Largest share of one harmful answer in a group"),
    "household": lazy_gettext("Risk that somebody of a household is found"),
}
REFUSALS: dict[str, Any] = {
    "small": lazy_gettext("Too few people: the number is not shown."),
    "complement": lazy_gettext("The number differs from another by so few people that it would single them out. It is not shown."),
    "too_many": lazy_gettext("At most four conditions at a time."),
    "unknown_column": lazy_gettext("Choose columns of this dataset."),
    "too_many_values": lazy_gettext("Choose between one and fifty values."),
    "too_slow": lazy_gettext("The question took too long and was stopped. Ask something narrower."),
}  # fmt: skip
RULE_PROBLEMS: dict[str, Any] = {
    "bands": lazy_gettext("Write the lower bounds in rising order, such as 15, 30, 45."),
    "prefix": lazy_gettext("Write how many characters are kept, from 1 to 50."),
    "merge": lazy_gettext("Write one line for each new value: new = old, old."),
    "merge_twice": lazy_gettext("An old value stands in two lines."),
}


def obstacle(code: str) -> str:
    """Why a move is refused."""
    return str(OBSTACLES.get(code, code))


def problem(found: dict[str, Any]) -> str:
    """Why a file was refused, with its line."""
    words = str(PROBLEMS.get(found["problem"], found["problem"]))
    if found.get("detail"):
        words = f"{words} ({found['detail']})"
    if found.get("line"):
        return str(gettext("Line %(line)s: %(words)s", line=found["line"], words=words))
    return words
