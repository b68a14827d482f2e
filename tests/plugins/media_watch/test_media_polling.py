"""The poller's clock, with a clock of its own: nothing here waits."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.media_watch import polling
from plugins.media_watch.polling import LEAST, MOST, Hints, Turn

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def test_a_busy_feed_is_asked_more_often_and_a_quiet_one_less() -> None:
    assert polling.after_success(HOUR, HOUR, new=8, entries=50, hints=Hints()) == 30 * MINUTE
    assert polling.after_success(HOUR, HOUR, new=4, entries=50, hints=Hints()) == HOUR
    assert polling.after_success(HOUR, HOUR, new=0, entries=50, hints=Hints()) == 90 * MINUTE
    assert polling.after_success(HOUR, HOUR, new=2, entries=2, hints=Hints()) == 30 * MINUTE


def test_what_the_other_side_asks_for_is_the_least_within_our_limits() -> None:
    for hints, expected in (
        (Hints(ttl="120"), 2 * HOUR),
        (Hints(cache_control="public, max-age=7200"), 2 * HOUR),
        (Hints(period="daily", frequency="4"), 6 * HOUR),
        (Hints(period="yearly"), MOST),
        (Hints(ttl="-5", cache_control="max-age=x", period="often", frequency="0"), HOUR),
    ):
        assert polling.after_success(HOUR, HOUR, new=4, entries=50, hints=hints) == expected


@given(
    st.timedeltas(timedelta(), timedelta(days=40)),
    st.timedeltas(timedelta(), timedelta(days=40)),
    st.integers(0, 600),
    st.integers(0, 600),
)
def test_an_interval_is_never_under_ten_minutes_nor_over_a_day(
    interval: timedelta, elapsed: timedelta, new: int, entries: int
) -> None:
    assert LEAST <= polling.after_success(interval, elapsed, new, entries, Hints()) <= MOST


def test_backoff_is_linear_with_weights_and_never_gives_up() -> None:
    assert polling.weight(404) == 1
    assert polling.weight(422) == 0.5
    assert polling.weight(503) == polling.weight(0) == 0.25
    assert [polling.after_failure(HOUR, n) / HOUR for n in (0.25, 1, 2, 5)] == [1, 1, 2, 5]
    assert polling.after_failure(MOST, 500) == timedelta(days=30)
    assert polling.after_failure(HOUR, 1, asked=3 * HOUR) == 3 * HOUR


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("120", 2 * MINUTE),
        ("999999999", MOST),
        ("Fri, 27 Nov 2026 13:00:00 GMT", HOUR),
        ("Fri, 27 Nov 2026 11:00:00 GMT", timedelta()),
        ("Fri, 27 Nov 2036 11:00:00 GMT", MOST),
        ("soon", None),
        ("", None),
        ("-5", None),
    ],
)
def test_retry_after_as_seconds_and_as_date(value: str, expected: timedelta | None) -> None:
    assert polling.retry_after(value, NOW) == expected


def test_one_request_for_a_host_at_a_time_and_the_longest_waiting_first() -> None:
    waiting = [
        Turn("a1", "a.example", NOW - MINUTE),
        Turn("a2", "a.example", NOW - 2 * MINUTE),
        Turn("b1", "b.example", NOW),
        Turn("c1", "c.example", NOW + MINUTE),
        Turn("d1", "d.example", NOW - HOUR),
    ]
    last = {"d.example": NOW - timedelta(seconds=3), "a.example": NOW - timedelta(seconds=5)}
    chosen = polling.turns(waiting, NOW, last, timedelta(seconds=5))
    assert [each.key for each in chosen] == ["a2", "b1"]


def test_a_move_is_believed_after_three_equal_answers() -> None:
    state, seen = ("", 0), []
    for to in ("https://n.example/f", "https://n.example/f", "", *["https://n.example/f"] * 3):
        known, count, believed = polling.moved(*state, to)
        state = (known, count)
        seen.append(believed)
    assert seen == [False, False, False, False, False, True]
