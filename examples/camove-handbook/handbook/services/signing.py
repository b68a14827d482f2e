"""A lawyer signs, sends back or withdraws."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.toolkit import Actor, GuardFailed, approvals, now, queue_index
from handbook.lifecycle import EDITION
from handbook.models import Edition
from handbook.services import editing, finding


def sign(session: Session, actor: Actor, edition: Edition, revision: int) -> None:
    """Publish exactly what was sent, as the next number; the edition before it is replaced.

    Raises Denied, Conflict, or GuardFailed (`writer_signs`, `content_changed`).
    """
    content = editing.content(edition)
    EDITION.move(session, actor, edition, "sign", revision=revision)
    proposal = approvals.waiting(session, EDITION.kind, edition.id)
    try:
        if proposal is None:
            raise approvals.NotOpen
        approvals.approve(session, actor, proposal, content)
    except approvals.SamePerson as error:
        raise GuardFailed("sign", ["writer_signs"]) from error
    except approvals.ApprovalProblem as error:
        raise GuardFailed("sign", ["content_changed"]) from error
    for each in edition.chapter.editions:
        if each.state == "published" and each.id != edition.id:
            EDITION.move(session, actor, each, "supersede", revision=each.revision)
    rows = select(func.max(Edition.number)).where(Edition.chapter_id == edition.chapter_id)
    edition.number = (session.scalar(rows) or 0) + 1
    edition.content_hash, edition.published_at = proposal.content_hash, now()
    edition.signed_for = next(iter(actor.organisations), None)
    queue_index(session, finding.uids(edition.chapter))


def move(
    session: Session, actor: Actor, edition: Edition, name: str, revision: int, reason: str = ""
) -> None:
    """Any move that people make. Raises Denied, Conflict, GuardFailed."""
    if name == "submit":
        return editing.submit(session, actor, edition, revision)
    if name == "sign":
        return sign(session, actor, edition, revision)
    EDITION.move(session, actor, edition, name, revision=revision, reason=reason)
    proposal = approvals.waiting(session, EDITION.kind, edition.id)
    if proposal is not None:
        approvals.withdraw(session, actor, proposal)
    queue_index(session, finding.uids(edition.chapter))
    return None
