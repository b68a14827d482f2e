"""Tokens for programs: each acts as one organisation, with the rights of who made it at most.

Only a hash is kept. The text begins with `camove_`, so that scanners of repositories find one that leaked.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Date, ForeignKey, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import audit
from core.accounts import actors
from core.accounts.models import Person
from core.accounts.roles import TOKENS_MANAGE
from core.accounts.sign_ins import token_hash
from core.database import Base, Json, UtcDateTime, id_column, now
from core.permissions import Actor, Denied, Register, Subject, require
from core.rest.contract import Access

MARK = "camove_"
DAYS = (7, 30, 90, 365)
"""For how many days a token may be made."""


class ApiToken(Base):
    """One token. `used_on` is a day and no more: when a program works is nobody's business."""

    __tablename__ = "core_api_token"

    id: Mapped[UUID] = id_column()
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    organisation_id: Mapped[UUID] = mapped_column(
        ForeignKey("core_organisation.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[UUID] = mapped_column(ForeignKey("core_person.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(60))
    scopes: Mapped[list[str]] = mapped_column(Json, default=list)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_on: Mapped[date | None] = mapped_column(Date)


@dataclass(frozen=True)
class Bearer:
    """Who comes with a token: the actor that it makes of them, and what it may be used for."""

    token_id: UUID
    organisation_id: UUID
    scopes: frozenset[str]
    actor: Actor


def offered(actor: Actor, organisation_id: UUID, accesses: Iterable[Access]) -> list[Access]:
    """What the actor may make a token for: only what they may do there themselves."""
    home = (organisation_id, actors.NOWHERE)
    held = {grant.permission for grant in actor.grants if grant.organisation_id in home}
    return sorted(
        (each for each in accesses if held.issuperset(each.permissions)), key=lambda each: each.name
    )


def make(
    session: Session,
    actor: Actor,
    accesses: Iterable[Access],
    *,
    organisation_id: UUID,
    name: str,
    scopes: Iterable[str],
    days: int,
) -> tuple[ApiToken, str]:
    """A new token and its text, which is told this once. Raises Denied, also for what is not `offered`."""
    subject = Subject(organisation_id)
    require(actor, TOKENS_MANAGE, subject)
    wanted = sorted(set(scopes))
    known = {each.name for each in offered(actor, organisation_id, accesses)}
    if organisation_id not in actor.organisations or actor.person_id is None or not known.issuperset(wanted):
        raise Denied(TOKENS_MANAGE, subject)
    text = MARK + secrets.token_urlsafe(32)
    made = ApiToken(
        token_hash=token_hash(text), organisation_id=organisation_id, person_id=actor.person_id,
        name=name.strip()[:60], scopes=wanted, expires_at=now() + timedelta(days=days),
    )  # fmt: skip
    session.add(made)
    session.flush()
    audit.record(session, actor, "core.token.make", made.id, wanted)
    return made, text


def of(session: Session, actor: Actor, organisation_id: UUID) -> Sequence[ApiToken]:
    """The tokens of an organisation that were not revoked, the newest first. Raises Denied."""
    require(actor, TOKENS_MANAGE, Subject(organisation_id))
    rows = select(ApiToken).where(ApiToken.organisation_id == organisation_id, ApiToken.revoked_at.is_(None))
    return session.scalars(rows.order_by(ApiToken.id.desc())).all()


def revoke(session: Session, actor: Actor, token_id: UUID) -> ApiToken:
    """End a token at once; a second call changes nothing. Raises Denied, as for one that is not there."""
    found = session.get(ApiToken, token_id)
    subject = Subject(found.organisation_id if found else None, object_id=token_id)
    require(actor, TOKENS_MANAGE, subject)
    if found is None:
        raise Denied(TOKENS_MANAGE, subject)
    if found.revoked_at is None:
        found.revoked_at = now()
        audit.record(session, actor, "core.token.revoke", token_id)
    return found


def revoke_all(session: Session, organisation_id: UUID) -> None:
    """End all tokens of an organisation: it is locked. The caller writes the audit."""
    _end(session, ApiToken.organisation_id == organisation_id)


def revoke_of(session: Session, person_id: UUID) -> None:
    """End all tokens that a person made: whoever had their account may have made some. The caller writes the audit."""
    _end(session, ApiToken.person_id == person_id)


def _end(session: Session, whose: ColumnElement[bool]) -> None:
    session.execute(update(ApiToken).where(whose, ApiToken.revoked_at.is_(None)).values(revoked_at=now()))


def bearer(
    session: Session, register: Register, accesses: Mapping[str, Access], text: str
) -> tuple[Bearer, bool] | None:
    """Who comes with this text, and whether the day of its last use is to be noted; None if it opens nothing.

    It ends with its time, when it is revoked, when its maker leaves the organisation or their account is closed, and
    while the organisation is closed.
    """
    rows = select(ApiToken).where(ApiToken.token_hash == token_hash(text))
    found = session.scalars(rows).first() if text.startswith(MARK) else None
    if found is None or found.revoked_at or found.expires_at <= now():
        return None
    person = session.get_one(Person, found.person_id)
    actor = actors.load(session, register, person)
    if person.disabled or found.organisation_id not in actor.organisations:
        return None
    scopes = frozenset(found.scopes) & accesses.keys()
    came = Bearer(found.id, found.organisation_id, scopes, _narrowed(actor, found, accesses, scopes))
    return came, found.used_on != now().date()


def _narrowed(actor: Actor, found: ApiToken, accesses: Mapping[str, Access], scopes: Iterable[str]) -> Actor:
    """The person in this one organisation, with the permissions that the scopes need and no other."""
    needed = {permission for scope in scopes for permission in accesses[scope].permissions}
    # What everybody with an account holds comes with no organisation.
    home = (found.organisation_id, actors.NOWHERE)
    kept = [g for g in actor.grants if g.organisation_id in home and g.permission in needed]
    return replace(actor, organisations=home[:1], grants=tuple(kept))


def touch(session: Session, token_id: UUID) -> None:
    """Note the day of the last use."""
    session.execute(update(ApiToken).where(ApiToken.id == token_id).values(used_on=now().date()))
