"""Review, publication and withdrawal: two people, bound to exactly the bytes that were looked at."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.toolkit import (
    Actor,
    GuardFailed,
    approvals,
    audit,
    mark,
    now,
    outbox,
    people_with,
    platform,
    queue_index,
    require,
)
from plugins.research import policy, rights
from plugins.research.lifecycle import VERSION, another
from plugins.research.models import Dataset, Review, Version
from plugins.research.parcel import canonical
from plugins.research.services import shelf
from plugins.research.services.notices import tell

SEAL = "research.seal"
SEALED_FOR = timedelta(days=30)
BOUND = (
    *("about", "columns", "level", "sensitivity", "original"),
    *("release", "parquet", "released_rows", "report"),
)
"""What an approval is bound to, with the embargo."""

WAITS = mark("“%(title)s” waits for review")
APPROVED = mark("“%(title)s” was approved")
SENT_BACK = mark("“%(title)s” was sent back")
PUBLISHED = mark("“%(title)s” was published")
WITHDRAWN = mark("“%(title)s” was withdrawn")


def content(version: Version) -> bytes:
    """What is proposed, approved and published: description, dictionary, the hashes of all bytes, the risk run."""
    told: dict[str, Any] = {key: getattr(version, key) for key in BOUND}
    return canonical(told | {"embargo": version.embargo.isoformat() if version.embargo else ""})


def submit(session: Session, actor: Actor, version: Version, *, revision: int) -> None:
    """Put a checked deposit forward. Raises Denied, Conflict, GuardFailed."""
    VERSION.move(session, actor, version, "submit", revision=revision)
    proposed = approvals.propose(session, actor, VERSION.kind, version.id, content(version))
    version.content_hash = proposed.content_hash
    reviewers = people_with(session, platform.register, rights.REVIEW, version.subject())
    tell(session, version, [each.id for each in reviewers if each.id != actor.person_id], WAITS)


def approve(session: Session, actor: Actor, version: Version, reason: str, *, revision: int) -> bool:
    """Say yes to what was submitted; gives whether that was enough. Rules that fail need a reason, which is kept.

    Raises Denied, Conflict, GuardFailed.
    """
    require(actor, rights.REVIEW, version.subject())
    obstacles = list(another(session, actor, version))
    if any(not each["passes"] for each in (version.report or {}).get("findings", ())) and not reason.strip():
        obstacles.append("override_reason_missing")
    if obstacles or version.state != "review":
        raise GuardFailed("approve", obstacles or ["not_in_review"])
    fingerprint = approvals.fingerprint(content(version))
    earlier = session.scalar(
        select(func.count()).where(Review.version_id == version.id, Review.content_hash == fingerprint)
    )
    if (earlier or 0) + 1 >= policy.reviewers_needed(version.sensitivity):
        VERSION.move(session, actor, version, "approve", revision=revision, reason=reason)
        _approve(session, actor, version)
        tell(session, version, [version.depositor_id], APPROVED)
    session.add(
        Review(
            version_id=version.id, person_id=actor.person_id, content_hash=fingerprint, reason=reason.strip()
        )
    )
    session.flush()
    audit.record(session, actor, "research.version.review", version.id)
    return version.state == "approved"


def _approve(session: Session, actor: Actor, version: Version) -> None:
    proposal = approvals.waiting(session, VERSION.kind, version.id)
    try:
        if proposal is None:
            raise approvals.NotOpen
        approvals.approve(session, actor, proposal, content(version))
    except approvals.ApprovalProblem as problem:
        raise GuardFailed("approve", [problem.code]) from problem


def send_back(session: Session, actor: Actor, version: Version, reason: str, *, revision: int) -> None:
    """Ask for changes, and say which. Raises Denied, Conflict, GuardFailed."""
    VERSION.move(session, actor, version, "send_back", revision=revision, reason=reason)
    tell(session, version, [version.depositor_id], SENT_BACK)


def publish(session: Session, actor: Actor, version: Version, *, revision: int) -> None:
    """Publish what was approved, byte for byte. Raises Denied, Conflict, GuardFailed."""
    # Two versions of one dataset at once: one after the other, so that each gets a number of its own.
    session.get_one(Dataset, version.dataset_id, with_for_update=True)
    VERSION.move(session, actor, version, "publish", revision=revision)
    if not intact(version) or approvals.approved(session, VERSION.kind, version.id, content(version)) is None:
        raise GuardFailed("publish", ["content_changed"])
    before = session.scalars(
        select(Version)
        .where(
            Version.dataset_id == version.dataset_id, Version.state == "published", Version.id != version.id
        )
        .with_for_update(of=Version)
    ).all()
    version.number = _number(session, version)
    version.published_at = version.changed_at = now()
    for each in before:
        VERSION.move(session, actor, each, "supersede", revision=each.revision)
        each.changed_at = now()
    queue_index(session, [f"research:version:{each.id}" for each in (version, *before)])
    tell(session, version, [version.depositor_id], PUBLISHED)


def intact(version: Version) -> bool:
    """Whether the released files are the bytes that were approved."""
    return shelf.intact(version.release, shelf.CSV) and shelf.intact(version.parquet, shelf.PARQUET)


def _number(session: Session, version: Version) -> str:
    """1.0; then the next whole number for other bytes or another dictionary, else a step behind the point."""
    rows = select(Version).where(Version.dataset_id == version.dataset_id, Version.number.is_not(None))
    numbered = [(tuple(map(int, str(each.number).split("."))), each) for each in session.scalars(rows)]
    if not numbered:
        return "1.0"
    (major, minor), last = max(numbered, key=lambda pair: pair[0])
    same = (last.release, last.columns) == (version.release, version.columns)
    return f"{major}.{minor + 1}" if same else f"{major + 1}.0"


def withdraw(session: Session, actor: Actor, version: Version, reason: str, *, revision: int) -> None:
    """Close a published version at once and for good; its citation and the reason stay. Raises Denied, GuardFailed."""
    VERSION.move(session, actor, version, "withdraw", revision=revision, reason=reason)
    version.withdrawn_reason, version.changed_at = reason.strip(), now()
    version.sealed_until = now() + SEALED_FOR
    outbox.put(session, SEAL, {"version_id": str(version.id)})
    queue_index(session, [f"research:version:{version.id}"])
    tell(session, version, [version.depositor_id], WITHDRAWN)
