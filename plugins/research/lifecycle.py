"""The states of a version and of a request: who may move them, and under which guard."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.toolkit import Actor, Machine, State, Transition, mark, organisations_of
from plugins.research import dictionary, policy, rights
from plugins.research.models import Request, Review, Version

EDITABLE = ("draft", "checked")
SHOWN = ("published", "superseded")


def described(_session: Session, _actor: Actor, version: Version) -> Iterable[str]:
    """The dictionary is complete, and it is known what people agreed to."""
    about = version.about
    if not dictionary.best(about.get("title", {}), "ru"):
        yield "title_missing"
    if not dictionary.best(about.get("abstract", {}), "ru"):
        yield "abstract_missing"
    if not about.get("consent"):
        yield "consent_missing"
    if not dictionary.released(dictionary.columns(version.columns)):
        yield "nothing_released"
    if dictionary.unfinished(dictionary.columns(version.columns)):
        yield "labels_missing"


def checked(_session: Session, _actor: Actor, version: Version) -> Iterable[str]:
    """A risk run stands, and no column is left that names people by itself."""
    if not version.report or not version.release:
        yield "not_checked"
    elif version.report["identifiers"]:
        yield "direct_identifiers"


def another(session: Session, actor: Actor, version: Version) -> Iterable[str]:
    """Neither the depositor nor anybody of the organisation whose data it is, nor the same person twice."""
    mine = organisations_of(session, actor.person_id)
    rows = select(Review.person_id).where(
        Review.version_id == version.id, Review.content_hash == version.content_hash
    )
    yield from checked(session, actor, version)
    yield from policy.person_obstacles(
        version.depositor_id, version.organisation_id, actor.person_id, mine, session.scalars(rows)
    )


def not_own(session: Session, actor: Actor, version: Version) -> Iterable[str]:
    """Whoever publishes is not of the organisation whose data it is."""
    mine = organisations_of(session, actor.person_id)
    return policy.person_obstacles(version.depositor_id, version.organisation_id, actor.person_id, mine, ())


def not_requester(_session: Session, actor: Actor, request: Request) -> Iterable[str]:
    """Nobody grants themselves access, and what is gone cannot be granted."""
    if actor.person_id == request.person_id:
        yield "requester_decides"
    if request.version.state not in SHOWN:
        yield "not_available"


VERSION = Machine(
    "research.version",
    (
        State("arriving", mark("Being read"), "info"),
        State("unreadable", mark("Could not be read"), "error"),
        State("draft", mark("To be described")),
        State("checking", mark("Being checked"), "info"),
        State("checked", mark("Checked"), "info"),
        State("review", mark("Waits for review"), "info"),
        State("approved", mark("Approved, not yet published"), "info"),
        State("published", mark("Published"), "ok"),
        State("superseded", mark("Replaced by a newer version")),
        State("withdrawn", mark("Withdrawn"), "error", final=True),
        State("discarded", mark("Discarded"), final=True),
    ),
    (
        Transition("read", ("arriving", "unreadable"), "draft", rights.DEPOSIT, mark("Read the file")),
        Transition("refuse", ("arriving", "unreadable"), "unreadable", rights.DEPOSIT, mark("Refuse the file")),
        Transition("check", EDITABLE, "checking", rights.DEPOSIT, mark("Check for disclosure"), described),
        Transition("finish_check", ("checking",), "checked", rights.DEPOSIT, mark("Finish the check")),
        Transition("stop_check", ("checking", "checked"), "draft", rights.DEPOSIT, mark("Back to the description")),
        Transition("submit", ("checked",), "review", rights.DEPOSIT, mark("Send for review"), checked),
        Transition(
            "take_back", ("review", "approved"), "draft", rights.DEPOSIT, mark("Take back and change")
        ),
        Transition(
            "send_back", ("review",), "draft", rights.REVIEW, mark("Send back"), not_own, reason_required=True
        ),
        Transition("approve", ("review",), "approved", rights.REVIEW, mark("Approve"), another),
        Transition("publish", ("approved",), "published", rights.REVIEW, mark("Publish"), not_own),
        Transition("supersede", ("published",), "superseded", rights.REVIEW, mark("Replace")),
        Transition(
            "withdraw", SHOWN, "withdrawn", rights.STEWARD, mark("Withdraw"), reason_required=True
        ),
        Transition(
            "discard", ("arriving", "unreadable", *EDITABLE), "discarded", rights.DEPOSIT, mark("Discard")
        ),
    ),
)  # fmt: skip

REQUEST = Machine(
    "research.request",
    (
        State("asked", mark("Waits for the data steward"), "info"),
        State("granted", mark("Access granted"), "ok"),
        State("refused", mark("Access refused"), final=True),
        State("revoked", mark("Access taken back"), final=True),
    ),
    (
        Transition("grant", ("asked",), "granted", rights.STEWARD, mark("Grant access"), not_requester),
        Transition(
            "refuse",
            ("asked",),
            "refused",
            rights.STEWARD,
            mark("Refuse"),
            not_requester,
            reason_required=True,
        ),
        Transition(
            "revoke", ("granted",), "revoked", rights.STEWARD, mark("Take access back"), reason_required=True
        ),
    ),
)
