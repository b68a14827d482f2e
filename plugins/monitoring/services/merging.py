"""Merging records of the register and taking it back; saying that two are not the same. Nothing is ever deleted."""

from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, or_, select
from sqlalchemy.orm import Session

from core.toolkit import Actor, Conflict, GuardFailed, Subject, audit, now, queue_index, require
from plugins.monitoring import rights
from plugins.monitoring.models import Apart, Change, Employer, Merge
from plugins.monitoring.register import kin
from plugins.monitoring.services import finding


def merge(
    session: Session,
    actor: Actor,
    source_id: UUID,
    target_id: UUID,
    *,
    revisions: tuple[int, int],
    reason: str,
) -> Merge:
    """Say that `source` is `target`: from now on it is shown there. `revisions` are those that were seen.

    Raises Denied, Conflict, or GuardFailed: same_record, merged_already, told_apart, reason_missing.
    """
    source, target = _both(session, actor, source_id, target_id)
    if (source.revision, target.revision) != revisions:
        raise Conflict([])
    if missing := obstacles(session, source.id, target.id, reason):
        raise GuardFailed("merge", missing)
    made = Merge(source_id=source.id, target_id=target.id, reason=reason.strip(), person_id=actor.person_id)
    session.add(made)
    _changed(session, source, target)
    audit.record(session, actor, "monitoring.employer.merge", source.id, ("target",))
    return made


def obstacles(session: Session, source_id: UUID, target_id: UUID, reason: str) -> list[str]:
    """Why these two cannot be merged now, as codes."""
    both = (source_id, target_id)
    merged = exists().where(Merge.source_id.in_(both), kin.STANDING)
    missing = {
        "same_record": source_id == target_id,
        # Each end stands alone, so the edges can make no ring.
        "merged_already": session.scalar(select(merged)),
        "told_apart": _apart(session, source_id, target_id),
        "reason_missing": not reason.strip(),
    }
    return [code for code, lacking in missing.items() if lacking]


def unmerge(session: Session, actor: Actor, merge_id: UUID, *, reason: str) -> Merge:
    """Take a merge back: both records stand as if it had never been. Raises Denied, Conflict, GuardFailed."""
    require(actor, rights.EMPLOYER_CHANGE, Subject())
    found = edge(session, merge_id, lock=True)
    if found.undone_at is not None:
        raise Conflict([])
    if not reason.strip():
        raise GuardFailed("unmerge", ["reason_missing"])
    before = kin.survivor(session, found.target)
    found.undone_at, found.undone_by, found.undone_reason = now(), actor.person_id, reason.strip()
    _changed(session, found.source, found.target, before)
    audit.record(session, actor, "monitoring.employer.unmerge", found.source_id, ("target",))
    return found


def edge(session: Session, merge_id: UUID, *, lock: bool = False) -> Merge:
    """One merge, standing or taken back. Raises Denied if there is none."""
    found = session.get(Merge, merge_id, with_for_update={"of": Merge} if lock else None)
    if found is None:
        raise finding.Missing(rights.EMPLOYER_CHANGE, Subject(object_id=merge_id))
    return found


def tell_apart(session: Session, actor: Actor, one_id: UUID, other_id: UUID, *, reason: str) -> None:
    """Say that two are not the same: they are not proposed to each other any more. Raises Denied, GuardFailed."""
    one, other = _both(session, actor, one_id, other_id)
    if not reason.strip():
        raise GuardFailed("tell_apart", ["reason_missing"])
    if kin.survivor(session, one).id == kin.survivor(session, other).id:
        raise GuardFailed("tell_apart", ["same_record"])
    if not _apart(session, one_id, other_id):
        first, second = sorted((one_id, other_id))
        session.add(Apart(one_id=first, other_id=second, reason=reason.strip(), person_id=actor.person_id))
        _noted(session, actor, one, other, "tell_apart", reason)
    audit.record(session, actor, "monitoring.employer.tell_apart", one.id, ("other",))


def take_back(session: Session, actor: Actor, one_id: UUID, other_id: UUID) -> None:
    """Forget that two are not the same. Raises Denied."""
    one, other = _both(session, actor, one_id, other_id)
    mine, theirs = (kin.family(session, each.id) for each in (one, other))
    session.execute(delete(Apart).where(_between(mine, theirs)))
    _noted(session, actor, one, other, "take_back_apart", "")
    audit.record(session, actor, "monitoring.employer.take_back_apart", one.id, ("other",))


def _both(session: Session, actor: Actor, one_id: UUID, other_id: UUID) -> tuple[Employer, Employer]:
    """Two records, locked in one order for everybody: two merges at once cannot wait for each other."""
    require(actor, rights.EMPLOYER_CHANGE, Subject())
    rows = select(Employer).where(Employer.id.in_((one_id, other_id))).order_by(Employer.id)
    locked = rows.with_for_update(of=Employer).execution_options(populate_existing=True)
    found = {each.id: each for each in session.scalars(locked)}
    for each in (one_id, other_id):
        if each not in found:
            raise finding.Missing(rights.EMPLOYER_CHANGE, Subject(object_id=each))
    return found[one_id], found[other_id]


def _apart(session: Session, one_id: UUID, other_id: UUID) -> bool:
    mine, theirs = (kin.family(session, each) for each in (one_id, other_id))
    return bool(session.scalar(select(exists().where(_between(mine, theirs)))))


def _between(mine: list[UUID], theirs: list[UUID]) -> ColumnElement[bool]:
    return or_(
        Apart.one_id.in_(mine) & Apart.other_id.in_(theirs),
        Apart.one_id.in_(theirs) & Apart.other_id.in_(mine),
    )


def _noted(session: Session, actor: Actor, one: Employer, other: Employer, what: str, reason: str) -> None:
    for mine, theirs in ((one, other), (other, one)):
        made = Change(employer_id=mine.id, what=what, detail=theirs.legal_name, reason=reason.strip())
        made.person_id = actor.person_id
        session.add(made)


def _changed(session: Session, *employers: Employer) -> None:
    """What stands of them in the search index is made anew."""
    for each in {each.id: each for each in employers}.values():
        each.revision += 1
    session.flush()
    queue_index(session, [finding.uid(each) for each in employers])
