"""Tables that other plugins offer arrive as deposits, and pass or fail the gate like any other."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.toolkit import Actor, DatasetExtract, Subject, audit, platform, require
from plugins.research import rights
from plugins.research.dictionary import Column
from plugins.research.models import Dataset, Version
from plugins.research.services import deposits


def harvest(session: Session, actor: Actor, organisation_id: UUID, first: date, last: date) -> list[Version]:
    """Take what plugins offer for those days, each as a further version of its standing dataset. Raises Denied."""
    require(actor, rights.DEPOSIT, Subject(organisation_id))
    offered = platform.plugins.dataset_extracts(session, actor, first, last)
    return [_take(session, actor, organisation_id, each, first, last) for each in offered]


def _take(
    session: Session, actor: Actor, organisation_id: UUID, offered: DatasetExtract, first: date, last: date
) -> Version:
    standing = session.scalars(select(Dataset).where(Dataset.source == offered.name)).first()
    version = deposits.deposit(
        session, actor, organisation_id, [offered.content.encode()], offered.title,
        dataset_id=standing.id if standing else None,
        wishes={"encoding": "utf-8"},
    )  # fmt: skip
    version.dataset.source = offered.name
    known = {each["name"] for each in version.columns}
    version.columns = version.columns + [
        replace(Column(name), label=dict(labels), role="key").plain()
        for name, labels in offered.columns.items()
        if name not in known
    ]
    version.about = {
        **version.about, "collected_from": first.isoformat(), "collected_to": last.isoformat(),
        "consent": "Only what sources agreed to for statistics.",
    }  # fmt: skip
    audit.record(session, actor, "research.version.harvest", version.id)
    return version
