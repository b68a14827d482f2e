"""Notices about deposits and requests: they name the title that the catalogue will show, and nothing of the data."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.orm import Session

from core.toolkit import notify
from plugins.research.dictionary import best
from plugins.research.models import Request, Version


def tell(session: Session, about: Version | Request, people: Iterable[UUID | None], message: str) -> None:
    """Leave a notice for each person, with a link to the record."""
    version = about if isinstance(about, Version) else about.version
    endpoint, argument = ("work", "version_id") if isinstance(about, Version) else ("asked", "request_id")
    title = best(version.about.get("title", {}), "ru") or version.dataset.slug
    notify(
        session,
        [each for each in people if each],
        "research",
        message,
        {"title": title[:120]},
        endpoint=f"research.{endpoint}",
        arguments={argument: str(about.id)},
    )
