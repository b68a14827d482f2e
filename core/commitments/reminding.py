"""What the clock does: a notice a week before the day, one on the day, and after it the promise is late."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.accounts.actors import SYSTEM
from core.accounts.directory import people_with
from core.accounts.models import Membership, Person
from core.accounts.roles import COMMITMENTS_MANAGE
from core.commitments.lifecycle import COMMITMENT, today
from core.commitments.models import Commitment
from core.contract import Job
from core.database import Database
from core.i18n import mark
from core.notifications import notify
from core.permissions import Register

BEFORE = timedelta(days=7)
SOON = mark("A promise of your organisation is due on %(day)s")
NOW = mark("A promise of your organisation is due today, %(day)s")
LATE = mark("A promise is late: it was due on %(day)s")


class Reminder:
    """Runs every hour, so that the day in Bishkek begins there; a repeat finds nothing to do."""

    def __init__(self, register: Register) -> None:
        """Know who manages commitments."""
        self._register = register

    def job(self) -> Job:
        """The worker's part."""
        return Job("core.commitments", self.run, every=timedelta(hours=1))

    def run(self, database: Database, _payloads: Sequence[Mapping[str, Any]] = ()) -> None:
        """Look at all that are open and due soon, each in its own transaction."""
        rows = select(Commitment.id).where(Commitment.state == "open", Commitment.due <= today() + BEFORE)
        with database.reading() as session:
            ids = session.scalars(rows).all()
        for each in ids:
            with database.transaction() as session:
                self._look(session, each)

    def _look(self, session: Session, commitment_id: UUID) -> None:
        found = session.get(Commitment, commitment_id, with_for_update=True)
        if found is None or found.state != "open":
            return
        if found.due < today():
            COMMITMENT.move(session, SYSTEM, found, "lapse", revision=found.revision)
            managers = people_with(session, self._register, COMMITMENTS_MANAGE, found.subject())
            self._tell(session, found, LATE, [each.id for each in managers])
            return
        step = "due" if found.due == today() else "before"
        if found.reminded != step:
            found.reminded = step
            self._tell(session, found, NOW if step == "due" else SOON)

    def _tell(self, session: Session, found: Commitment, message: str, more: Iterable[UUID] = ()) -> None:
        rows = select(Membership.person_id).join(Membership.person)
        own = session.scalars(
            rows.where(Membership.organisation_id == found.organisation_id, Person.disabled.is_(False))
        )
        notify(
            session, {*own, *more}, "core", message, {"day": f"{found.due:%d.%m.%Y}"},
            endpoint="commitments.page", arguments={"commitment_id": str(found.id)},
        )  # fmt: skip
