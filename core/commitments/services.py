"""Use cases of commitments: one function each, in the caller's transaction. Whoever has signed in reads all of them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from core import audit
from core.accounts.directory import organisation_names
from core.accounts.models import Organisation
from core.accounts.roles import ACCOUNT_USE, COMMITMENTS_MANAGE
from core.commitments.lifecycle import COMMITMENT, PENDING
from core.commitments.models import Commitment
from core.i18n import best
from core.permissions import Actor, Denied, Subject, require
from core.workflow import Conflict, Passage, history


def promise(
    session: Session, actor: Actor, organisation_id: UUID, text: Mapping[str, str], due: date
) -> Commitment:
    """Write down what an organisation has promised. Raises Denied, as for an organisation that is not there."""
    subject = Subject(organisation_id)
    require(actor, COMMITMENTS_MANAGE, subject)
    found = session.get(Organisation, organisation_id)
    if found is None or found.closed:
        raise Denied(COMMITMENTS_MANAGE, subject)
    made = Commitment(organisation_id=organisation_id, text=dict(text), due=due)
    session.add(made)
    session.flush()
    audit.record(session, actor, "core.commitment.promise", made.id, ("text", "due"))
    return made


def change(
    session: Session, actor: Actor, commitment_id: UUID, text: Mapping[str, str], due: date, *, revision: int
) -> None:
    """Correct the words or the day; a new day is reminded of anew. Raises Denied, Conflict."""
    found = find(session, actor, commitment_id, COMMITMENTS_MANAGE)
    claim = update(Commitment).where(Commitment.id == found.id, Commitment.revision == revision)
    taken = revision == found.revision and session.execute(claim.values(revision=revision + 1))
    if not taken or taken.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(history(session, found.id, since=min(max(revision, 0), found.revision)))
    session.refresh(found, ["revision"])
    changed = {"text": dict(text) != found.text, "due": due != found.due}
    if changed["due"]:
        found.reminded = ""
    found.text, found.due = dict(text), due
    audit.record(
        session, actor, "core.commitment.change", found.id, [name for name, is_so in changed.items() if is_so]
    )


def move(
    session: Session,
    actor: Actor,
    commitment_id: UUID,
    name: str,
    *,
    revision: int,
    reason: str = "",
    evidence: str = "",
) -> Passage:
    """Move it; `evidence` belongs to keeping it. Raises Denied, Conflict, GuardFailed."""
    found = find(session, actor, commitment_id, COMMITMENTS_MANAGE)
    if name == "keep":
        found.evidence = evidence.strip()
    elif name == "reopen":
        found.evidence, found.reminded = "", ""
    return COMMITMENT.move(session, actor, found, name, revision=revision, reason=reason)


def find(session: Session, actor: Actor, commitment_id: UUID, permission: str = ACCOUNT_USE) -> Commitment:
    """One of them. Raises Denied, as for one that is not there."""
    found = session.get(Commitment, commitment_id)
    if found is None:
        raise Denied(permission, Subject(object_id=commitment_id))
    require(actor, permission, found.subject())
    return found


def listed(actor: Actor, state: str = "", *, mine: bool = False) -> Select[Commitment]:
    """Those in that state (`pending`: open or late), of all organisations or of the actor's own."""
    require(actor, ACCOUNT_USE)
    rows = select(Commitment)
    if state:
        rows = rows.where(Commitment.state.in_(PENDING if state == "pending" else (state,)))
    return rows.where(Commitment.organisation_id.in_(actor.organisations)) if mine else rows


def waiting(session: Session, actor: Actor) -> tuple[int, int]:
    """How many promises of the own organisations are pending; for who manages them, how many of all are late."""
    rows = select(func.count(Commitment.id))
    mine = rows.where(Commitment.organisation_id.in_(actor.organisations), Commitment.state.in_(PENDING))
    late = rows.where(Commitment.state == "late")
    return session.scalar(mine) or 0, (session.scalar(late) or 0) if actor.may(COMMITMENTS_MANAGE) else 0


COLUMNS = ("organisation", "text", "due", "state", "evidence")


def table(session: Session, actor: Actor, language: str) -> Iterator[Sequence[object]]:
    """All of them as rows of a file, the earliest day first."""
    found = session.scalars(listed(actor).order_by(Commitment.due, Commitment.id)).all()
    names = organisation_names(session, {each.organisation_id for each in found}, language)
    yield COLUMNS
    for each in found:
        yield (
            names[each.organisation_id],
            best(each.text, language),
            each.due.isoformat(),
            each.state,
            each.evidence,
        )
