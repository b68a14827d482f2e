"""Fairs: proposed by a council, moved through their states, listed for those who may see them."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.toolkit import Actor, Conflict, Denied, GuardFailed, Subject, audit, history, now, require, visible
from plugins.job_fairs import rights
from plugins.job_fairs.lifecycle import FAIR
from plugins.job_fairs.models import Fair, Interview, Registration
from plugins.job_fairs.models.fair import COUNTRY

TOLD = ("announce", "postpone", "cancel")
"""Moves that calendars must hear of."""

TIME_AND_PLACE = ("starts", "slot_minutes", "slots", "venue")
"""What calendars count as a change; another title is none."""

FRAME = ("slot_minutes", "slots")
"""What appointments are counted in: it stands once a plan is published."""

EDITABLE = ("draft", "announced", "open", "planning", "published", "postponed")


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


def edit(session: Session, actor: Actor, fair: Fair, facts: Facts, *, revision: int) -> None:
    """Change the facts of a fair that has not begun. SEQUENCE rises only when start, end or place change.

    Raises Denied, Conflict, GuardFailed.
    """
    require(actor, rights.FAIR_MANAGE, fair.subject())
    if fair.state not in EDITABLE:
        raise GuardFailed("edit", ["begun"])
    changed = {name for name in Facts.__dataclass_fields__ if getattr(fair, name) != getattr(facts, name)}
    if changed & set(FRAME) and _has_interviews(session, fair):
        raise GuardFailed("edit", ["frame_stands"])
    _claim(session, fair, revision)
    if "starts" in changed and fair.state != "draft" and fair.previous_starts is None:
        fair.previous_starts = fair.starts
    _state(fair, facts)
    if changed and fair.state != "draft":
        fair.changed_at = now()
        fair.sequence += bool(changed & set(TIME_AND_PLACE))
    # Times are slots: a desk must not stay open behind the end of a day that became shorter.
    _fit(session, fair)
    audit.record(session, actor, "job_fairs.fair.edit", fair.id, changed)


def _claim(session: Session, fair: Fair, revision: int) -> None:
    own = update(Fair).where(Fair.id == fair.id, Fair.revision == revision).values(revision=revision + 1)
    if revision != fair.revision or session.execute(own).rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(history(session, fair.id, since=min(max(revision, 0), fair.revision)))
    session.refresh(fair, ["revision"])


def _has_interviews(session: Session, fair: Fair) -> bool:
    return session.scalars(select(Interview.id).filter_by(fair_id=fair.id).limit(1)).first() is not None


def _fit(session: Session, fair: Fair) -> None:
    last = fair.slots - 1
    for employer in fair.participations:
        for desk in employer.desks:
            desk.first_slot, desk.last_slot = min(desk.first_slot, last), last
    for each in session.scalars(select(Registration).filter_by(fair_id=fair.id)):
        each.first_slot, each.last_slot = min(each.first_slot, last), min(each.last_slot, last)


def again(session: Session, actor: Actor, fair: Fair, starts: datetime) -> Fair:
    """Propose the next fair of a series: the same facts on another day. Raises Denied."""
    require(actor, rights.FAIR_MANAGE, fair.subject())
    facts = {name: getattr(fair, name) for name in Facts.__dataclass_fields__} | {"starts": starts}
    made = propose(session, actor, fair.organisation_id, Facts(**facts))
    fair.series_id = fair.series_id or fair.id
    made.series_id = fair.series_id
    return made


def series(session: Session, fair: Fair) -> list[Fair]:
    """The other fairs of the series, in the order of their days."""
    if fair.series_id is None:
        return []
    rows = select(Fair).where(Fair.series_id == fair.series_id, Fair.id != fair.id)
    return list(session.scalars(rows.order_by(Fair.starts)))


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
    if name == "postpone":
        fair.previous_starts = fair.previous_starts or fair.starts
    if name in TOLD:
        fair.sequence += 1
        fair.changed_at = now()
    return passage
