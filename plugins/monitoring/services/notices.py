"""Notices about reports and dossiers: they name the report's number and nothing else."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.orm import Session

from core.toolkit import notify
from plugins.monitoring.models import Dossier, Report


def tell(session: Session, about: Report | Dossier, people: Iterable[UUID], message: str) -> None:
    """Leave a notice for each person, with a link to the record."""
    kind, report = ("report", about) if isinstance(about, Report) else ("dossier", about.report)
    notify(
        session,
        people,
        "monitoring",
        message,
        {"reference": report.reference},
        endpoint=f"monitoring.{kind}",
        arguments={f"{kind}_id": str(about.id)},
    )
