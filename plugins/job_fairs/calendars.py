"""Fairs as iCalendar (RFC 5545, 7986): equal bytes between changes, cancelled ones kept, one-block time zone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneStandard, vCalAddress, vDuration, vText

TZID = "Asia/Bishkek"
KEPT = timedelta(days=60)
"""How long a cancelled fair stays in the feed as such: if it vanished, clients would delete it silently."""

REFRESH = timedelta(hours=12)
STATUS = {"cancelled": "CANCELLED", "postponed": "TENTATIVE"}


@dataclass(frozen=True)
class Entry:
    """A fair as calendars know it. `changed` is the last change, never the time of the request."""

    id: UUID
    title: str
    place: str
    starts: datetime
    ends: datetime
    state: str
    sequence: int
    changed: datetime
    url: str
    organiser: str
    kind: str = "fair"
    """What stands before the id in the UID: a fair, or one appointment of a person."""


def shown(entries: Sequence[Entry], today: datetime) -> list[Entry]:
    """Without those that were cancelled more than 60 days ago."""
    return [each for each in entries if each.state != "cancelled" or today - each.changed <= KEPT]


def feed(entries: Sequence[Entry], name: str, source: str, domain: str) -> bytes:
    """The feed: CRLF, folded at 75 octets."""
    calendar = Calendar()
    calendar.add("prodid", "-//camove//job fairs//EN")
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
    for each in sorted(entries, key=lambda entry: (entry.starts, entry.id)):
        calendar.add_component(_event(each, domain))
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


def _event(each: Entry, domain: str) -> Event:
    event = Event()
    event.add("uid", f"{each.kind}-{each.id}@{domain}")
    event.add("dtstamp", each.changed)
    event.add("last-modified", each.changed)
    event.add("sequence", each.sequence)
    event.add("summary", each.title)
    event.add("location", each.place)
    event.add("dtstart", each.starts.astimezone(ZoneInfo(TZID)))
    event.add("dtend", each.ends.astimezone(ZoneInfo(TZID)))
    event.add("status", STATUS.get(each.state, "CONFIRMED"))
    event.add("url", each.url)
    organiser = vCalAddress(f"mailto:fairs@{domain}")
    organiser.params["CN"] = vText(each.organiser)
    event.add("organizer", organiser)
    return event
