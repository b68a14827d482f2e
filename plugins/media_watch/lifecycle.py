"""The states of a round and of a release: who may move them, and under which gates."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from core.toolkit import Actor, Machine, State, Transition, approvals, mark
from plugins.media_watch import canonical, gates, rights
from plugins.media_watch.hurdles import shut_gates
from plugins.media_watch.models import Release, Round
from plugins.media_watch.tallies import open_work

SIGNATURE = "media_watch.release"
"""The kind under which signatures are kept."""


def is_drawn(_session: Session, _actor: Actor, found: Round) -> Iterable[str]:
    """The sample stands: services draw it in the same transaction."""
    return () if found.drawn_at else ("frame_empty",)


def is_coded(session: Session, _actor: Actor, found: Round) -> Iterable[str]:
    """Nothing is left to code or to decide."""
    return [each.gate for each in gates.coding(*open_work(session, found))]


def gates_open(session: Session, _actor: Actor, release: Release) -> Iterable[str]:
    """All gates of a publication but the signatures."""
    return [each.gate for each in shut_gates(session, release)]


def measured_well(session: Session, _actor: Actor, release: Release) -> Iterable[str]:
    """Outlets are told of nothing that could not be published anyway."""
    return [each.gate for each in shut_gates(session, release, told=False)]


def is_signed(session: Session, actor: Actor, release: Release) -> Iterable[str]:
    """The gates once more, the text unchanged, and two signatures under exactly this text."""
    yield from gates_open(session, actor, release)
    if canonical.sha(release.content) != release.sha256:
        yield "content_changed"
    if approvals.approved(session, SIGNATURE, release.id, release.content) is None:
        yield "signatures"


ROUND = Machine(
    "media_watch.round",
    (
        State("open", mark("Articles are collected")),
        State("coding", mark("Being coded"), "info"),
        State("coded", mark("Coded"), "ok"),
    ),
    (
        Transition(
            "draw", ("open",), "coding", rights.ROUND_RUN, mark("Draw the sample and start coding"), is_drawn
        ),
        Transition("close", ("coding",), "coded", rights.ROUND_RUN, mark("Close the coding"), is_coded),
    ),
)

RELEASE = Machine(
    "media_watch.release",
    (
        State("draft", mark("Draft")),
        State("noticed", mark("Outlets may reply"), "info"),
        State("frozen", mark("Waits for signatures"), "warn"),
        State("published", mark("Published"), "ok"),
        State("corrected", mark("Replaced by a correction")),
        State("withdrawn", mark("Withdrawn"), "error", final=True),
    ),
    (
        Transition(
            "notify", ("draft",), "noticed", rights.ROUND_RUN, mark("Tell the outlets"), measured_well
        ),
        Transition(
            "freeze", ("noticed",), "frozen", rights.ROUND_RUN, mark("Freeze for signing"), gates_open
        ),
        Transition("thaw", ("frozen",), "noticed", rights.ROUND_RUN, mark("Take back for changes")),
        Transition("publish", ("frozen",), "published", rights.ROUND_RUN, mark("Publish"), is_signed),
        Transition(
            "correct", ("published",), "corrected", rights.ROUND_RUN, mark("Replace by the correction"),
            reason_required=True,
        ),
        Transition(
            "withdraw", ("published", "corrected"), "withdrawn", rights.ROUND_RUN, mark("Withdraw"),
            reason_required=True,
        ),
    ),
)  # fmt: skip
