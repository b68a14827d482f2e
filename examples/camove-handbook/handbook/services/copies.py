"""The distribution log: who was given which edition, and who still holds an old one."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.toolkit import Actor, Denied, Subject, audit, fold, require, visible
from handbook.models import Copy, Edition
from handbook.rights import GIVE


def give(
    session: Session, actor: Actor, organisation_id: UUID, edition_id: UUID,
    partner: str, language: str, channel: str, amount: int, given_on: date,
) -> Copy:  # fmt: skip
    """Note that a partner got copies of an edition that is in force. Raises Denied."""
    require(actor, GIVE, Subject(organisation_id=organisation_id))
    edition = session.get(Edition, edition_id)
    if edition is None or edition.state != "published":
        raise Denied(GIVE, Subject(object_id=edition_id))
    made = Copy(
        edition=edition, organisation_id=organisation_id, language=language, channel=channel, amount=amount,
        partner=partner.strip(), partner_key=fold(partner.strip())[:200], given_on=given_on,
    )  # fmt: skip
    session.add(made)
    session.flush()
    audit.record(session, actor, "handbook.copy.give", made.id, ("partner", "edition", "amount"))
    return made


def listed(actor: Actor) -> Select[Copy]:
    """The log of the actor's organisation."""
    return select(Copy).where(visible(actor, GIVE, organisation=Copy.organisation_id))


def outdated(session: Session, actor: Actor) -> Sequence[Copy]:
    """The last copies of a chapter that a partner holds, where that edition is no longer in force: tell them."""
    newest: dict[tuple[str, UUID], Copy] = {}
    for each in session.scalars(listed(actor).order_by(Copy.id)):
        key = each.partner_key, each.edition.chapter_id
        if key not in newest or (each.edition.number or 0) >= (newest[key].edition.number or 0):
            newest[key] = each
    return [each for each in newest.values() if each.edition.state != "published"]
