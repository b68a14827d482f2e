"""What the network tells of fairs: its calendar, its news, and the plugin's own feed. Drafts are told to nobody."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.toolkit import CalendarEvent, PublicUpdate, language, organisation_names
from plugins.job_fairs.models import Fair

STATUS = {"cancelled": "cancelled", "postponed": "tentative"}
"""How calendars know a state; all others are confirmed."""


def between(session: Session, start: datetime, end: datetime) -> list[CalendarEvent]:
    """The announced fairs that begin from `start` until `end`."""
    rows = select(Fair).where(Fair.state != "draft", Fair.starts >= start, Fair.starts < end)
    return events(session, session.scalars(rows.order_by(Fair.starts, Fair.id).limit(500)).all())


def events(session: Session, fairs: Sequence[Fair]) -> list[CalendarEvent]:
    """Fairs as calendars know them, with who holds them."""
    names = organisation_names(session, {each.organisation_id for each in fairs}, language())
    return [_event(each, names.get(each.organisation_id, "")) for each in fairs]


def _event(fair: Fair, organiser: str) -> CalendarEvent:
    return CalendarEvent(
        uid=f"fair-{fair.id}", title=dict(fair.title), starts=fair.starts, ends=fair.ends, url=_page(fair),
        changed=fair.changed_at, place=fair.venue, region=fair.region, topic="fair",
        status=STATUS.get(fair.state, "confirmed"), sequence=fair.sequence, organiser=organiser,
    )  # fmt: skip


def newest(session: Session, limit: int) -> list[PublicUpdate]:
    """The fairs that were announced, moved or called off last."""
    rows = select(Fair).where(Fair.state != "draft").order_by(Fair.changed_at.desc(), Fair.id.desc())
    return [_update(each) for each in session.scalars(rows.limit(limit))]


def _update(fair: Fair) -> PublicUpdate:
    return PublicUpdate(
        uid=f"job_fairs:fair:{fair.id}", title=dict(fair.title), url=_page(fair), published=fair.changed_at,
        summary=dict.fromkeys(("ru", "ky", "en"), fair.venue), revision=fair.sequence,
    )  # fmt: skip


def _page(fair: Fair) -> str:
    return f"/{language()}/job_fairs/open/{fair.id}"
