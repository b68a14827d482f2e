"""The inspector's link: one frozen dossier, to read without an account, until a day; and answers that come back."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from core.toolkit import (
    Actor,
    GuardFailed,
    audit,
    mark,
    now,
    people_with,
    platform,
    require,
)
from plugins.monitoring import rights
from plugins.monitoring.lifecycle import ANSWERABLE, DOSSIER
from plugins.monitoring.models import Dossier, IncomingAnswer, InspectorLink, LinkOpening, Report
from plugins.monitoring.services.notices import tell

DAYS = 30
MOST_DAYS = 180
MOST_WAITING = 5
"""Answers of one link that nobody has looked at yet; a further one is refused."""

CLOSED = ("drafting", "replaced", "withdrawn")
"""States in which a dossier is shown to nobody outside."""

ANSWER = mark(
    "An answer to the dossier on the report %(reference)s came through a link. Look whether it is true."
)


class Full(Exception):
    """So many answers wait already that a further one is not kept."""


def may_leave(dossier: Dossier) -> bool:
    """Whether somebody outside may be shown it: frozen, not withdrawn, and no source has taken its consent back."""
    return dossier.state not in CLOSED and dossier.consent_lost_at is None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def open_link(session: Session, actor: Actor, dossier: Dossier, recipient: str, days: int = DAYS) -> str:
    """A link for `days` days; gives its token, 256 random bits, which is kept nowhere and shown once."""
    require(actor, rights.DOSSIER_TRACK, dossier.subject())
    if not may_leave(dossier) or not dossier.manifest:
        raise GuardFailed("share", ["not_frozen"])
    token = secrets.token_urlsafe(32)
    made = InspectorLink(dossier=dossier, token_hash=_hash(token), recipient=recipient)
    made.person_id = actor.person_id
    made.expires_at = now() + timedelta(days=min(max(days, 1), MOST_DAYS))
    session.add(made)
    session.flush()
    audit.record(session, actor, "monitoring.link.open", dossier.id)
    return token


def close(session: Session, actor: Actor, dossier: Dossier, link_id: UUID) -> None:
    """End a link now; one of another dossier, or none, is no error."""
    require(actor, rights.DOSSIER_TRACK, dossier.subject())
    found = session.get(InspectorLink, link_id)
    if found and found.dossier_id == dossier.id:
        found.revoked_at = found.revoked_at or now()
    audit.record(session, actor, "monitoring.link.close", dossier.id)


def close_all(session: Session, actor: Actor, dossier: Dossier) -> None:
    """End every link of a dossier that is withdrawn or replaced."""
    rows = select(InspectorLink).where(
        InspectorLink.dossier_id == dossier.id, InspectorLink.revoked_at.is_(None)
    )
    for link in session.scalars(rows).all():
        link.revoked_at = now()
        audit.record(session, actor, "monitoring.link.close", dossier.id)


def find(session: Session, token: str) -> InspectorLink | None:
    """The link of a token while it leads anywhere; wrong, expired and revoked look the same."""
    parts = selectinload(InspectorLink.dossier, Dossier.report, Report.evidence)
    rows = select(InspectorLink).where(InspectorLink.token_hash == _hash(token)).options(parts)
    found = session.scalars(rows).first()
    return found if found and found.open and may_leave(found.dossier) else None


def note_opening(session: Session, link: InspectorLink, what: str) -> None:
    """Keep that somebody came, and what they took: page, pdf or zip."""
    session.add(LinkOpening(link_id=link.id, what=what))
    audit.record(session, Actor(), f"monitoring.link.{what}", link.dossier_id)


def links(session: Session, dossier: Dossier) -> Sequence[InspectorLink]:
    """The links of a dossier, newest first."""
    rows = select(InspectorLink).where(InspectorLink.dossier_id == dossier.id)
    return session.scalars(rows.order_by(InspectorLink.id.desc())).all()


def openings(session: Session, dossier: Dossier, most: int = 50) -> Sequence[LinkOpening]:
    """Who came through its links: the newest openings."""
    rows = select(LinkOpening).join(InspectorLink, LinkOpening.link_id == InspectorLink.id)
    mine = rows.where(InspectorLink.dossier_id == dossier.id)
    return session.scalars(mine.order_by(LinkOpening.id.desc()).limit(most)).all()


def take_answer(session: Session, link: InspectorLink, text: str) -> IncomingAnswer:
    """Keep what was written through a link, and ask the people of the dossier to look at it. Raises Full."""
    waiting = select(func.count()).where(IncomingAnswer.link_id == link.id, IncomingAnswer.state == "waiting")
    if (session.scalar(waiting) or 0) >= MOST_WAITING:
        raise Full
    made = IncomingAnswer(link=link, text=text)
    session.add(made)
    session.flush()
    audit.record(session, Actor(), "monitoring.link.answer", link.dossier_id)
    people = people_with(session, platform.register, rights.DOSSIER_TRACK, link.dossier.subject())
    tell(session, link.dossier, [person.id for person in people], ANSWER)
    return made


def answers(session: Session, dossier: Dossier) -> Sequence[IncomingAnswer]:
    """What came through the links of a dossier, newest first."""
    rows = select(IncomingAnswer).join(InspectorLink, IncomingAnswer.link_id == InspectorLink.id)
    mine = rows.where(InspectorLink.dossier_id == dossier.id)
    return session.scalars(mine.order_by(IncomingAnswer.id.desc())).all()


def decide(
    session: Session, actor: Actor, dossier: Dossier, answer_id: UUID, *, accept: bool, revision: int
) -> None:
    """Accept an answer, which then counts as the authority's own, or set it aside. Raises Denied or GuardFailed."""
    require(actor, rights.DOSSIER_TRACK, dossier.subject())
    found = session.get(IncomingAnswer, answer_id, with_for_update={"of": IncomingAnswer})
    if found is None or found.link.dossier_id != dossier.id or found.state != "waiting":
        raise GuardFailed("decide", ["answer_decided"])
    if accept and dossier.state in ANSWERABLE:
        DOSSIER.move(session, actor, dossier, "answer", revision=revision, reason=found.text)
    found.state = "accepted" if accept else "set_aside"
    found.person_id, found.decided_at = actor.person_id, now()
    audit.record(session, actor, f"monitoring.link.{found.state}", dossier.id)
