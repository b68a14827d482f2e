"""Fairs: proposed by a council, moved through their states, listed for those who may see them."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.toolkit import Actor, Denied, Subject, audit, now, require, visible
from plugins.job_fairs import rights
from plugins.job_fairs.lifecycle import FAIR
from plugins.job_fairs.models import Fair
from plugins.job_fairs.models.fair import COUNTRY

TOLD = ("announce", "postpone", "cancel")
"""Moves that calendars must hear of."""


@dataclass(frozen=True)
class Facts:
    """What is asked about a fair. Times are UTC; rests and walks are slots; `reserve` is a percentage."""

    region: str
    title: dict[str, str]
    venue: str
    phone: str
    starts: datetime
    partners: str = ""
    slot_minutes: int = 15
    slots: int = 20
    rest: int = 0
    walk: int = 0
    reserve: int = 15


def propose(session: Session, actor: Actor, organisation_id: UUID, facts: Facts) -> Fair:
    """Begin a fair of that organisation. Raises Denied."""
    require(actor, rights.FAIR_MANAGE, Subject(organisation_id, COUNTRY))
    fair = Fair(organisation_id=organisation_id, apply_token=secrets.token_urlsafe(32))
    _state(fair, facts)
    session.add(fair)
    session.flush()
    audit.record(session, actor, "job_fairs.fair.propose", fair.id)
    return fair


def _state(fair: Fair, facts: Facts) -> None:
    for name in Facts.__dataclass_fields__:
        setattr(fair, name, getattr(facts, name))


def home(actor: Actor) -> UUID:
    """The organisation whose fairs the actor prepares. Raises Denied."""
    for grant in actor.grants:
        if grant.permission == rights.FAIR_MANAGE:
            return grant.organisation_id
    raise Denied(rights.FAIR_MANAGE)


def find(session: Session, actor: Actor, fair_id: UUID, permission: str = rights.FAIR_VIEW) -> Fair:
    """The fair, for somebody who may. Raises Denied, as for one that is not there."""
    fair = session.get(Fair, fair_id)
    if fair is None:
        raise Denied(permission, Subject(object_id=fair_id))
    require(actor, permission, fair.subject())
    return fair


def public(session: Session, fair_id: UUID) -> Fair | None:
    """The fair, if everybody may know of it."""
    fair = session.get(Fair, fair_id)
    return fair if fair is not None and fair.state != "draft" else None


def by_token(session: Session, token: str) -> Fair | None:
    """The fair to which employers apply through that link, while they can."""
    fair = session.scalars(select(Fair).filter_by(apply_token=token)).first()
    return fair if fair is not None and fair.state in ("announced", "open") else None


def listed(session: Session, actor: Actor) -> list[Fair]:
    """The fairs that the actor may see, newest first."""
    mine = visible(actor, rights.FAIR_VIEW, organisation=Fair.organisation_id)
    return list(session.scalars(select(Fair).where(mine).order_by(Fair.starts.desc(), Fair.id).limit(200)))


def announced(session: Session, region: str = "") -> list[Fair]:
    """The fairs that everybody may know of, the earliest first."""
    rows = select(Fair).where(Fair.state != "draft")
    if region:
        rows = rows.where(Fair.region == region)
    return list(session.scalars(rows.order_by(Fair.starts, Fair.id).limit(500)))


def neighbours(session: Session, fair: Fair) -> list[Fair]:
    """Other fairs that meet this one: the same council or the same venue at the same time."""
    rows = select(Fair).where(Fair.id != fair.id, Fair.state != "cancelled", Fair.starts < fair.ends)
    same = (Fair.organisation_id == fair.organisation_id) | ((Fair.venue == fair.venue) & (Fair.venue != ""))
    return [each for each in session.scalars(rows.where(same)) if each.ends > fair.starts]


def move(session: Session, actor: Actor, fair: Fair, name: str, *, revision: int, reason: str = "") -> Any:
    """Move a fair. Raises Denied, Conflict, GuardFailed."""
    passage = FAIR.move(session, actor, fair, name, revision=revision, reason=reason)
    if name in TOLD:
        fair.sequence += 1
        fair.changed_at = now()
    return passage
