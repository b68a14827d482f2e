"""Our form as NGOs fill it in with KoboToolbox or ODK: the fields of the steps, the taxonomy, three languages."""

from collections.abc import Iterable, Iterator
from typing import Any

from flask_babel import force_locale
from wtforms.fields.core import UnboundField

from plugins.monitoring.forms.answers import Chosen, Longest, StepForm
from plugins.monitoring.forms.report import (
    SEXES,
    AllegationForm,
    EmployerForm,
    OriginForm,
    SafetyForm,
    SourceForm,
    yes_no,
)
from plugins.monitoring.intake import xlsform
from plugins.monitoring.intake.fields import FIELDS, Field
from plugins.monitoring.intake.private import folded
from plugins.monitoring.intake.xlsform import LANGUAGES, Choice, Row, Words
from plugins.monitoring.language import lazy_gettext
from plugins.monitoring.taxonomy import AGES, CITIZENS, TAXONOMY

FORM_ID = "camove_report"
TITLE = lazy_gettext("Report an employer")
STEPS: dict[str, tuple[Any, type[StepForm]]] = {
    "safety": (lazy_gettext("Safety first"), SafetyForm),
    "origin": (lazy_gettext("How you learned of it"), OriginForm),
    "employer": (lazy_gettext("The employer"), EmployerForm),
    "allegations": (lazy_gettext("What happened"), AllegationForm),
    "sources": (lazy_gettext("Sources and consents"), SourceForm),
}
REPEATS = ("allegations", "sources")
CAUTION = lazy_gettext(
    "No names, telephone numbers or addresses of workers are asked for. Do not write them anywhere."
)
TYPES = {
    "answer": "select_one answer", "yes": "select_one yes_no", "day": "date", "month": "date", "count": "integer",
    "money": "decimal", "text": "text", "places": "text", "number": "text",
}  # fmt: skip
SHORTEN = lazy_gettext("Shorten this to at most %(most)s characters.")
NOT_LATER = (". <= today()", lazy_gettext("Enter a date that is not in the future."))
COUNT = (". >= 0 and . <= 999999", lazy_gettext("Enter a whole number, for example 12."))
WORKERS = " + ".join(f"coalesce(${{{name}}}, 0)" for name in SEXES)
TOO_MANY = lazy_gettext("Enter at most as many as all the workers together.")


def _others(last: str, names: Iterable[str]) -> str:
    """The sum of these answers but the one that is being judged, which stands as a dot."""
    return " + ".join(f"coalesce(${{{name}}}, 0)" for name in names if name != last)


CONSTRAINTS: dict[str, tuple[str, Any]] = {
    "origin.received_on": NOT_LATER,
    "sources.consent_on": NOT_LATER,
    "allegations.from_month": NOT_LATER,
    "allegations.to_month": (
        ". >= ${from_month}",
        lazy_gettext("Enter a month that is not before the first one."),
    ),
    **dict.fromkeys(
        (f"allegations.{name}" for name in ("women", "men", "other", "minors", *AGES, *CITIZENS)), COUNT
    ),
    "allegations.unknown": (
        f"{COUNT[0]} and {_others('unknown', SEXES)} + . > 0",
        lazy_gettext("Enter how many workers it concerns, at least in one of these fields."),
    ),
    "allegations.minors": (f"{COUNT[0]} and . <= {WORKERS}", TOO_MANY),
    # The last of the fields that are a part of all workers is judged together with the others.
    "allegations.age_45": (
        f"{COUNT[0]} and {_others('age_45', AGES)} + . <= {WORKERS}",
        TOO_MANY,
    ),
    "allegations.citizens_other": (
        f"{COUNT[0]} and {_others('citizens_other', CITIZENS)} + . <= {WORKERS}",
        TOO_MANY,
    ),
    "allegations.amount": (
        ". >= 0 and . < 100000000000",
        lazy_gettext("Enter an amount in figures, for example 45 000."),
    ),
    "sources.supports": (
        "regex(., '^[1-9][0-9]?([ ,]+[1-9][0-9]?)*$')",
        lazy_gettext("Write the numbers of the allegations above, for example 1 2."),
    ),
}
RELEVANT = {
    "employer.region": "${country} != '' and ${country} != 'other'",
    "employer.identifier": "${scheme} != ''",
    "allegations.to_month": "${ongoing} = 'no'",
    "allegations.currency": "${amount} != ''",
    "sources.decision_in_force": "${kind} = 'official' or ${kind} = 'document'",
}
REQUIRED = frozenset(
    {"employer.identifier", "allegations.ongoing", "allegations.currency", "allegations.unknown"}
)
"""Asked for here because the tool cannot judge an answer that was left out; our own pages judge the whole step."""
HINTS = {
    "sources.supports": CONSTRAINTS["sources.supports"][1],
    "allegations.facts": CAUTION,
    "sources.group": lazy_gettext("A letter, the same for sources that know each other. Never a name."),
}


