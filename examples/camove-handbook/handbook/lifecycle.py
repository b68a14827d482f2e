"""The states of an edition: who may move it, and under which guard."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from sqlalchemy.orm import Session

from core.toolkit import Actor, Machine, State, Transition, mark, now
from handbook.models import Edition
from handbook.rights import SIGN, WRITE

LONGEST = timedelta(days=2 * 366)
"""Nobody vouches for a law for longer."""


def complete(_session: Session, _actor: Actor, edition: Edition) -> Iterator[str]:
    """It can be read, checked against its sources, and it is known when it must be looked at again."""
    texts = edition.texts
    if not texts.get("ru", {}).get("title") or not texts.get("ru", {}).get("body"):
        yield "russian_missing"
    if any(bool(each.get("title")) != bool(each.get("body")) for each in texts.values()):
        yield "half_translated"
    if not edition.sources:
        yield "sources_missing"
    today = now().date()
    if edition.review_by is None or not today < edition.review_by <= today + LONGEST:
        yield "review_by_wrong"
    if any(each.number for each in edition.chapter.editions) and not texts.get("ru", {}).get("changed"):
        yield "changes_missing"


def another(_session: Session, actor: Actor, edition: Edition) -> Iterable[str]:
    """Whoever typed in it does not sign it."""
    return ("writer_signs",) if str(actor.person_id) in edition.writers else ()


EDITION = Machine(
    "handbook.edition",
    (
        State("draft", mark("Being written")),
        State("review", mark("Waits for a lawyer"), "info"),
        State("published", mark("In force"), "ok"),
        State("superseded", mark("Replaced by a newer edition"), "warn"),
        State("withdrawn", mark("Withdrawn"), "error", final=True),
        State("discarded", mark("Discarded"), final=True),
    ),
    (
        Transition("submit", ("draft",), "review", WRITE, mark("Send to a lawyer"), complete),
        Transition("take_back", ("review",), "draft", WRITE, mark("Take back and change")),
        Transition("sign", ("review",), "published", SIGN, mark("Sign and publish"), another),
        Transition("send_back", ("review",), "draft", SIGN, mark("Send back"), reason_required=True),
        Transition("supersede", ("published",), "superseded", SIGN, mark("Replace")),
        Transition(
            "withdraw", ("published", "superseded"), "withdrawn", SIGN, mark("Withdraw"), reason_required=True
        ),
        Transition("discard", ("draft",), "discarded", WRITE, mark("Discard")),
    ),
)

AT_WORK = ("draft", "review")
BY_ITSELF = ("supersede",)
"""Moves that another move makes; no button."""
