"""What is written against a public entry: by anybody, answered within ten working days."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.toolkit import Actor, GuardFailed, audit, mark, now, people_with, platform, require
from plugins.monitoring import rights
from plugins.monitoring.models import Dispute, Listing
from plugins.monitoring.publication import clock, terms
from plugins.monitoring.publication.lifecycle import LISTING, PUBLIC
from plugins.monitoring.services.listings import let_pass, settle, tell

DISPUTED = mark("The entry %(reference)s of the public list is disputed. Answer within ten working days.")
MOST_WAITING = 20
"""Disputes of one entry that nobody has answered yet; a further one is not kept."""


class Full(Exception):
    """So many disputes wait already that a further one is not kept."""


def waiting(listing: Listing) -> list[Dispute]:
    """Those that nobody has answered."""
    return [each for each in listing.disputes if each.answered_at is None]


def take(session: Session, listing: Listing, text: str, *, documented: bool) -> Dispute:
    """Keep what somebody wrote against a public entry; from now on it says that it is disputed. Raises Full."""
    if listing.state not in PUBLIC:
        raise GuardFailed("dispute", ["not_open"])
    if len(waiting(listing)) >= MOST_WAITING:
        raise Full
    today = clock.today(listing.country)
    made = Dispute(
        listing=listing,
        text=text,
        documented=documented,
        received_at=clock.moment(),
        answer_by=terms.working_days_after(today, terms.DISPUTE_WORKING_DAYS),
    )
    session.add(made)
    session.flush()
    if listing.state == "published":
        let_pass(session, listing, "dispute", "")
    officers = people_with(session, platform.register, rights.LISTING_REVIEW, listing.subject())
    tell(session, listing, [each.id for each in officers], DISPUTED)
    return made


def answer(
    session: Session,
    actor: Actor,
    listing: Listing,
    dispute: Dispute,
    text: str,
    *,
    upheld: bool,
    revision: int,
) -> None:
    """Answer one dispute. `upheld`: it is well founded on the face of it, so the entry is suspended at once."""
    require(actor, rights.LISTING_REVIEW, listing.subject())
    if dispute.listing_id != listing.id or dispute.answered_at is not None:
        raise GuardFailed("dispute", ["answer_decided"])
    if not text.strip():
        raise GuardFailed("dispute", ["reason_missing"])
    dispute.answer, dispute.answered_at, dispute.person_id = text.strip(), clock.moment(), actor.person_id
    audit.record(session, actor, "monitoring.listing.answer", listing.id, ("dispute",))
    if upheld and listing.state in PUBLIC:
        LISTING.move(session, actor, listing, "suspend", revision=revision, reason=text)
        settle(session, listing, "suspend")
    elif not upheld and listing.state == "disputed" and not waiting(listing):
        LISTING.move(session, actor, listing, "uphold", revision=revision, reason=text)
        settle(session, listing, "uphold")


def overdue(session: Session) -> int:
    """How many disputes should have been answered by now."""
    rows = select(func.count()).where(Dispute.answered_at.is_(None), Dispute.answer_by < now().date())
    return session.scalar(rows) or 0
