"""Invented chapters for `camove demo`: each says of itself that it is a sample and no advice."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.toolkit import Passage, SampleCast, actor_of, give_sample_role, now
from handbook.chapters import CHAPTERS
from handbook.models import Chapter, Copy, Edition
from handbook.services import copies, editing, signing
from handbook.services.editing import Content

SOURCE = {"title": "Придуманный источник (пример)", "url": "https://example.org/law", "day": "2026-01-31"}
WAITING = 1
"""So many of the last chapters still wait for their lawyer."""


def add(session: Session, cast: SampleCast) -> None:
    """Write the chapters as one person, sign them as another, and hand one to a partner."""
    give_sample_role(session, cast.people["kg_coordinator"], "handbook.writer")
    give_sample_role(session, cast.people["lawyer"], "handbook.lawyer")
    writer, lawyer = (actor_of(session, cast.people[each]) for each in ("kg_coordinator", "lawyer"))
    review_by = (now() + timedelta(days=180)).date()
    made = []
    for slug, texts in CHAPTERS.items():
        edition = editing.begin_chapter(session, writer, cast.organisations["bishkek"], slug)
        editing.write(session, writer, edition, Content(texts, [SOURCE], review_by), edition.revision)
        editing.submit(session, writer, edition, edition.revision)
        made.append(edition)
    for edition in made[:-WAITING]:
        signing.sign(session, lawyer, edition, edition.revision)
    copies.give(
        session, writer, cast.organisations["bishkek"], made[0].id, "Вокзал в Оше, киоск (пример)",
        "ky", "print", 200, now().date(),
    )  # fmt: skip


def remove(session: Session, organisation_ids: Sequence[UUID]) -> None:
    """Remove the chapters of these organisations and all that hangs on them."""
    chapters = select(Chapter.id).where(Chapter.organisation_id.in_(organisation_ids))
    editions = select(Edition.id).where(Edition.chapter_id.in_(chapters))
    session.execute(delete(Passage).where(Passage.object_id.in_(editions)))
    session.execute(delete(Copy).where(Copy.organisation_id.in_(organisation_ids)))
    session.execute(delete(Chapter).where(Chapter.id.in_(chapters)))
