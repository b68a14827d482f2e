"""Terms of the state's own procedure (59-FZ): calendar days in the addressee's zone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

REGISTER = timedelta(days=3)
FORWARD = timedelta(days=7)
ANSWER = timedelta(days=30)
EXTENSION = timedelta(days=30)
REMINDERS = (timedelta(days=7), timedelta(days=2), timedelta(0))
FRIDAY = 4

ZONES = {
    "RU": "Europe/Moscow",
    "KZ": "Asia/Almaty",
    "KG": "Asia/Bishkek",
    "UZ": "Asia/Tashkent",
    "TJ": "Asia/Dushanbe",
}
"""The time zone of the capital of each country: where the body that is written to counts its days."""

ELSEWHERE = "Europe/Moscow"


@dataclass(frozen=True)
class Deadlines:
    """Last days of each step. None where the day it counts from is not known: nothing is guessed."""

    register_by: date | None
    forward_by: date | None
    answer_by: date | None
    extended_answer_by: date | None


def calculate(sent: date | None, registered: date | None, zone: tzinfo) -> Deadlines:
    """Count from the days that `sent` and `registered` are in `zone`.

    The term to register runs from sending, all others from registration. A naive datetime raises ValueError.
    """
    sent_day, registered_day = local_day(sent, zone), local_day(registered, zone)
    return Deadlines(
        register_by=_after(sent_day, REGISTER),
        forward_by=_after(registered_day, FORWARD),
        answer_by=_after(registered_day, ANSWER),
        extended_answer_by=_after(registered_day, ANSWER + EXTENSION),
    )


def local_day(moment: date | None, zone: tzinfo) -> date | None:
    """The calendar day of a moment where the addressee sits; a plain date stays as it is."""
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(zone).date()


def _after(day: date | None, term: timedelta) -> date | None:
    return day + term if day else None


def check_day(day: date) -> date:
    """The last Monday-to-Friday day on or before `day`, to look for the answer: the law moves no term."""
    return day - timedelta(days=max(0, day.weekday() - FRIDAY))


def reminders(answer_by: date) -> list[date]:
    """Days on which to remind: a week before, two days before, and the day itself."""
    return [answer_by - ahead for ahead in REMINDERS]


def days_left(today: date, answer_by: date) -> int:
    """Whole days until the answer is due; negative when it is late."""
    return (answer_by - today).days
