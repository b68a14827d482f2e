"""Events as iCalendar (RFC 5545, 7986): equal bytes between changes, cancelled ones kept, one-block time zone."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneStandard, vCalAddress, vDuration, vText

from core.contract import CalendarEvent
from core.i18n import best

TZID = "Asia/Bishkek"
ZONE = ZoneInfo(TZID)
KEPT = timedelta(days=60)
"""How long a cancelled event stays in a feed as such: if it vanished, clients would delete it silently."""

REFRESH = timedelta(hours=12)


def shown(events: Sequence[CalendarEvent], moment: datetime) -> list[CalendarEvent]:
    """Without those that were cancelled more than 60 days before `moment`."""
    return [each for each in events if each.status != "cancelled" or moment - each.changed <= KEPT]


def feed(events: Sequence[CalendarEvent], name: str, source: str, base: str, language: str) -> bytes:
    """The feed: CRLF, folded at 75 octets. `base` is the address of the site, `source` that of the feed.

    The bytes depend on nothing but the arguments: no moment of the request stands in them.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//camove//calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("source", source, parameters={"VALUE": "URI"})
    calendar.add("color", "teal")
    refresh = vDuration(REFRESH)
    refresh.params["VALUE"] = "DURATION"
    calendar.add("refresh-interval", refresh)
    calendar.add("x-published-ttl", "PT12H")
    calendar.add_component(_zone())
    for each in sorted(events, key=lambda event: (event.starts, event.uid)):
        calendar.add_component(_event(each, base, language))
    return bytes(calendar.to_ical())


def _zone() -> Timezone:
    """UTC+6 without summer time since 12 August 2005."""
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", TZID)
    standard.add("dtstart", datetime(2005, 8, 12))  # noqa: DTZ001 - local time by RFC 5545
    standard.add("tzoffsetfrom", timedelta(hours=6))
    standard.add("tzoffsetto", timedelta(hours=6))
    standard.add("tzname", "+06")
    zone.add_component(standard)
    return zone


def _event(each: CalendarEvent, base: str, language: str) -> Event:
    event, domain = Event(), urlsplit(base).hostname or "camove"
    event.add("uid", f"{each.uid}@{domain}")
    event.add("dtstamp", each.changed)
    event.add("last-modified", each.changed)
    event.add("sequence", each.sequence)
    event.add("summary", best(each.title, language))
    event.add("location", each.place)
    event.add("dtstart", each.starts.astimezone(ZONE))
    event.add("dtend", each.ends.astimezone(ZONE))
    event.add("status", each.status.upper())
    event.add("url", base + each.url)
    if each.organiser:
        organiser = vCalAddress(f"mailto:calendar@{domain}")
        organiser.params["CN"] = vText(each.organiser)
        event.add("organizer", organiser)
    return event
