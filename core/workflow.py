"""One declarative state machine for every record that travels: states, transitions, permission, guard, reasons."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, Uuid, select, update
from sqlalchemy.orm import Mapped, Session, make_transient, mapped_column

from core import audit
from core.database import Base, UtcDateTime, id_column, now
from core.permissions import Actor, Subject, require


@dataclass(frozen=True)
class State:
    """A place where a record can stand. `tone` colours its tag; a final state has no way out."""

    name: str
    label: str
    tone: str = "neutral"
    final: bool = False


Guard = Callable[[Session, Actor, Any], Iterable[str]]
"""Gives the codes of what is still missing; empty means that the way is free."""


def _open(_session: Session, _actor: Actor, _record: Any) -> Iterable[str]:
    return ()


@dataclass(frozen=True)
class Transition:
    """A move that a holder of `permission` may make when `guard` finds nothing missing."""

    name: str
    sources: tuple[str, ...]
    target: str
    permission: str
    label: str
    guard: Guard = _open
    reason_required: bool = False


class Movable(Protocol):
    """What a record must have to be moved."""

    id: Any
    state: Any
    revision: Any

    def subject(self) -> Subject:
        """The facts that permission scopes compare."""


class GuardFailed(Exception):
    """The record is not ready for this move; `codes` say what is missing."""

    def __init__(self, transition: str, codes: list[str]) -> None:
        """Keep the codes for the page to translate."""
        super().__init__(f"{transition}: {', '.join(codes)}")
        self.transition, self.codes = transition, codes


class Conflict(Exception):
    """Somebody else changed the record since it was read; `passages` tell what they did."""

    def __init__(self, passages: "list[Passage]") -> None:
        """Keep the passages that came between."""
        super().__init__("the record changed meanwhile")
        # The rollback that follows would empty them; the page still wants to tell.
        for each in passages:
            make_transient(each)
        self.passages = passages


class Passage(Base):
    """One move that was made: the history that pages show."""

    __tablename__ = "core_passage"

    id: Mapped[UUID] = id_column()
    kind: Mapped[str] = mapped_column(String(64))
    object_id: Mapped[UUID] = mapped_column(Uuid, index=True)
    revision: Mapped[int]
    source: Mapped[str] = mapped_column(String(32))
    target: Mapped[str] = mapped_column(String(32))
    transition: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(Text, default="")
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("core_person.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


@dataclass(frozen=True)
class Machine:
    """The states and transitions of one kind of record, `<plugin>.<record>`."""

    kind: str
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]

    def __post_init__(self) -> None:
        """Refuse a transition from or to a state that does not exist."""
        names = {s.name for s in self.states}
        for transition in self.transitions:
            if strange := {*transition.sources, transition.target} - names:
                raise ValueError(f"{self.kind}.{transition.name} names unknown states: {sorted(strange)}")

    def state(self, name: str) -> State:
        """The state of that name."""
        return next(s for s in self.states if s.name == name)

    def transition(self, name: str) -> Transition:
        """The transition of that name."""
        return next(t for t in self.transitions if t.name == name)

    def open_to(self, actor: Actor, record: Movable) -> list[Transition]:
        """The moves that `actor` may make from where the record stands; guards are asked at the move."""
        subject = record.subject()
        return [t for t in self.transitions if record.state in t.sources and actor.may(t.permission, subject)]

    def move(
        self, session: Session, actor: Actor, record: Movable, name: str, *, revision: int, reason: str = ""
    ) -> Passage:
        """Move `record` and leave a passage and an audit entry in the same transaction.

        `revision` is the one that the person saw. Raises Denied, Conflict, or GuardFailed.
        """
        transition = self.transition(name)
        require(actor, transition.permission, record.subject())
        self._claim(session, record, transition, revision)
        missing = list(transition.guard(session, actor, record))
        if transition.reason_required and not reason.strip():
            missing.append("reason_missing")
        if missing:
            raise GuardFailed(name, missing)
        passage = Passage(
            kind=self.kind,
            object_id=record.id,
            revision=record.revision,
            source=record.state,
            target=transition.target,
            transition=name,
            reason=reason.strip(),
            person_id=actor.person_id,
        )
        record.state = transition.target
        session.add(passage)
        audit.record(session, actor, f"{self.kind}.{name}", record.id, ("state",))
        return passage

    def _claim(self, session: Session, record: Movable, transition: Transition, revision: int) -> None:
        # The UPDATE decides between two people at once; the loser sees what the winner did.
        if revision != record.revision:
            # Also what no database could compare, such as a number of a hundred digits from a forged form.
            raise Conflict(history(session, record.id, since=min(max(revision, 0), record.revision)))
        table = type(record).__table__  # type: ignore[attr-defined]
        changed = session.execute(
            update(table)
            .where(table.c.id == record.id, table.c.revision == revision)
            .where(table.c.state.in_(transition.sources))
            .values(revision=revision + 1)
        )
        if changed.rowcount != 1:  # type: ignore[attr-defined]
            raise Conflict(history(session, record.id, since=revision))
        session.refresh(record, ["revision", "state"])

    def mermaid(self) -> str:
        """The machine as a Mermaid state diagram: what the docs show."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.states[0].name}"]
        lines += [f"    {source} --> {t.target}: {t.name}" for t in self.transitions for source in t.sources]
        lines += [f"    {s.name} --> [*]" for s in self.states if s.final]
        return "\n".join(lines)


def history(session: Session, object_id: UUID, since: int = 0) -> list[Passage]:
    """The moves that a record has made after revision `since`, oldest first."""
    # A number that a form made up may be larger than any column holds.
    rows = select(Passage).where(
        Passage.object_id == object_id, Passage.revision > max(-1, min(since, 1 << 30))
    )
    return list(session.scalars(rows.order_by(Passage.revision, Passage.id)))
