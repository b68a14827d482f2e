"""Our fields as a survey may answer them: where each stands in a report, and how its text is read."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from plugins.monitoring.intake.cells import CURRENCY_WORDS, DAY_FIRST, read_amount, read_day
from plugins.monitoring.intake.private import folded, masked
from plugins.monitoring.taxonomy import AGES, CITIZENS, TAXONOMY

SINGLE, REPEATED = ("safety", "origin", "employer"), ("allegations", "sources")
LATEST = date(2100, 12, 31)
MOST_COUNT = 6
COUNTED = ("women", "men", "other", "unknown", "minors", *AGES, *CITIZENS)
ANSWERS = {
    **dict.fromkeys(("yes", "y", "true", "1", "да", "ооба"), "yes"),
    **dict.fromkeys(("no", "n", "false", "0", "нет", "жок"), "no"),
    **dict.fromkeys(("unknown", "dk", "dont know", "i do not know", "не знаю", "билбейм"), "unknown"),
}


@dataclass(frozen=True)
class Field:
    """A field of a report: its path, how it is read ("code", "flag", "day", …), and of what."""

    path: str
    kind: str
    of: str = ""

    @property
    def step(self) -> str:
        """The step of the form that it belongs to."""
        return self.path.partition(".")[0]

    @property
    def name(self) -> str:
        """Its name within the step."""
        return self.path.split(".")[1]

    @property
    def code(self) -> str:
        """Of a flag, the code that it stands for."""
        return self.path.rpartition(".")[2]


@dataclass(frozen=True)
class Reading:
    """What a text means: the answer as a draft keeps it, a problem's code, and what had to be masked."""

    value: object = ""
    problem: str = ""
    masked: tuple[str, ...] = ()


def _fields() -> dict[str, Field]:
    kinds = {
        "answer": "safety.danger safety.working safety.minors safety.violence safety.status",
        "code": "origin.method:method employer.role:role employer.country:country employer.region:region"
        " employer.scheme:scheme employer.sector:sector allegations.violation:violation"
        " allegations.currency:currency allegations.basis:basis sources.kind:source"
        " sources.reliability:reliability sources.consent_how:consent_how",
        "codes": "origin.wishes:wish allegations.indicators:indicator sources.consents:consent",
        "yes": "allegations.ongoing sources.decision_in_force",
        "day": "origin.received_on sources.consent_on",
        "month": "allegations.from_month allegations.to_month",
        "count": " ".join(f"allegations.{name}" for name in COUNTED),
        "money": "allegations.amount allegations.paid",
        "places": "sources.supports",
        "number": "employer.identifier employer.inn employer.ogrn employer.bin",
        "text": "employer.name:300 employer.legal_name:300 employer.site:200 allegations.facts:10000"
        " sources.group:40 sources.withhold:300",
    }
    pairs = [(kind, each.partition(":")) for kind, paths in kinds.items() for each in paths.split()]
    return {path: Field(path, kind, of) for kind, (path, _, of) in pairs}


FIELDS = _fields()


def field(path: str) -> Field | None:
    """The field of a path; one choice of a multiple answer ("sources.consents.publication") is a flag."""
    if path in FIELDS:
        return FIELDS[path]
    whole = FIELDS.get(path.rpartition(".")[0])
    code = path.rpartition(".")[2]
    return (
        Field(path, "flag", whole.of)
        if whole and whole.kind == "codes" and code in TAXONOMY.codes(whole.of)
        else None
    )


@cache
def ways(kind: str, of: str) -> dict[str, str]:
    """Every way to write an answer, folded -> our code: the code itself and its labels in three languages."""
    if kind in ("answer", "yes", "flag"):
        return {folded(word): code for word, code in ANSWERS.items()}
    labels = {
        folded(label): code for locale in ("ky", "en", "ru") for code, label in TAXONOMY.labels(of, locale)
    }
    words = {folded(word): code for word, code in CURRENCY_WORDS.items()} if of == "currency" else {}
    return {**words, **labels, **{folded(code): code for code in TAXONOMY.codes(of)}}


CHOSEN = ("code", "codes", "flag", "answer", "yes")
"""Kinds whose answers are choices of their form, and so may be mapped one by one."""


def read(wanted: Field, text: str) -> Reading:
    """A text that is not a choice; choices are read by their mapping."""
    return READERS[wanted.kind](text, wanted.of)


def _day(text: str, _of: str) -> Reading:
    found = read_day(text, DAY_FIRST)
    return Reading(found.isoformat()) if found else Reading(problem="date")


def _month(text: str, _of: str) -> Reading:
    if re.fullmatch(r"(19|20)\d\d-(0[1-9]|1[0-2])", text):
        return Reading(text)
    found = read_day(text, DAY_FIRST)
    return Reading(f"{found:%Y-%m}") if found else Reading(problem="month")


def _count(text: str, _of: str) -> Reading:
    plain = text.removesuffix(".0")
    good = plain.isascii() and plain.isdigit() and len(plain) <= MOST_COUNT
    return Reading(plain) if good else Reading(problem="count")


def _money(text: str, _of: str) -> Reading:
    amount, _, problem = read_amount(text, ".")
    if amount is None or amount >= Decimal(10**11):
        return Reading(problem=problem or "amount")
    return Reading(f"{amount:.2f}")


def _places(text: str, _of: str) -> Reading:
    """Numbers of allegations as people count them, from 1."""
    numbers = re.split(r"[\s,;]+", text.strip(" ,;"))
    if not all(re.fullmatch(r"[1-9]\d?", number) for number in numbers):
        return Reading(problem="places")
    return Reading([str(int(number) - 1) for number in dict.fromkeys(numbers)])


def _number(text: str, _of: str) -> Reading:
    return Reading(text) if len(text) <= 64 else Reading(problem="too_long")


def _text(text: str, most: str) -> Reading:
    if len(text) > int(most):
        return Reading(problem="too_long")
    plain, found = masked(text)
    return Reading(plain, "", found)


READERS: dict[str, Callable[[str, str], Reading]] = {
    "day": _day,
    "month": _month,
    "count": _count,
    "money": _money,
    "places": _places,
    "number": _number,
    "text": _text,
}
