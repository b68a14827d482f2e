"""What a person wrote in a cell, read as a day or an amount; the whole column decides what a sign means."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

EARLIEST, LATEST = 1990, 2100
AMBIGUOUS, MIXED = "ambiguous", "mixed"
DAY_FIRST, MONTH_FIRST = "dmy", "mdy"

ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
DOTTED_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?: .*)?")
SLASHED_DAY = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?: .*)?")
CURRENCY_WORDS = {
    **dict.fromkeys(("₽", "р", "руб", "рублей", "рубля", "rub"), "RUB"),
    **dict.fromkeys(("сом", "сома", "сомов", "som", "kgs", "⃀"), "KGS"),
    **dict.fromkeys(("₸", "тенге", "теңге", "тг", "kzt"), "KZT"),
    **dict.fromkeys(("сум", "сўм", "so'm", "uzs"), "UZS"),
    **dict.fromkeys(("сомони", "смн", "tjs"), "TJS"),
    **dict.fromkeys(("$", "доллар", "долларов", "usd"), "USD"),
    **dict.fromkeys(("€", "евро", "eur"), "EUR"),
}
SUM = re.compile(r"(?P<before>\D*?)(?P<number>\d[\d\s.,'’]*?)(?P<after>[^\d]*)")
DECIMALS = 2
LONGEST_AMOUNT = 40


def day_order(values: Iterable[str]) -> str:
    """The order of day and month in a column: "dmy", "mdy", or why it cannot be told: "ambiguous", "mixed".

    Only dates with slashes or hyphens raise the question: ISO and D.M.YYYY mean one thing.
    """
    pairs = [match.groups() for value in values if (match := SLASHED_DAY.fullmatch(value))]
    readings = [(_day(year, second, first), _day(year, first, second)) for first, second, year in pairs]
    day_first = any(one and not other for one, other in readings)
    month_first = any(other and not one for one, other in readings)
    if day_first and month_first:
        return MIXED
    if day_first or month_first:
        return DAY_FIRST if day_first else MONTH_FIRST
    return AMBIGUOUS if any(one != other for one, other in readings) else DAY_FIRST


def read_day(value: str, order: str) -> date | None:
    """The day in a cell, or None when there is none; `order` is "dmy" or "mdy"."""
    if match := ISO_DAY.fullmatch(value):
        return _day(*match.groups())
    if match := DOTTED_DAY.fullmatch(value):
        day, month, year = match.groups()
        return _day(year, month, day)
    if match := SLASHED_DAY.fullmatch(value):
        first, second, year = match.groups()
        return _day(year, second, first) if order == DAY_FIRST else _day(year, first, second)
    return None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if EARLIEST <= found.year <= LATEST else None


def decimal_mark(values: Iterable[str]) -> str:
    """The sign before the kopecks in a column, "." or ",", or "" when its amounts do not tell."""
    marks = {mark for value in values if (mark := _plain_mark(_parts(value)[0]))}
    return marks.pop() if len(marks) == 1 else ""


def read_amount(value: str, mark: str) -> tuple[Decimal | None, str, str]:
    """(amount, currency word's code or "", problem). Never a float; at most two decimals.

    Problems: "amount", "amount_negative", "amount_precision", and "amount_ambiguous" for "3,451" in a column
    that does not tell what its comma means.
    """
    number, currency, problem = _parts(value)
    if problem:
        return None, "", problem
    sign = _plain_mark(number) or mark
    if not sign and re.fullmatch(r"\d{1,3}[.,]\d{3}", number):
        return None, currency, "amount_ambiguous"
    whole, _, fraction = number.rpartition(sign) if sign and sign in number else (number, "", "")
    if not re.fullmatch(r"\d+|\d{1,3}(?:[.,]\d{3})+", whole) or not re.fullmatch(r"\d*", fraction):
        return None, currency, "amount"
    if len(fraction) > DECIMALS:
        return None, currency, "amount_precision"
    return Decimal(re.sub(r"\D", "", whole) + "." + (fraction or "0")), currency, ""


def _parts(value: str) -> tuple[str, str, str]:
    """(digits with their points and commas, currency code, problem)."""
    match = SUM.fullmatch(value.strip()) if len(value) <= LONGEST_AMOUNT else None
    if not match:
        return "", "", "amount"
    before, after = (match[name].strip().rstrip(".").casefold() for name in ("before", "after"))
    if before in {"-", "−", "("}:
        return "", "", "amount_negative"
    words = [word for word in (before, after) if word]
    if len(words) > 1 or any(word not in CURRENCY_WORDS for word in words):
        return "", "", "amount"
    return re.sub(r"[\s'’]", "", match["number"]), CURRENCY_WORDS[words[0]] if words else "", ""


def _plain_mark(number: str) -> str:
    """The decimal sign an amount shows by itself: the last of two kinds, or one not before three digits."""
    if "." in number and "," in number:
        return max(".,", key=number.rfind)
    match = re.fullmatch(r"(\d+)([.,])(\d+)", number)
    return match[2] if match and (len(match[3]) != 3 or len(match[1]) > 3) else ""
