"""The calendar of the network: a page by months, and the same events for calendar programmes."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, abort, render_template, request
from werkzeug.wrappers import Response as BaseResponse
from wtforms import SelectField

from core import calendars
from core.accounts import labels
from core.contract import TOPICS, CalendarEvent
from core.database import now
from core.facade import Gathered
from core.i18n import best, gettext, language, lazy_gettext
from core.platform import platform
from core.web.filters import long_date
from core.web.forms import Form
from core.web.guard import public, reading

blueprint = Blueprint("calendar", __name__)
MONTHS = 12
YEARS = 1900, 2999
BEHIND = 12
"""Months of the past that a feed still holds: a programme that has not asked for long must hear what was called off."""

WORDS = {
    "fair": lazy_gettext("Job fairs"),
    "training": lazy_gettext("Trainings"),
    "council": lazy_gettext("Councils"),
    "press": lazy_gettext("For the press"),
    "meeting": lazy_gettext("Meetings"),
    "other": lazy_gettext("Other"),
}
STATUS = {"cancelled": lazy_gettext("Cancelled"), "tentative": lazy_gettext("Postponed")}


class Filter(Form):
    """What of the calendar somebody wants."""

    class Meta(Form.Meta):
        """A filter changes nothing."""

        csrf = False

    region = SelectField(lazy_gettext("Region"))
    topic = SelectField(lazy_gettext("Topic"))

    def __init__(self, events: Iterable[CalendarEvent]) -> None:
        """Offer what there is; whatever the address holds that cannot be meant counts as nothing."""
        super().__init__(request.args)
        there = list(events)
        regions = sorted({each.region for each in there} & set(labels.REGIONS), key=labels.region)
        topics = [each for each in TOPICS if any(event.topic == each for event in there)]
        self.region.choices = [
            ("", gettext("All regions")),
            *((each, labels.region(each)) for each in regions),
        ]
        self.topic.choices = [("", gettext("All topics")), *((each, str(WORDS[each])) for each in topics)]
        for field, known in ((self.region, labels.REGIONS), (self.topic, WORDS)):
            field.data = field.data if field.data in known else ""

    def taken(self, events: Iterable[CalendarEvent]) -> list[CalendarEvent]:
        """Those that were asked for."""
        return [
            each
            for each in events
            if self.region.data in ("", each.region) and self.topic.data in ("", each.topic)
        ]

    @property
    def again(self) -> dict[str, str]:
        """What stands in the address of the same wish."""
        return {name: value for name, value in self.data.items() if value}


@blueprint.get("/calendar")
@public
def page() -> str:
    """What is planned, month by month, from this month or from the one that the address names."""
    first = _asked()
    found = _between(first, _later(first, MONTHS))
    form = Filter(found.answers)
    return render_template(
        "pages/calendar.html", form=form, months=_months(form.taken(found.answers)), missing=found.missing,
        earlier=f"{_later(first, -MONTHS):%Y-%m}", later=f"{_later(first, MONTHS):%Y-%m}", clock=_clock,
        region=labels.region, best=best, topics=WORDS, status=STATUS,
    )  # fmt: skip


@blueprint.get("/calendar.ics")
@public
def feed() -> BaseResponse:
    """The same for calendar programmes, per region and topic; the bytes change only when an event does."""
    first = _month(now())
    found = _between(_later(first, -BEHIND), _later(first, 2 * MONTHS))
    if found.missing:
        # A programme would delete what is missing without a word: it shall keep what it has and ask again.
        abort(503)
    form = Filter(found.answers)
    events = calendars.shown(form.taken(found.answers), now())
    body = calendars.feed(events, _name(form), request.url, platform.settings.base_url, language())
    return for_programmes(body, "text/calendar")


def for_programmes(body: bytes, kind: str) -> BaseResponse:
    """A public answer that programmes ask for again and again: 304 while nothing has changed."""
    answer = Response(body, mimetype=kind)
    answer.set_etag(hashlib.sha256(body).hexdigest()[:32])
    return answer.make_conditional(request)


def _name(form: Filter) -> str:
    parts = [labels.region(form.region.data), str(WORDS.get(form.topic.data, ""))]
    return ", ".join([gettext("Calendar of the network"), *filter(None, parts)])


def _between(start: datetime, end: datetime) -> Gathered[CalendarEvent]:
    return platform.plugins.calendar_events(reading(), start.astimezone(UTC), end.astimezone(UTC))


def _months(events: Iterable[CalendarEvent]) -> list[tuple[str, list[CalendarEvent]]]:
    grouped = groupby(events, key=lambda each: f"{each.starts.astimezone(calendars.ZONE):%Y-%m}")
    return [(month, list(there)) for month, there in grouped]


def _asked() -> datetime:
    try:
        found = datetime.strptime(request.args.get("from", ""), "%Y-%m").replace(tzinfo=calendars.ZONE)
    except ValueError:
        return _month(now())
    return found if YEARS[0] < found.year < YEARS[1] else _month(now())


def _month(moment: datetime) -> datetime:
    return moment.astimezone(calendars.ZONE).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _later(first: datetime, months: int) -> datetime:
    count = first.year * 12 + first.month - 1 + months
    return first.replace(year=count // 12, month=count % 12 + 1)


def _clock(event: CalendarEvent) -> dict[str, Any]:
    """When it is, where it is: the day, and the hours."""
    starts, ends = event.starts.astimezone(calendars.ZONE), event.ends.astimezone(calendars.ZONE)
    last = f"{ends:%H:%M}" if ends - starts < timedelta(days=1) else f"{long_date(ends.date())}, {ends:%H:%M}"
    return {"day": long_date(starts.date()), "hours": f"{starts:%H:%M} – {last} (UTC+6)"}
