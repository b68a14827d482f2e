"""Terms of the state's procedure: leap days, year ends, time zones, weekends."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.monitoring.dossier.deadlines import (
    ZONES,
    Deadlines,
    calculate,
    check_day,
    days_left,
    local_day,
    reminders,
)

MOSCOW, VLADIVOSTOK = ZoneInfo("Europe/Moscow"), ZoneInfo("Asia/Vladivostok")
Ymd = tuple[int, int, int]
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@pytest.mark.parametrize(
    ("sent", "registered", "expected"),
    [
        ((2026, 3, 2), (2026, 3, 4), ((2026, 3, 5), (2026, 3, 11), (2026, 4, 3), (2026, 5, 3))),
        ((2028, 2, 27), (2028, 2, 28), ((2028, 3, 1), (2028, 3, 6), (2028, 3, 29), (2028, 4, 28))),
        ((2027, 2, 27), (2027, 2, 28), ((2027, 3, 2), (2027, 3, 7), (2027, 3, 30), (2027, 4, 29))),
        ((2026, 12, 29), (2026, 12, 30), ((2027, 1, 1), (2027, 1, 6), (2027, 1, 29), (2027, 2, 28))),
    ],
)
def test_calendar_days_from_registration(
    sent: Ymd, registered: Ymd, expected: tuple[Ymd, Ymd, Ymd, Ymd]
) -> None:
    found = calculate(date(*sent), date(*registered), MOSCOW)
    assert found == Deadlines(*(date(*day) for day in expected))


def test_nothing_is_guessed_before_registration() -> None:
    assert calculate(date(2026, 3, 2), None, MOSCOW) == Deadlines(date(2026, 3, 5), None, None, None)
    assert calculate(None, None, MOSCOW) == Deadlines(None, None, None, None)


def test_the_day_is_that_of_the_addressee() -> None:
    evening = datetime(2026, 3, 4, 20, 30, tzinfo=UTC)
    assert calculate(None, evening, MOSCOW).answer_by == date(2026, 4, 3)
    assert calculate(None, evening, VLADIVOSTOK).answer_by == date(2026, 4, 4)
    with pytest.raises(ValueError, match="time zone"):
        local_day(datetime(2026, 3, 4, 20, 30), MOSCOW)


@given(DAYS)
def test_terms_are_exact_and_in_order(day: date) -> None:
    found = calculate(day, day, MOSCOW)
    assert found.register_by == day + timedelta(days=3)
    assert found.forward_by == day + timedelta(days=7)
    assert found.answer_by == day + timedelta(days=30)
    assert found.extended_answer_by == day + timedelta(days=60)


@given(DAYS)
def test_the_check_day_is_the_last_working_day(day: date) -> None:
    checked = check_day(day)
    assert checked.weekday() < 5
    assert all(
        (checked + timedelta(days=ahead)).weekday() >= 5 for ahead in range(1, (day - checked).days + 1)
    )


@pytest.mark.parametrize(("day", "checked"), [(20, 20), (21, 20), (22, 20), (23, 23)])
def test_a_weekend_is_checked_on_friday(day: int, checked: int) -> None:
    assert check_day(date(2026, 11, day)) == date(2026, 11, checked)


def test_reminders_and_days_left() -> None:
    due = date(2027, 1, 5)
    assert reminders(due) == [date(2026, 12, 29), date(2027, 1, 3), due]
    assert [days_left(today, due) for today in reminders(due)] == [7, 2, 0]
    assert days_left(date(2027, 1, 8), due) == -3


MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
ADDRESSEES = st.sampled_from([*(ZoneInfo(each) for each in ZONES.values()), VLADIVOSTOK])


@given(MOMENTS, ADDRESSEES)
def test_terms_count_the_days_of_the_addressee_over_every_leap_day_and_year_end(
    moment: datetime, zone: ZoneInfo
) -> None:
    found, day = calculate(moment, moment, zone), moment.astimezone(zone).date()
    assert found.answer_by is not None
    assert [days_left(day, each) for each in reminders(found.answer_by)] == [23, 28, 30]
    assert days_left(found.answer_by + timedelta(days=1), found.answer_by) == -1
    # Counted day by day, as a clerk does with a calendar.
    walked = day
    for _ in range(30):
        walked = date.fromordinal(walked.toordinal() + 1)
    assert found.answer_by == walked


@pytest.mark.parametrize(
    ("registered", "due"),
    [
        ((2028, 1, 30), (2028, 2, 29)),
        ((2028, 2, 29), (2028, 3, 30)),
        ((2027, 1, 30), (2027, 3, 1)),
        ((2026, 12, 1), (2026, 12, 31)),
        ((2026, 12, 2), (2027, 1, 1)),
        ((2100, 1, 30), (2100, 3, 1)),
    ],
)
def test_leap_days_and_year_ends(registered: Ymd, due: Ymd) -> None:
    assert calculate(None, date(*registered), MOSCOW).answer_by == date(*due)
