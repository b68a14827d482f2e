"""Background work of the plugin: reminding of answers that are due."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from core.toolkit import Database, Job, mark, now, people_with, platform
from plugins.monitoring import rights
from plugins.monitoring.deadlines import reminders
from plugins.monitoring.models import Dossier
from plugins.monitoring.services.notices import tell

DUE = mark("An answer to the dossier on the report %(reference)s is due soon")


def remind(database: Database, _payloads: Sequence[Mapping[str, Any]]) -> None:
    """Tell the coordinators seven days, two days before, and on the day; once a day however often it runs."""
    today = now().date()
    with database.transaction() as session:
        rows = select(Dossier).where(Dossier.state == "registered", Dossier.answer_by >= today)
        for dossier in session.scalars(rows.with_for_update(of=Dossier)):
            if dossier.answer_by and today in reminders(dossier.answer_by) and dossier.reminded_on != today:
                dossier.reminded_on = today
                people = people_with(session, platform.register, rights.DOSSIER_TRACK, dossier.subject())
                tell(session, dossier, [person.id for person in people], DUE)


REMIND = Job("monitoring.remind", remind, every=timedelta(hours=1))