def workbook() -> bytes:
    """The XLSForm; needs an app context for its languages."""
    settings = {
        "form_title": _words(TITLE)["ru"],
        "form_id": FORM_ID,
        "version": f"{TAXONOMY.effective:%Y%m%d}{int(TAXONOMY.version):02}",
        "default_language": LANGUAGES["ru"],
    }
    return xlsform.write(_survey(), _choices(), settings)


def labels() -> dict[str, str]:
    """Our questions in three languages, folded -> path; words that stand for two questions are left out."""
    found: dict[str, str] = {}
    twice = set()
    for path, (_, label, _) in _questions().items():
        for text in _words(label).values():
            twice |= {folded(text)} if found.setdefault(folded(text), path) != path else set()
    return {text: path for text, path in found.items() if text not in twice}


def _questions() -> dict[str, tuple[Field, Any, list[Any]]]:
    """Path -> our field, its label and its validators, in the order of the forms."""
    found = {}
    for step, (_, form) in STEPS.items():
        bound = {name: each for name, each in vars(form).items() if isinstance(each, UnboundField)}
        for name, each in sorted(bound.items(), key=lambda pair: pair[1].creation_counter):
            if known := FIELDS.get(f"{step}.{name}"):
                found[known.path] = (known, each.args[0], list(each.kwargs.get("validators", ())))
    return found


def _words(text: Any, **values: object) -> Words:
    words = {}
    for language in LANGUAGES:
        with force_locale(language):
            words[language] = str(text) % values
    return words


def _survey() -> Iterator[Row]:
    yield Row("note", "caution", _words(CAUTION))
    questions = _questions()
    for step, (title, _) in STEPS.items():
        kind = "repeat" if step in REPEATS else "group"
        yield Row(f"begin_{kind}", step, _words(title))
        for path, (known, label, validators) in questions.items():
            if known.step == step:
                yield from (
                    _consents(label) if path == "sources.consents" else (_question(known, label, validators),)
                )
        yield Row(f"end_{kind}", step)


def _question(known: Field, label: Any, validators: list[Any]) -> Row:
    path = known.path
    longest = next((each.most for each in validators if isinstance(each, Longest)), 0)
    constraint, message = CONSTRAINTS.get(path, ("", ""))
    if longest and not constraint:
        constraint = f"string-length(.) <= {longest}"
        message = SHORTEN
    needed = path in REQUIRED or any(isinstance(each, Chosen) for each in validators)
    return Row(
        type=TYPES.get(known.kind) or f"select_{'multiple' if known.kind == 'codes' else 'one'} {known.of}",
        name=known.name,
        label=_words(label),
        hint=_words(HINTS[path]) if path in HINTS else {},
        message=_words(message, most=longest) if constraint else {},
        required="yes" if needed else "",
        relevant=RELEVANT.get(path, ""),
        constraint=constraint,
        appearance={"month": "month-year"}.get(
            known.kind, "multiline" if path == "allegations.facts" else ""
        ),
        choice_filter="country = ${country} or country = ''" if path == "employer.region" else "",
    )


def _consents(label: Any) -> Iterator[Row]:
    """Each use is asked about by itself and must be answered: nobody agrees by default."""
    yield Row("begin_group", "consents", _words(label))
    for code in TAXONOMY.codes("consent"):
        words = {language: TAXONOMY.label("consent", code, language) for language in LANGUAGES}
        yield Row("select_one yes_no", code, words, required="yes")
    yield Row("end_group", "consents")


def _choices() -> Iterator[Choice]:
    answers = {language: _answers(language) for language in LANGUAGES}
    for name, codes in (("answer", ("yes", "no", "unknown")), ("yes_no", ("yes", "no"))):
        for code in codes:
            yield Choice(name, code, {language: answers[language][code] for language in LANGUAGES})
    for kind in dict.fromkeys(known.of for known in FIELDS.values() if known.kind in ("code", "codes")):
        for code in TAXONOMY.codes(kind):
            words = {language: TAXONOMY.label(kind, code, language) for language in LANGUAGES}
            yield Choice(kind, code, words, str(TAXONOMY.entry(kind, code).get("country", "")))


def _answers(language: str) -> dict[str, str]:
    with force_locale(language):
        return dict(yes_no())
