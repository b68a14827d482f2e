"""What the clock does to dossiers: reminders before an answer is due, and what follows when none comes."""

from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.toolkit import Actor, Passage, audit, mark, now, people_with, platform
from plugins.monitoring import rights
from plugins.monitoring.dossier.deadlines import REGISTER, REMINDERS, days_left
from plugins.monitoring.models import Dossier
from plugins.monitoring.services.following import today
from plugins.monitoring.services.notices import tell

DUE = mark("An answer to the dossier on the report %(reference)s is due soon")
SILENCE = mark(
    "The authority has not answered the dossier on the report %(reference)s. Complain about the silence."
)
NUMBER = mark("Ask the authority for the incoming number of the dossier on the report %(reference)s")

BY_POST = timedelta(days=14)
"""How long a letter may travel before somebody asks for its number; our own measure, no law's."""

SILENT = -1


def remind(session: Session) -> None:
    """Tell the people who follow dossiers what is due; each thing once, also after a week without a worker."""
    soon = now().date() + max(REMINDERS) + timedelta(days=1)
    waiting = (Dossier.state == "registered") & (Dossier.answer_by <= soon)
    unnumbered = (Dossier.state == "sent") & Dossier.asked_number_on.is_(None)
    rows = select(Dossier).where(or_(waiting, unnumbered)).order_by(Dossier.id)
    for dossier in session.scalars(rows.with_for_update(of=Dossier)):
        _ask_number(session, dossier) if dossier.state == "sent" else _remind(session, dossier)


def _remind(session: Session, dossier: Dossier) -> None:
    if dossier.answer_by is None:
        return
    left = days_left(today(dossier), dossier.answer_by)
    reached = [each.days for each in REMINDERS if left <= each.days]
    stage = SILENT if left < 0 else min(reached, default=None)
    if stage is None or (dossier.reminded_at is not None and dossier.reminded_at <= stage):
        return
    dossier.reminded_at = stage
    if stage == SILENT:
        _fall_silent(session, dossier)
    _tell(session, dossier, SILENCE if stage == SILENT else DUE)


def _fall_silent(session: Session, dossier: Dossier) -> None:
    """The term has passed: from here the task is to complain (or to record an answer that came late)."""
    source, dossier.state, dossier.revision = dossier.state, "silent", dossier.revision + 1
    passage = Passage(kind="monitoring.dossier", object_id=dossier.id, revision=dossier.revision)
    passage.source, passage.target, passage.transition = source, "silent", "fall_silent"
    session.add(passage)
    audit.record(session, Actor(), "monitoring.dossier.fall_silent", dossier.id, ("state",))


def _ask_number(session: Session, dossier: Dossier) -> None:
    """No number after the term to register: somebody asks; nothing is guessed."""
    patience = BY_POST if dossier.channel == "post" else REGISTER
    if dossier.sent_on and today(dossier) > dossier.sent_on + patience:
        dossier.asked_number_on = today(dossier)
        _tell(session, dossier, NUMBER)


def _tell(session: Session, dossier: Dossier, message: str) -> None:
    people = people_with(session, platform.register, rights.DOSSIER_TRACK, dossier.subject())
    tell(session, dossier, [person.id for person in people], message)
