"""Which question of theirs is which field of ours, and which choice which code: a JSON file that people may edit.

    {"questions": {"who/firm": "employer.name", "cases": "allegations", "cases/what": "allegations.violation",
                   "who/nickname": ""}, "choices": {"cases/what": {"salary": "wage_arrears", "joke": ""}}}

An empty right side means: seen, and left out on purpose. What is not named at all is reported, never guessed later.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from plugins.monitoring.intake import columns
from plugins.monitoring.intake.fields import CHOSEN, FIELDS, REPEATED, ways
from plugins.monitoring.intake.fields import field as field_of
from plugins.monitoring.intake.private import folded
from plugins.monitoring.intake.records import Record, Submission
from plugins.monitoring.intake.tabular import TableProblem
from plugins.monitoring.taxonomy import TAXONOMY

LEFT_OUT = ""
MOST_VALUES = 300
AMBIGUOUS = ("name", "kind", "role", "status", "group", "number", "unknown", "minors")
"""Names that other forms use for other things: they count only within a group of the same name as ours."""
SYNONYMS = {
    "received": "origin.received_on", "employer": "employer.name", "inn": "employer.inn", "ogrn": "employer.ogrn",
    "bin": "employer.bin", "country": "employer.country", "region": "employer.region", "sector": "employer.sector",
    "amount_due": "allegations.amount", "amount_paid": "allegations.paid", "currency": "allegations.currency",
    "violation": "allegations.violation", "description": "allegations.facts", "women": "allegations.women",
    "men": "allegations.men", "minors": "allegations.minors",
}  # fmt: skip
REPEAT_WORDS = {
    "allegations": "allegations|allegation|violations|violation|what happened|нарушения|нарушение|что случилось"
    "|бузуулар|бузуу|укук бузуулар",
    "sources": "sources|source|источники|источник|булактар|булак",
}
REPEATS = {folded(word): step for step, words in REPEAT_WORDS.items() for word in words.split("|")}


@dataclass(frozen=True)
class CodeBook:
    """Their question -> our field, "" to leave it out; and of a choice question their code -> ours."""

    questions: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Seen:
    """The questions of some submissions with (up to 300 of) their different answers, and the repeats."""

    questions: dict[str, dict[str, None]]
    repeats: dict[str, None]


def look(submissions: Iterable[Submission]) -> Seen:
    """Collect what a mapping has to speak of."""
    seen = Seen({}, {})
    for each in submissions:
        _look(each.record, seen)
    return seen


def _look(record: Record, seen: Seen) -> None:
    for path, value in record.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            seen.repeats.setdefault(path)
            for item in value:
                _look(item, seen)
            continue
        known = seen.questions.setdefault(path, {})
        if len(known) < MOST_VALUES:
            for text in value if isinstance(value, list) else (value,):
                if text:
                    known.setdefault(text)


def load(text: str) -> CodeBook:
    """Read a mapping; raises TableProblem with the place that is wrong."""
    try:
        raw = json.loads(text)
        questions = {str(theirs): str(ours) for theirs, ours in raw["questions"].items()}
        choices = {
            str(question): {str(theirs): str(ours) for theirs, ours in codes.items()}
            for question, codes in raw.get("choices", {}).items()
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise TableProblem("mapping") from error
    for theirs, ours in questions.items():
        if ours not in ("", *REPEATED) and field_of(ours) is None:
            raise TableProblem("mapping_field", f"{theirs}: {ours}")
    _check_choices(questions, choices)
    return CodeBook(questions, choices)


def _check_choices(questions: Mapping[str, str], choices: Mapping[str, Mapping[str, str]]) -> None:
    for question, codes in choices.items():
        found = field_of(questions.get(question, ""))
        ours = set(ways(found.kind, found.of).values()) if found and found.kind in CHOSEN else set()
        wrong = [f"{question}: {code}" for code in codes.values() if code and code not in ours]
        if wrong:
            raise TableProblem("mapping_choice", wrong[0])


def dump(mapping: CodeBook) -> str:
    """As `load` reads it, for people to edit."""
    whole = {"questions": mapping.questions, "choices": mapping.choices}
    return json.dumps(whole, ensure_ascii=False, indent=1)


def propose(seen: Seen, labels: Mapping[str, str]) -> CodeBook:
    """From the names, and from `labels` (our questions in words, folded -> path); each field is given once."""
    questions: dict[str, str] = {}
    for repeat in seen.repeats:
        if (step := REPEATS.get(folded(repeat.rpartition("/")[2]), "")) and step not in questions.values():
            questions[repeat] = step
    for question in seen.questions:
        ours = _field_for(question, labels)
        if ours and ours not in questions.values():
            questions[question] = ours
    choices = {
        question: found
        for question, ours in questions.items()
        if (found := _choices_for(ours, seen.questions.get(question, ())))
    }
    return CodeBook(questions, choices)


def _field_for(question: str, labels: Mapping[str, str]) -> str:
    parts = question.split("/")
    for size in (3, 2):
        if len(parts) >= size and field_of(".".join(parts[-size:])):
            return ".".join(parts[-size:])
    last = folded(parts[-1])
    if last in labels:
        return labels[last]
    return UNAMBIGUOUS.get(last) or SYNONYMS.get(columns.FIELDS.get(last, ""), "")


def _choices_for(ours: str, values: Iterable[str]) -> dict[str, str]:
    found = field_of(ours)
    if found is None or found.kind not in CHOSEN:
        return {}
    known = ways(found.kind, found.of)
    texts = [part for value in values for part in parts_of(found.kind, value, known)]
    return {text: known[folded(text)] for text in texts if folded(text) in known}


def parts_of(kind: str, value: str, known: Mapping[str, str]) -> list[str]:
    """The choices in one text: codes stand apart by spaces, labels by commas; a whole label is one choice."""
    if kind != "codes" or value in known or folded(value) in known:
        return [value]
    sign = next((sign for sign in "|;," if sign in value), None)
    return [part.strip() for part in value.split(sign) if part.strip()]


def missing(mapping: CodeBook, seen: Seen) -> tuple[list[str], list[str]]:
    """What nobody has decided yet: questions and repeats, and choices as "question: choice"."""
    asked = [*seen.repeats, *seen.questions]
    questions = [path for path in asked if path not in mapping.questions]
    choices = []
    for path, values in seen.questions.items():
        found = field_of(mapping.questions.get(path, ""))
        if found and found.kind in CHOSEN:
            known = mapping.choices.get(path, {})
            parts = [part for value in values for part in parts_of(found.kind, value, known)]
            choices += [f"{path}: {part}" for part in dict.fromkeys(parts) if part not in known]
    return questions, choices


UNAMBIGUOUS = {
    folded(path.rpartition(".")[2]): path for path in FIELDS if path.rpartition(".")[2] not in AMBIGUOUS
} | {folded(f"consent_{code}"): f"sources.consents.{code}" for code in TAXONOMY.codes("consent")}
