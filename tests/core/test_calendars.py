"""The calendar feed, byte by byte, and read by three libraries."""

from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar
import ics
import pytest
import vobject

from core import calendars
from core.calendars import feed, shown
from core.contract import CalendarEvent

START = datetime(2027, 3, 27, 4, tzinfo=UTC)
LONG = "Ярмарка вакансий, обучения; и «переобучения»\\ в городе Баткен и во всех айыл өкмөтү" * 2


BASE = "https://camove.example"


def event(**values: Any) -> CalendarEvent:
    facts: dict[str, Any] = {
        "uid": "fair-7", "title": {"ru": LONG}, "place": "Дом культуры\nзал 2", "starts": START,
        "ends": START + timedelta(hours=5), "sequence": 1, "changed": START - timedelta(days=9),
        "url": "/ru/job_fairs/open/7", "organiser": "Совет Баткена",
    }  # fmt: skip
    return CalendarEvent(**(facts | values))


def made(**values: Any) -> bytes:
    return feed([event(**values)], "Ярмарки", f"{BASE}/calendar.ics", BASE, "ru")


def test_lines_end_with_crlf_are_folded_at_75_octets_and_never_inside_a_character() -> None:
    body = made()
    lines = body.split(b"\r\n")
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert lines[-1] == b""
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode("utf-8")
    assert body.replace(b"\r\n ", b"").count(
        LONG.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;").encode()
    )


def test_text_is_escaped_and_the_zone_is_one_block_without_summer_time() -> None:
    body = made().replace(b"\r\n ", b"").decode()
    assert "LOCATION:Дом культуры\\nзал 2" in body
    assert "DTSTART;TZID=Asia/Bishkek:20270327T100000" in body
    assert body.count("BEGIN:STANDARD") == 1
    assert "DAYLIGHT" not in body
    assert "TZOFFSETTO:+0600" in body
    assert "METHOD" not in body
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT12H" in body
    assert "ORGANIZER" in body


def test_nothing_but_a_change_changes_a_byte() -> None:
    assert made() == made()
    assert made(sequence=2, changed=START) != made()


def test_a_cancelled_event_stays_for_60_days_as_cancelled() -> None:
    gone = event(status="cancelled", changed=START)
    assert shown([gone], START + timedelta(days=60)) == [gone]
    assert shown([gone], START + timedelta(days=61)) == []
    assert b"STATUS:CANCELLED" in made(status="cancelled")
    assert b"STATUS:TENTATIVE" in made(status="tentative")


def test_three_libraries_read_the_same_event() -> None:
    body = made()
    first = icalendar.Calendar.from_ical(body).walk("VEVENT")[0]
    assert (first["UID"], first["SEQUENCE"]) == ("fair-7@camove.example", 1)
    assert str(first["URL"]) == "https://camove.example/ru/job_fairs/open/7"
    assert str(first["SUMMARY"]) == LONG
    other = vobject.readOne(body.decode()).vevent
    assert other.summary.value == LONG
    assert other.dtstart.value == START
    (third,) = ics.Calendar(body.decode()).events
    assert third.name == LONG
    assert third.begin.datetime == START


def test_the_offset_of_the_zone_is_what_the_slips_say() -> None:
    assert calendars.TZID == "Asia/Bishkek"
    local = START.astimezone(calendars.ZoneInfo(calendars.TZID))
    assert local.utcoffset() == timedelta(hours=6)


@pytest.mark.parametrize(
    "wrong",
    [{"topic": "party"}, {"status": "maybe"}, {"ends": START - timedelta(hours=1)}, {"url": "https://evil.example/"},
     {"url": "//evil.example/"}, {"url": "/\\evil.example"}],
)  # fmt: skip
def test_an_event_that_no_calendar_could_hold_or_that_leads_away_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"not known|path of this site"):
        event(**wrong)
