"""Reviews as the sample shows them: some norms are reviewed, most are not. No lawyer stands behind these."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.toolkit import Actor, now, organisations_of
from plugins.monitoring.models import Norm, NormReview, NormText
from plugins.monitoring.services import norms

REVIEWED = ("tk-136-wages", "tk-236-wages", "tk-67-contract")
INVENTED = "учебный пример, с законом не сверено"


def add(session: Session, lawyer: Actor) -> None:
    """New editions of a few norms, reviewed."""
    for each in norms.current(session):
        if each.code in REVIEWED:
            said = NormText(each.citation, each.text, date(2026, 1, 1), INVENTED)
            made = norms.amend(session, lawyer, each, said)
            norms.review(session, lawyer, made, made.fingerprint, now().date(), INVENTED)


def remove(session: Session, organisation_ids: Sequence[UUID]) -> None:
    """Take back the editions that people of these organisations reviewed; those before them hold again."""
    reviews = session.execute(select(NormReview.norm_id, NormReview.person_id)).all()
    invented = [
        norm_id
        for norm_id, person_id in reviews
        if set(organisations_of(session, person_id)) & set(organisation_ids)
    ]
    codes = select(Norm.code).where(Norm.id.in_(invented))
    session.execute(update(Norm).where(Norm.code.in_(codes), Norm.number == 1).values(replaced_at=None))
    session.execute(delete(NormReview).where(NormReview.norm_id.in_(invented)))
    session.execute(delete(Norm).where(Norm.id.in_(invented)))
