"""The moment and the day of the public list; every rule of it asks here, so that a test can move the clock."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from core.toolkit import now
from plugins.monitoring.dossier.deadlines import ELSEWHERE, ZONES


def moment() -> datetime:
    """Now, in UTC."""
    return now()


def zone(country: str) -> ZoneInfo:
    """The time zone in which the days of an employer of that country are counted."""
    return ZoneInfo(ZONES.get(country, ELSEWHERE))


def today(country: str) -> date:
    """The day that it is there."""
    return moment().astimezone(zone(country)).date()
