"""Norms: edition by edition, and only what a legal officer has compared with its source may be cited."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.toolkit import Actor, Denied, GuardFailed, Subject, audit, now, require
from plugins.monitoring import rights
from plugins.monitoring.models import Norm, NormReview, NormText
from plugins.monitoring.taxonomy import TAXONOMY


def current(session: Session, violation: str = "") -> Sequence[Norm]:
    """The editions in use, in the order of the violation classes and of their citations."""
    rows = select(Norm).where(Norm.replaced_at.is_(None)).order_by(Norm.violation, Norm.citation)
    found = session.scalars(rows.where(Norm.violation == violation) if violation else rows).all()
    order = {code: place for place, code in enumerate(TAXONOMY.codes("violation"))}
    return sorted(found, key=lambda each: (order.get(each.violation, len(order)), each.citation))


def citable(session: Session, violation: str, country: str) -> list[Norm]:
    """What a dossier may cite for a class: editions in use whose text, as it stands now, was reviewed."""
    return [each for each in current(session, violation) if each.country == country and each.review]


def editions(session: Session, norm: Norm) -> Sequence[Norm]:
    """Every edition of a norm, newest first."""
    return session.scalars(select(Norm).where(Norm.code == norm.code).order_by(Norm.number.desc())).all()


def find(
    session: Session, actor: Actor, norm_id: UUID, permission: str = rights.NORM_VIEW, *, lock: bool = False
) -> Norm:
    """One edition. Raises Denied if there is none, or it is not for `actor`."""
    found = session.get(Norm, norm_id, with_for_update={"of": Norm} if lock else None)
    if found is None:
        raise Denied(permission, Subject(object_id=norm_id))
    require(actor, permission, found.subject())
    return found


def add(session: Session, actor: Actor, code: str, violation: str, country: str, said: NormText) -> Norm:
    """A norm that was not there, unreviewed as all are at first. Raises Denied."""
    require(actor, rights.NORM_REVIEW, Subject(country=country))
    return _keep(session, actor, Norm(code=code, violation=violation, country=country), said, "add")


def amend(session: Session, actor: Actor, norm: Norm, said: NormText) -> Norm:
    """A new edition in place of this one; it starts unreviewed. Raises Denied or GuardFailed."""
    require(actor, rights.NORM_REVIEW, norm.subject())
    _check_current(norm, "amend")
    norm.replaced_at = now()
    made = Norm(code=norm.code, number=norm.number + 1, violation=norm.violation, country=norm.country)
    return _keep(session, actor, made, said, "amend")


def _keep(session: Session, actor: Actor, norm: Norm, said: NormText, what: str) -> Norm:
    norm.citation, norm.text, norm.edition, norm.source = said.citation, said.text, said.edition, said.source
    session.add(norm)
    session.flush()
    audit.record(session, actor, f"monitoring.norm.{what}", norm.id)
    return norm


def review(session: Session, actor: Actor, norm: Norm, seen: str, checked_on: date, checked_in: str) -> None:
    """Say that the text with the fingerprint `seen` is what the law says. Raises Denied or GuardFailed.

    The review holds for exactly that text: whatever is edited afterwards is unreviewed again.
    """
    require(actor, rights.NORM_REVIEW, norm.subject())
    _check_current(norm, "review")
    missing = {"norm_changed": seen != norm.fingerprint, "edition_missing": norm.edition is None}
    if any(missing.values()):
        raise GuardFailed("review", [code for code, lacking in missing.items() if lacking])
    made = NormReview(content_hash=norm.fingerprint, checked_on=checked_on, checked_in=checked_in)
    made.person_id, made.at = actor.person_id, now()
    norm.reviews.insert(0, made)
    session.flush()
    audit.record(session, actor, "monitoring.norm.review", norm.id)


def _check_current(norm: Norm, step: str) -> None:
    if norm.replaced_at is not None:
        raise GuardFailed(step, ["norm_replaced"])
