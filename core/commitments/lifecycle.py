"""The states of a commitment: who may move it, and under which guard."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from core.accounts.roles import COMMITMENTS_MANAGE
from core.calendars import ZONE
from core.commitments.models import Commitment
from core.database import now
from core.i18n import mark
from core.permissions import Actor
from core.workflow import Machine, State, Transition

PENDING = ("open", "late")


def today() -> date:
    """The day in Bishkek, where days of the network begin."""
    return now().astimezone(ZONE).date()


def proven(_session: Session, _actor: Actor, commitment: Commitment) -> Iterable[str]:
    """Nobody keeps a promise by saying so."""
    return () if commitment.evidence else ("evidence_missing",)


def overdue(_session: Session, _actor: Actor, commitment: Commitment) -> Iterable[str]:
    """The whole day belongs to who promised."""
    return () if commitment.due < today() else ("not_due",)


COMMITMENT = Machine(
    "core.commitment",
    (
        State("open", mark("Promised"), "info"),
        State("late", mark("Late"), "warn"),
        State("kept", mark("Kept"), "ok"),
        State("dropped", mark("Given up")),
    ),
    (
        Transition("keep", PENDING, "kept", COMMITMENTS_MANAGE, mark("It was kept"), proven),
        Transition("lapse", ("open",), "late", COMMITMENTS_MANAGE, mark("It is late"), overdue),
        Transition("drop", PENDING, "dropped", COMMITMENTS_MANAGE, mark("Give it up"), reason_required=True),
        Transition(
            "reopen",
            ("kept", "dropped"),
            "open",
            COMMITMENTS_MANAGE,
            mark("Open it again"),
            reason_required=True,
        ),
    ),
)
