"""Adjudication: a third organisation sees both codes, without names, once both coders are done, and decides."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.toolkit import Actor, GuardFailed, Subject, audit, organisations_of, require
from plugins.media_watch import judging, pairing, rights, tallies
from plugins.media_watch.codebook import CODEBOOK
from plugins.media_watch.models import Decision, Item, Round
from plugins.media_watch.services.sources import Missing
from plugins.media_watch.tallies import Coded


def disputes(session: Session, actor: Actor) -> list[Coded]:
    """The items that wait for a decision which `actor` may make."""
    require(actor, rights.DECIDE)
    running = select(Round).where(Round.state != "open").order_by(Round.id)
    found = [
        each for round_ in session.scalars(running) for each in tallies.coded(session, round_) if _waits(each)
    ]
    return [each for each in found if _subject(session, actor, each.item).assignees]


def _waits(found: Coded) -> bool:
    return found.final is None or bool(found.item.review)


def _subject(session: Session, actor: Actor, item: Item) -> Subject:
    """Assigned to everybody who is neither one of its coders nor of their organisations."""
    people = {str(each.coder_id) for each in item.assignments}
    homes = {str(each.organisation_id) for each in item.assignments}
    for each in item.assignments:
        homes |= {str(home) for home in organisations_of(session, each.coder_id)}
    theirs = {str(each) for each in organisations_of(session, actor.person_id)}
    may = actor.person_id is not None and pairing.may_decide(people, homes, str(actor.person_id), theirs)
    return Subject(assignees=frozenset({actor.person_id} if may else ()), object_id=item.id)  # type: ignore[arg-type]


def dispute(session: Session, actor: Actor, item_id: UUID) -> Coded:
    """One item that waits. Raises Denied if it is not complete, not open, or not for `actor`."""
    item = session.get(Item, item_id)
    whole = (
        item is not None and session.scalars(tallies.complete(item.round).where(Item.id == item_id)).first()
    )
    if item is None or not whole:
        raise Missing(rights.DECIDE, Subject(object_id=item_id))
    require(actor, rights.DECIDE, _subject(session, actor, item))
    found = tallies.judged(item)
    if not _waits(found):
        raise Missing(rights.DECIDE, Subject(object_id=item_id))
    return found


def decide(session: Session, actor: Actor, found: Coded, raw: Mapping[str, Any], reason: str) -> Decision:
    """Say what counts, and why. Older decisions stay. Raises Denied, BadCode, GuardFailed `reason_missing`."""
    item = found.item
    require(actor, rights.DECIDE, _subject(session, actor, item))
    judging.read(raw, CODEBOOK, item.round.country)
    if not reason.strip():
        raise GuardFailed("decide", ["reason_missing"])
    made = Decision(
        item_id=item.id, person_id=actor.person_id, organisation_id=actor.organisations[0],
        answer=dict(raw), reason=reason.strip(), codebook=CODEBOOK.version,
    )  # fmt: skip
    item.review = ""
    item.decisions.append(made)
    session.flush()
    audit.record(session, actor, "media_watch.item.decide", item.id, ("decision",))
    return made
