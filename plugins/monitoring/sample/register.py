"""The invented register of employers: two records that were merged, a likely duplicate, a broker, a place."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.toolkit import Actor, organisations_of
from plugins.monitoring.models import Change, Employer, Report
from plugins.monitoring.services import merging, register

BUILDER, BAKERY, SEWING = "ООО «Пример-Строй»", "ООО «Условный хлеб»", "ООО «Придуманная нить»"


def add(session: Session, coordinator: Actor) -> None:
    """Add to what the sample reports have made of the register."""
    found = {each.legal_name: each for each in session.scalars(select(Employer))}
    builder, bakery = found[BUILDER], found[BAKERY]
    twin = _employer(session, coordinator, "Primer Stroy LLC", "RU-MOS")
    merging.merge(
        session,
        coordinator,
        twin.id,
        builder.id,
        revisions=(twin.revision, builder.revision),
        reason="Та же вывеска и тот же прораб: название записали латиницей.",
    )
    _employer(session, coordinator, "ОсОО «Придуманая нить»", "")
    other = _employer(session, coordinator, "ООО «Условный хлебец»", "RU-MOW")
    reason = "Другой город и другой владелец, это видно по вывеске."
    merging.tell_apart(session, coordinator, bakery.id, other.id, reason=reason)
    _surroundings(session, coordinator, builder)


def _surroundings(session: Session, coordinator: Actor, builder: Employer) -> None:
    register.add_site(
        session, coordinator, builder, "Стройка у станции, Балашиха", "RU-MOS",
        revision=builder.revision, reason="Так место называют работники.",
    )  # fmt: skip
    broker = _employer(session, coordinator, "Агентство «Мнимые кадры»", "RU-MOW")
    register.add_relation(
        session, coordinator, broker, "labour_broker", builder.id,
        revision=broker.revision, reason="Объявление о наборе бригады.",
    )  # fmt: skip


def _employer(session: Session, coordinator: Actor, name: str, region: str) -> Employer:
    return register.add(session, coordinator, register.Facts(name, "RU", region))


def remove(session: Session, organisation_ids: Sequence[UUID]) -> None:
    """Remove the employers that people of these organisations added and that no report names any more."""
    kept = select(Report.employer_id).where(Report.employer_id.is_not(None))
    added = select(Change).where(Change.what == "add", Change.employer_id.not_in(kept))
    wanted = set(organisation_ids)
    for change in session.scalars(added).all():
        if change.person_id and wanted & set(organisations_of(session, change.person_id)):
            session.delete(session.get_one(Employer, change.employer_id))
