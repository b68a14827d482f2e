"""Which records of the register are one employer: reading along the merges that stand."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, aliased

from plugins.monitoring.models import Employer, Merge

STANDING = Merge.undone_at.is_(None)


def standing_alone() -> ColumnElement[bool]:
    """The records that are merged into no other, as a condition of a query of employers."""
    return ~exists().where(Merge.source_id == Employer.id, STANDING)


def survivors(session: Session, ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Where each of these records is shown: at itself, or at the end of its chain of merges.

    A ring, which no page can make, ends where it would begin again.
    """
    ends = {each: [each] for each in ids}
    walking = set(ends)
    while walking:
        last = {ends[each][-1] for each in walking}
        rows = select(Merge.source_id, Merge.target_id).where(Merge.source_id.in_(last), STANDING)
        after = {row[0]: row[1] for row in session.execute(rows)}
        walking = {each for each in walking if after.get(ends[each][-1], each) not in ends[each]}
        for each in walking:
            ends[each].append(after[ends[each][-1]])
    return {each: chain[-1] for each, chain in ends.items()}


def survivor(session: Session, employer: Employer) -> Employer:
    """The record at which `employer` is shown."""
    found = survivors(session, [employer.id])[employer.id]
    return employer if found == employer.id else session.get_one(Employer, found)


def families(session: Session, ids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """Each of `ids` with the records merged into it, near or far, itself first."""
    wanted = list(dict.fromkeys(ids))
    found = {each: [each] for each in wanted}
    if not wanted:
        return found
    edge = aliased(Merge)
    first = select(Merge.target_id.label("root"), Merge.source_id.label("member")).where(
        Merge.target_id.in_(wanted), STANDING
    )
    tree = first.cte("family", recursive=True)
    # UNION, not UNION ALL: a row that is there already ends the walk, so that even a ring ends.
    tree = tree.union(
        select(tree.c.root, edge.source_id).where(edge.target_id == tree.c.member, edge.undone_at.is_(None))
    )
    for root, member in session.execute(select(tree.c.root, tree.c.member)):
        if member not in found[root]:
            found[root].append(member)
    return found


def family(session: Session, employer_id: UUID) -> list[UUID]:
    """The record and those merged into it, itself first."""
    return families(session, [employer_id])[employer_id]


def members(session: Session, employer_id: UUID) -> list[Employer]:
    """The same as rows, itself first."""
    ids = family(session, employer_id)
    rows = {each.id: each for each in session.scalars(select(Employer).where(Employer.id.in_(ids)))}
    return [rows[each] for each in ids if each in rows]


def numbers_sound(session: Session, employer: Employer) -> bool:
    """Whether no wrong number stands in the way of verification.

    Those of the record itself count; those of records merged into it only where it has none of that kind, since
    a mistyped number is what made many a duplicate.
    """
    own = {each.scheme for each in employer.identifiers}
    others = [
        n for each in members(session, employer.id)[1:] for n in each.identifiers if n.scheme not in own
    ]
    return not any(each.problem for each in (*employer.identifiers, *others))
