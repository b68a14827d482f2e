"""People without an account ask by mail, confirm their address, and use what was granted through a link.

Their request is one as those of members: the same states, decided by the same people, held to the same matrix. What
they tell of themselves is sealed to the server, which must write to them, and stands nowhere else.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.toolkit import Actor, Database, GuardFailed, Passage, audit, now, platform, vault
from plugins.research.lifecycle import SHOWN
from plugins.research.models import Outsider, Request, Version
from plugins.research.services import access, letters
from plugins.research.services.letters import place

WAITS = timedelta(days=7)
"""So long a request waits for its confirmation."""

REFUSED = timedelta(days=180)
"""So long it is known who was refused, since they may complain."""

GRANTED = timedelta(days=3 * 366)
"""So long after its end it is known who held a grant: within the general limitation period of three years somebody may
have to answer for what became of the data (Civil Code of the Russian Federation, art. 196; of Kyrgyzstan, art. 212)."""

MOST_A_DAY = 3
"""Letters a day to one address that nobody has confirmed: more would be a weapon against whoever it belongs to."""

ASKABLE = ("request",)
NOBODY = Actor()


def ask(
    session: Session, version: Version, outsider_id: UUID, told: Mapping[str, str], agreement: str,
    language: str, *, merges: bool,
) -> None:  # fmt: skip
    """Keep what somebody tells until they confirm their address, and write to them. Raises GuardFailed.

    The same form again, and too many to one address, change nothing and are answered alike.
    """
    if not available(version):
        raise GuardFailed("ask", ["not_available"])
    address = digest(told["email"])
    if session.get(Outsider, outsider_id) is not None or _asked_today(session, address) >= MOST_A_DAY:
        return
    made = Outsider(
        id=outsider_id, version=version, language=language, address=address, merges=merges, agreement=agreement,
        confirm_hash=letters.hashed(letters.token_of(letters.CONFIRM, outsider_id)),
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        # The other of two clicks was first.
        return
    vault.seal_internal(session, place(made), told)
    letters.queue(session, made, letters.CONFIRM)
    audit.record(session, NOBODY, "research.outsider.ask", made.id)


def available(version: Version) -> bool:
    """Whether somebody without an account can ask for it."""
    return version.state in SHOWN and version.level in ASKABLE


def digest(email: str) -> str:
    """What tells that two addresses are the same; without the key of the site it cannot be guessed back."""
    key = platform.settings.key("research-outsider")
    return hmac.new(key, b"address" + email.casefold().encode(), hashlib.sha256).hexdigest()


def _asked_today(session: Session, address: str) -> int:
    rows = select(func.count(Outsider.id)).where(
        Outsider.address == address, Outsider.asked_at > now() - timedelta(days=1)
    )
    return session.scalar(rows) or 0


def asking(session: Session, token: str, *, lock: bool = False) -> Outsider | None:
    """Whom the link of a confirmation belongs to; a wrong and an old one lead nowhere."""
    rows = select(Outsider).where(
        Outsider.confirm_hash == letters.hashed(token), Outsider.asked_at > now() - WAITS
    )
    return session.scalars(rows.with_for_update(of=Outsider) if lock else rows).first()


def confirm(session: Session, found: Outsider) -> None:
    """The address is theirs: now there is a request, and the stewards are told. Twice makes one. Raises GuardFailed."""
    if found.request_id is not None:
        return
    if not available(found.version):
        raise GuardFailed("ask", ["not_available"])
    if _asked_already(session, found):
        raise GuardFailed("ask", ["asked_already"])
    made = Request(
        version_id=found.version_id, purpose="", merges=found.merges, agreement=found.agreement,
        agreement_hash=hashlib.sha256(found.agreement.encode()).hexdigest(), signed_name="", signed_at=found.asked_at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    session.refresh(made, ["version"])
    found.request_id = made.id
    audit.record(session, NOBODY, "research.request.sign", made.id)
    access.announce(session, NOBODY, made)


def _asked_already(session: Session, found: Outsider) -> bool:
    same = (Outsider.address == found.address, Outsider.version_id == found.version_id)
    rows = select(Outsider.id).join(Request, Request.id == Outsider.request_id)
    return session.scalars(rows.where(*same, access.open_now())).first() is not None


def held(session: Session, token: str) -> Request | None:
    """The grant that a link belongs to while it lasts; wrong, ended and revoked ones lead nowhere."""
    rows = select(Request).join(Outsider, Outsider.request_id == Request.id)
    mine = Outsider.grant_hash == letters.hashed(token)
    return session.scalars(rows.where(mine, *access.lasting())).first()


def among(session: Session, requests: Iterable[Request]) -> set[UUID]:
    """Which of these requests are of people without an account."""
    ids = [each.id for each in requests]
    rows = select(Outsider.request_id).where(Outsider.request_id.in_(ids))
    return {each for each in session.scalars(rows) if each}


def told(session: Session, actor: Actor, request: Request) -> dict[str, str]:
    """What somebody without an account tells of themselves and of the purpose; {} for a member. Raises vault.Damaged.

    Whether the actor may see the request the caller has asked before. That they looked stands in the audit.
    """
    found = session.scalars(select(Outsider).where(Outsider.request_id == request.id)).first()
    if found is None:
        return {}
    audit.record(session, actor, "research.request.read", request.id)
    return vault.open_internal(session, place(found))


def forget(database: Database, _payloads: Sequence[Mapping[str, Any]] = ()) -> None:
    """Erase what nobody confirmed in time, and whoever's request ended long ago. The request itself stays, nameless."""
    unconfirmed = Outsider.request_id.is_(None) & (Outsider.asked_at <= now() - WAITS)
    with database.transaction() as session:
        rows = select(Outsider).outerjoin(Request, Request.id == Outsider.request_id)
        gone = session.scalars(rows.where(or_(unconfirmed, _long_over()))).all()
        for each in gone:
            _erase(session, each)
        if gone:
            vault.scrub_soon(session)


def _long_over() -> ColumnElement[bool]:
    """Whether the request was refused, or what was granted has ended, so long ago that nobody need be named."""
    ended = select(func.max(Passage.at)).where(Passage.object_id == Request.id).scalar_subquery()
    return or_(
        (Request.state == "refused") & (ended <= now() - REFUSED),
        (Request.state == "revoked") & (ended <= now() - GRANTED),
        (Request.state == "granted") & (Request.expires_on <= (now() - GRANTED).date()),
    )


def _erase(session: Session, found: Outsider) -> None:
    vault.erase(session, NOBODY, place(found))
    session.delete(found)


def erase_of(session: Session, organisation_ids: Sequence[UUID]) -> None:
    """Erase all who asked for data of these organisations, with what is sealed of them."""
    rows = select(Outsider).join(Outsider.version).where(Version.organisation_id.in_(organisation_ids))
    for each in session.scalars(rows).all():
        _erase(session, each)
    session.flush()
