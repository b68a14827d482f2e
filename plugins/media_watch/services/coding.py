"""The coding desk: one coder's own work. No function here can give away another's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.toolkit import Actor, GuardFailed, Subject, audit, now, require
from plugins.media_watch import agreement, gates, judging, rights
from plugins.media_watch.codebook import CODEBOOK, VIGNETTES
from plugins.media_watch.models import Assignment, Training
from plugins.media_watch.services.sources import Missing

MOST_TYPED = 20_000
"""Characters of one answer."""


@dataclass(frozen=True)
class Progress:
    """How far one coder is."""

    done: int
    total: int


def mine(actor: Actor) -> Select[Assignment]:
    """What is given to `actor`."""
    return select(Assignment).where(Assignment.coder_id == actor.person_id, Assignment.coder_id.is_not(None))


def progress(session: Session, actor: Actor) -> Progress:
    """How many of one's own are done."""
    rows = mine(actor).with_only_columns(func.count(Assignment.done_at), func.count(Assignment.id))
    done, total = session.execute(rows).one()
    return Progress(done, total)


def next_one(session: Session, actor: Actor) -> Assignment | None:
    """The next that is not done, in the coder's own order."""
    rows = mine(actor).where(Assignment.done_at.is_(None))
    return session.scalars(rows.order_by(Assignment.position, Assignment.id)).first()


def assignment(session: Session, actor: Actor, assignment_id: UUID, *, lock: bool = False) -> Assignment:
    """One's own assignment. Raises Denied for any other."""
    found = session.get(Assignment, assignment_id, with_for_update={"of": Assignment} if lock else None)
    if found is None:
        raise Missing(rights.CODE, Subject(object_id=assignment_id))
    require(actor, rights.CODE, found.subject())
    return found


def save(_session: Session, actor: Actor, found: Assignment, raw: Mapping[str, Any], number: int) -> bool:
    """Keep what is typed so far; False if it is older than what is kept. Raises Denied, GuardFailed `done`."""
    require(actor, rights.CODE, found.subject())
    if found.done_at is not None:
        raise GuardFailed("save", ["done"])
    if number <= found.saved or len(repr(raw)) > MOST_TYPED:
        return False
    found.answer, found.saved = dict(raw), number
    return True


def finish(session: Session, actor: Actor, found: Assignment, raw: Mapping[str, Any]) -> None:
    """Hand the code in; it cannot be changed afterwards. Raises Denied, BadCode, GuardFailed `done`."""
    require(actor, rights.CODE, found.subject())
    if found.done_at is not None:
        raise GuardFailed("finish", ["done"])
    judging.read(raw, CODEBOOK, found.item.round.country)
    if len(repr(raw)) > MOST_TYPED:
        raise judging.BadCode("too_long")
    found.answer, found.codebook, found.done_at = dict(raw), CODEBOOK.version, now()
    found.saved += 1
    audit.record(session, actor, "media_watch.code.finish", found.id, ("answer",))


def admitted(session: Session, actor: Actor) -> bool:
    """Whether the training under the present codebook is passed."""
    rows = select(Training.id).where(
        Training.coder_id == actor.person_id,
        Training.codebook == CODEBOOK.version,
        Training.passed_at.is_not(None),
    )
    return session.scalars(rows.limit(1)).first() is not None


def train(session: Session, actor: Actor, levels: Mapping[int, int]) -> Training:
    """Try the training texts: all of them at once, and alpha against their known codes decides. Raises Denied."""
    require(actor, rights.CODE)
    if actor.person_id is None or set(levels) != {each.number for each in VIGNETTES}:
        raise GuardFailed("train", ["training_incomplete"])
    alpha = agreement.alpha([(each.level, levels[each.number]) for each in VIGNETTES])
    made = Training(
        coder_id=actor.person_id, codebook=CODEBOOK.version, alpha=alpha,
        levels={str(number): level for number, level in levels.items()},
        passed_at=now() if gates.admitted(alpha, len(levels)) else None,
    )  # fmt: skip
    session.add(made)
    session.flush()
    audit.record(session, actor, "media_watch.training.try", made.id)
    return made
