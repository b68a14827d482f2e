"""The states of an entry: who may move it, and under which guard."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from handbook.models import Entry
from handbook.rights import EDIT
from core.toolkit import Actor, Machine, State, Transition, mark


def has_text(_session: Session, _actor: Actor, entry: Entry) -> Iterable[str]:
    """What is published says something."""
    return () if entry.text else ("text_missing",)


ENTRY = Machine(
    "handbook.entry",
    (
        State("draft", mark("Draft")),
        State("published", mark("Published"), "ok"),
        State("archived", mark("Archived"), final=True),
    ),
    (
        Transition("publish", ("draft",), "published", EDIT, mark("Publish"), has_text),
        Transition("archive", ("draft", "published"), "archived", EDIT, mark("Archive")),
    ),
)
