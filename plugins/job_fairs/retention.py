"""How long the contacts of a fair are kept. Calendar days where the fair is."""

import calendar
from datetime import date, timedelta

LAST_WAVE_MONTHS = 3
"""People are asked what became of them on the day, after two weeks, and for the last time after three months."""

GRACE = timedelta(days=30)
"""To reach those who did not answer at once; our own measure, no law's."""


def last_wave(last_day: date) -> date:
    """The day of the last wave. Where its month is shorter, it falls on that month's last day."""
    year, month = divmod(last_day.year * 12 + last_day.month - 1 + LAST_WAVE_MONTHS, 12)
    return date(year, month + 1, min(last_day.day, calendar.monthrange(year, month + 1)[1]))


def kept_until(last_day: date) -> date:
    """The last day on which contacts are kept, from the last day of the fair; a day later they are erased."""
    return last_wave(last_day) + GRACE
