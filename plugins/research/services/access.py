"""Access: who stands where to a version, requests with a signed agreement, and the log of what was looked at."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from core.toolkit import Actor, GuardFailed, audit, mark, now, people_with, platform, require
from plugins.research import policy, query, rights
from plugins.research.lifecycle import REQUEST, SHOWN
from plugins.research.models import Event, Request, Version
from plugins.research.query import Question
from plugins.research.services import letters
from plugins.research.services.notices import tell

DOWNLOADS, LASTS = 10, timedelta(days=365)
ASKED = mark("Somebody asks for access to “%(title)s”")
DECIDED = mark("Your request for “%(title)s” was decided")
MOST_REMEMBERED = 500


@dataclass(frozen=True)
class Guest(Actor):
    """Somebody without an account who holds the link of a grant: they may what that grant lets them, and no more."""

    request_id: UUID | None = None


def standing(session: Session, actor: Actor, version: Version) -> str:
    """Where the actor stands to a version: public, member, granted or staff."""
    if actor.may(rights.STEWARD, version.subject()) or actor.may(rights.DEPOSIT, version.subject()):
        return policy.STAFF
    if grant(session, actor, version) is not None:
        return policy.GRANTED
    return policy.MEMBER if actor.may(rights.READ) else policy.PUBLIC


def grant(session: Session, actor: Actor, version: Version) -> Request | None:
    """The live grant of the actor for exactly this version."""
    if isinstance(actor, Guest):
        mine = Request.id == actor.request_id
    elif actor.person_id is not None:
        mine = Request.person_id == actor.person_id
    else:
        return None
    rows = select(Request).where(Request.version_id == version.id, mine, *lasting())
    return session.scalars(rows).first()


def lasting() -> tuple[ColumnElement[bool], ...]:
    """The conditions under which a grant opens anything."""
    return Request.state == "granted", Request.expires_on >= now().date()


def open_now() -> ColumnElement[bool]:
    """The condition under which whoever asked need not ask again."""
    return Request.state.in_(("asked", "granted"))


def embargoed(version: Version) -> bool:
    """Whether the data are still closed until a day."""
    return version.embargo is not None and version.embargo > now().date()


def may(session: Session, actor: Actor, version: Version, thing: str) -> bool:
    """Whether the actor sees that thing of a published version; of what was withdrawn nobody sees any."""
    if version.state not in SHOWN:
        return False
    place = standing(session, actor, version)
    return policy.allowed(version.level, place, thing, embargoed=embargoed(version))


def log(session: Session, actor: Actor, version: Version, kind: str, **detail: Any) -> None:
    """Write down that something was done."""
    session.add(Event(version_id=version.id, person_id=actor.person_id, kind=kind, detail=detail))


def ask(
    session: Session,
    actor: Actor,
    version: Version,
    answers: Mapping[str, Any],
    agreement: str,
    signed_name: str,
) -> Request:
    """Ask for a version and sign the agreement, whose exact text is kept with its hash. Raises Denied, GuardFailed."""
    require(actor, rights.REQUEST)
    if version.state not in SHOWN or version.level not in ("members", "request"):
        raise GuardFailed("ask", ["not_available"])
    open_ones = select(Request.id).where(
        Request.version_id == version.id,
        Request.person_id == actor.person_id,
        open_now(),
    )
    if session.scalars(open_ones).first() is not None:
        raise GuardFailed("ask", ["asked_already"])
    made = Request(
        version_id=version.id, person_id=actor.person_id, organisation_id=next(iter(actor.organisations), None),
        purpose=answers["purpose"], outputs=answers["outputs"], team=answers["team"], merges=answers["merges"],
        agreement=agreement, agreement_hash=hashlib.sha256(agreement.encode()).hexdigest(), signed_name=signed_name,
    )  # fmt: skip
    session.add(made)
    session.flush()
    session.refresh(made, ["version"])
    audit.record(session, actor, "research.request.sign", made.id)
    announce(session, actor, made)
    return made


def announce(session: Session, actor: Actor, made: Request) -> None:
    """Tell the data stewards that a request waits."""
    stewards = people_with(session, platform.register, rights.STEWARD, made.subject())
    tell(session, made, [each.id for each in stewards if each.id != actor.person_id], ASKED)


def decide(
    session: Session, actor: Actor, request: Request, name: str, *, revision: int, reason: str = "",
    expires: date | None = None, downloads: int = DOWNLOADS,
) -> None:  # fmt: skip
    """Grant, refuse or take back. Raises Denied, Conflict, GuardFailed."""
    REQUEST.move(session, actor, request, name, revision=revision, reason=reason)
    if name == "grant":
        last = now().date() + LASTS
        request.expires_on = min(expires or last, last)
        request.downloads_left = max(1, min(downloads, 1000))
    log(session, actor, request.version, name, request=str(request.id))
    tell(session, request, [request.person_id], DECIDED)
    letters.decided(session, request)


def take_download(session: Session, actor: Actor, version: Version, file: str, sha256: str) -> Request | None:
    """Count a download, against the grant where there is one. Raises GuardFailed when it is used up."""
    used = grant(session, actor, version)
    if used is not None:
        left = (
            update(Request)
            .where(Request.id == used.id, Request.state == "granted", Request.downloads_left > 0)
            .values(downloads_left=Request.downloads_left - 1)
        )
        if session.execute(left).rowcount != 1:  # type: ignore[attr-defined]
            raise GuardFailed("download", ["downloads_used_up"])
    log(session, actor, version, "download", file=file, sha256=sha256, grant=str(used.id) if used else "")
    audit.record(session, actor, "research.version.download", version.id)
    return used


def questions(session: Session, actor: Actor, version: Version) -> list[Question]:
    """What this person has been answered on this version before."""
    rows = select(Event.detail).where(
        Event.version_id == version.id, Event.person_id == actor.person_id, Event.kind == "query"
    )
    return [
        query.from_plain(each["asked"])
        for each in session.scalars(rows.order_by(Event.id.desc()).limit(MOST_REMEMBERED))
    ]


def overlapping(session: Session, version: Version) -> dict[Any, int]:
    """Person -> how many of their questions lay within one another: what a steward looks at."""
    rows = (
        select(Event.person_id, func.count())
        .where(Event.version_id == version.id, Event.kind.in_(("query", "refused")))
        .where(Event.detail["overlaps"].as_integer() > 0)
        .group_by(Event.person_id)
    )  # fmt: skip
    return {person: number for person, number in session.execute(rows)}  # noqa: C416
