"""Names and telephones go when their time is over, with the keys that open them; the row without a name stays."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.toolkit import Actor, Database, audit, calendars, now, vault
from plugins.job_fairs import retention
from plugins.job_fairs.models import Fair, Registration
from plugins.job_fairs.services.registrations import place

ERASED = "job_fairs.fair.erase_contacts"
BATCH = 200
"""People a transaction, so that nobody who writes meanwhile waits for a whole fair."""


def kept_until(fair: Fair) -> date:
    """The last day on which the contacts of a fair are kept."""
    last = fair.ends
    if fair.state == "cancelled":
        # Nothing moves a cancelled fair: its last change is the cancellation. One cancelled late gains no time.
        last = min(last, fair.changed_at)
    return retention.kept_until(day_of(last))


def day_of(moment: datetime) -> date:
    """The day of that moment where the fairs are."""
    return moment.astimezone(calendars.ZONE).date()


def forget(database: Database, _payloads: Sequence[Mapping[str, Any]] = ()) -> None:
    """Erase the contacts of all fairs whose time is over. What a killed run left, the next one finds."""
    with database.reading() as session:
        over = [each.id for each in session.scalars(select(Fair)) if kept_until(each) < day_of(now())]
    for fair_id in over:
        after: UUID | None = UUID(int=0)
        while after is not None:
            with database.transaction() as session:
                after = _forget_some(session, fair_id, after)


def _forget_some(session: Session, fair_id: UUID, after: UUID) -> UUID | None:
    """Erase what is sealed of the next people of a fair; gives the last of them, None behind the end."""
    rows = select(Registration).where(Registration.fair_id == fair_id, Registration.id > after)
    people = session.scalars(rows.order_by(Registration.id).limit(BATCH)).all()
    places = {each.id: place(each) for each in people}
    erased = [vault.erase(session, Actor(), places[each]) for each in vault.has(session, places.values())]
    if erased:
        # The audit keeps no values; a number of people is none.
        audit.record(session, Actor(), ERASED, fair_id, (f"contacts={sum(erased)}",))
        vault.scrub_soon(session)
    return people[-1].id if people else None
