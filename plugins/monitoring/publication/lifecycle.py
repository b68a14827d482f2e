"""The states of an entry of the public list: who may move it, and which gates stand before each move."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from core.toolkit import Actor, Machine, State, Transition, mark
from plugins.monitoring import rights
from plugins.monitoring.models import Listing
from plugins.monitoring.publication import clock, limits
from plugins.monitoring.publication.facts import case_of, votes
from plugins.monitoring.publication.gates import Finding, Stage, judge, obstacles

PUBLIC = ("published", "disputed", "renewal", "remedied")
"""States in which anybody may read an entry, as long as its last day has not passed."""

BEFORE = ("proposed", "risk_review", "cleared", "reply_window", "board")
"""States on the way to the public."""

VOTING = ("board", "renewal")


def findings(session: Session, listing: Listing) -> tuple[Finding, ...]:
    """Every gate of an entry as it stands now."""
    case = case_of(session, listing, len(votes(session, listing)))
    return judge(case, limits.thresholds(session), clock.today(listing.country))


def missing(session: Session, listing: Listing, stage: Stage) -> list[str]:
    """The codes of the gates that do not hold at `stage`."""
    case = case_of(session, listing, len(votes(session, listing)))
    today = clock.today(listing.country)
    return [code(each) for each in obstacles(case, limits.thresholds(session), today, stage)]


def code(finding: Finding) -> str:
    """The code of a gate for people's words."""
    return f"gate_{finding.code}"


def another_person(_session: Session, actor: Actor, listing: Listing) -> Iterable[str]:
    """Who proposed an entry does not review it."""
    return ("reviewer_proposed",) if actor.person_id == listing.proposer_id else ()


def ready_to_clear(session: Session, actor: Actor, listing: Listing) -> Iterable[str]:
    """The risk is answered, and all that must hold before the employer is warned."""
    yield from another_person(session, actor, listing)
    yield from missing(session, listing, Stage.NOTICE)


def ready_for_board(session: Session, actor: Actor, listing: Listing) -> Iterable[str]:
    """The right of reply has been given, and no gate has fallen meanwhile."""
    if not listing.reply_kind:
        yield "gate_reply"
    elif listing.reply_kind == "none" and not window_over(listing):
        yield "reply_window_open"
    yield from ready_to_clear(session, actor, listing)


def ready_to_renew(session: Session, _actor: Actor, listing: Listing) -> Iterable[str]:
    """All that had to hold before the first notice holds with the new report, too."""
    return missing(session, listing, Stage.NOTICE)


def ready_to_publish(session: Session, _actor: Actor, listing: Listing) -> Iterable[str]:
    """Switched on, and every gate at this very moment, the votes for these very words among them."""
    if not limits.is_on(session):
        yield "publication_off"
    yield from missing(session, listing, Stage.PUBLISH)


def window_over(listing: Listing) -> bool:
    """Whether the last day of the right of reply has passed where the employer is."""
    return listing.reply_by is not None and clock.today(listing.country) > listing.reply_by


def _review(
    name: str, sources: tuple[str, ...], target: str, label: str, *, reason: bool = True
) -> Transition:
    """A move of a legal officer who did not propose the entry."""
    return Transition(name, sources, target, rights.LISTING_REVIEW, label, another_person, reason)


def _take_down(name: str, target: str, label: str, sources: tuple[str, ...] = ()) -> Transition:
    """A move out of the public: what protects somebody asks for no second person and for no gate."""
    return Transition(
        name, sources or (*PUBLIC, "suspended"), target, rights.LISTING_REVIEW, label, reason_required=True
    )


LISTING = Machine(
    "monitoring.listing",
    (
        State("proposed", mark("Proposed")),
        State("risk_review", mark("Risk under review"), "info"),
        State("cleared", mark("The employer can be told"), "info"),
        State("reply_window", mark("The employer may reply"), "info"),
        State("board", mark("Before the board"), "info"),
        State("published", mark("Published"), "ok"),
        State("disputed", mark("Published, disputed"), "warn"),
        State("renewal", mark("Published, being renewed"), "ok"),
        State("suspended", mark("Suspended"), "error"),
        State("remedied", mark("Remedied"), "ok"),
        State("lifted", mark("Lifted"), final=True),
        State("expired", mark("Expired"), final=True),
        State("annulled", mark("Annulled"), "error", final=True),
        State("rejected", mark("Rejected"), final=True),
    ),
    (
        _review("review", ("proposed",), "risk_review", mark("Review the risk"), reason=False),
        Transition(
            "clear",
            ("risk_review",),
            "cleared",
            rights.LISTING_REVIEW,
            mark("The employer can be told"),
            ready_to_clear,
        ),
        Transition(
            "notify",
            ("cleared",),
            "reply_window",
            rights.LISTING_REVIEW,
            mark("Record the letters to the employer"),
            ready_to_clear,
        ),
        Transition(
            "submit",
            ("reply_window",),
            "board",
            rights.LISTING_REVIEW,
            mark("Put it before the board"),
            ready_for_board,
        ),
        Transition("publish", VOTING, "published", rights.LISTING_VOTE, mark("Publish"), ready_to_publish),
        _review("send_back", BEFORE[1:], "proposed", mark("Send back to the proposer")),
        _review("reject", BEFORE, "rejected", mark("Reject")),
        _review("dispute", ("published",), "disputed", mark("Record a dispute")),
        _review("uphold", ("disputed",), "published", mark("Answer the dispute, the entry stands")),
        _take_down("suspend", "suspended", mark("Suspend"), PUBLIC),
        Transition(
            "halt",
            PUBLIC,
            "suspended",
            rights.LISTING_VOTE,
            mark("Suspend, as the board"),
            reason_required=True,
        ),
        Transition(
            "resume",
            ("suspended",),
            "board",
            rights.LISTING_REVIEW,
            mark("Put it before the board again"),
            ready_for_board,
        ),
        Transition(
            "renew",
            ("published",),
            "renewal",
            rights.LISTING_PROPOSE,
            mark("Renew on a new report"),
            ready_to_renew,
        ),
        _review("remedy", ("published", "disputed"), "remedied", mark("Wages paid, a worker confirms")),
        _take_down("lift", "lifted", mark("Lift")),
        _take_down("annul", "annulled", mark("Annul as mistaken")),
        _take_down("expire", "expired", mark("Let it expire")),
    ),
)
