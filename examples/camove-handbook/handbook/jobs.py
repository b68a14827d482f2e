"""Once a day: writers and lawyers are told that a chapter must be looked at again."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from core.toolkit import Database, Job, mark, notify, now, people_with, platform
from handbook.rights import SIGN, WRITE
from handbook.services import finding

AGEING = mark("Chapter %(chapter)s must be looked at again")


def remind(database: Database, _payloads: Sequence[Mapping[str, Any]]) -> None:
    """Tell each once for each edition."""
    with database.transaction() as session:
        for edition in session.scalars(finding.ageing(now().date())):
            if edition.reminded:
                continue
            people = {
                person.id
                for right in (WRITE, SIGN)
                for person in people_with(session, platform.register, right, edition.subject())
            }
            notify(
                session, people, "handbook", AGEING, {"chapter": edition.chapter.slug},
                endpoint="handbook.work", arguments={"edition_id": str(edition.id)},
            )  # fmt: skip
            edition.reminded = True


REMIND = Job("handbook.remind", remind, every=timedelta(days=1))
