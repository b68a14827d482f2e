"""The days of the public list: the right of reply, the answer to a dispute, expiry. Calendar days in a zone."""

import calendar
from datetime import UTC, date, datetime, time, timedelta, tzinfo

REPLY = timedelta(days=14)
"""For the employer's reply, from the later of the two letters; once more on request."""

DISPUTE_WORKING_DAYS = 10
LIFE_MONTHS = 12
CAP_MONTHS = 24
LABEL_MONTHS = 3
"""How long an entry whose wages were paid says so before it goes."""

SATURDAY = 5


def months_after(day: date, months: int) -> date:
    """The same day so many months later; where that month is shorter, its last day (29 February included)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def working_days_after(day: date, number: int) -> date:
    """The Monday-to-Friday day so many working days later; public holidays are not known, so none is counted out."""
    while number:
        day += timedelta(days=1)
        number -= day.weekday() < SATURDAY
    return day


def reply_by(letters: tuple[date, ...], *, extended: bool = False) -> date:
    """The last day of the right of reply."""
    return max(letters) + REPLY * (2 if extended else 1)


def last_day(tier: str, last_fact: date, first_published: date | None, *, renewed: bool = False) -> date:
    """The last day on which an entry stands: a year from its last fact, and in tier B never over two years in all."""
    until = months_after(last_fact, LIFE_MONTHS)
    if tier == "B" and first_published and renewed:
        return min(until, months_after(first_published, CAP_MONTHS))
    return until


def end_of(day: date, zone: tzinfo) -> datetime:
    """The moment, in UTC, at which `day` has ended where the employer is."""
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)


def end_of_month(month: str) -> date:
    """The last day of a month written `YYYY-MM`."""
    year, number = (int(part) for part in month.split("-"))
    return date(year, number, calendar.monthrange(year, number)[1])


def quarter(day: date) -> str:
    """The quarter of a day, as `2026-Q3`: an entry tells no month, since a month can point at a brigade."""
    return f"{day.year}-Q{(day.month - 1) // 3 + 1}"


def months_between(first: str, last: str) -> int:
    """How many months two written `YYYY-MM` span, both counted; 0 where the first is not known."""
    if not first:
        return 0
    (y1, m1), (y2, m2) = ((int(part) for part in each.split("-")) for each in (first, last or first))
    return max(0, (y2 * 12 + m2) - (y1 * 12 + m1) + 1)
