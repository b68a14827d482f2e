"""From a draft to a public edition: notices, replies, a frozen text, two signatures; corrections and tombstones."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from core.toolkit import Actor, GuardFailed, Subject, approvals, audit, new_id, now, require
from plugins.media_watch import authors, canonical, findings, hurdles, rights, tallies
from plugins.media_watch.gates import Refusal
from plugins.media_watch.lifecycle import RELEASE, SIGNATURE
from plugins.media_watch.models import Notice, Release, Round
from plugins.media_watch.services import notices
from plugins.media_watch.services.sources import Missing

SHOWN = ("published", "corrected", "withdrawn")


def release_of(
    session: Session,
    actor: Actor,
    release_id: UUID,
    permission: str = rights.ROUND_VIEW,
    *,
    lock: bool = False,
) -> Release:
    """One release, locked if it is to be changed. Raises Denied if absent or not for `actor`."""
    found = session.get(Release, release_id, with_for_update={"of": Release} if lock else None)
    if found is None:
        raise Missing(permission, Subject(object_id=release_id))
    require(actor, permission, found.subject())
    return found


def of(session: Session, round_: Round) -> Sequence[Release]:
    """The releases of a round, newest first."""
    rows = (
        select(Release)
        .where(Release.round_id == round_.id)
        .options(selectinload(Release.notices), selectinload(Release.person_notices))
    )
    return session.scalars(rows.order_by(Release.number.desc())).all()


def prepare(session: Session, actor: Actor, round_: Round, reason: str = "") -> Release:
    """Begin a release, or the correction of the published one, which needs a reason.

    Raises Denied, GuardFailed `not_coded`, `release_open` or `reason_missing`.
    """
    require(actor, rights.ROUND_RUN, round_.subject())
    if round_.state != "coded":
        raise GuardFailed("prepare", ["not_coded"])
    before = of(session, round_)
    if any(each.state in {"draft", "noticed", "frozen"} for each in before):
        raise GuardFailed("prepare", ["release_open"])
    standing = next((each for each in before if each.state == "published"), None)
    if before and not reason.strip():
        raise GuardFailed("prepare", ["reason_missing"])
    made = Release(
        id=new_id(), round=round_, number=len(before) + 1, reason=reason.strip(), corrects=standing,
        author_id=actor.person_id,
    )  # fmt: skip
    made.content = canonical.text(_content(session, made))
    session.add(made)
    session.flush()
    audit.record(session, actor, "media_watch.release.prepare", made.id)
    return made


def _content(session: Session, release: Release) -> dict[str, Any]:
    """The content as the codes stand now, with number, reason and the replies."""
    found = tallies.coded(session, release.round)
    made = findings.content(release.round, found) | {"number": release.number, "reason": release.reason}
    made["persons"] = notices.commitments(release, authors.findings(release.round, found))
    if release.corrects is not None:
        made["corrects"] = release.corrects.sha256
    for notice in _all_notices(session, release):
        entry = made["outlets"].get(str(notice.outlet_id))
        if entry is not None and notice.reply:
            entry["reply"] = notice.reply
    return dict(canonical.rounded(made))


def _all_notices(session: Session, release: Release) -> Sequence[Notice]:
    """Of the round, oldest first: a correction keeps the replies to the edition that it corrects."""
    rows = select(Notice).join(Notice.release).where(Release.round_id == release.round_id)
    return session.scalars(rows.order_by(Notice.id)).all()


def told(release: Release) -> dict[str, Any]:
    """The content as values."""
    return canonical.read(release.content)


def tell(session: Session, actor: Actor, release: Release, *, revision: int) -> dict[str, str]:
    """Make the notices to all outlets and people that must have one; gives name -> the token of the link, shown once.

    Raises Denied, Conflict, GuardFailed with the gates that are shut.
    """
    RELEASE.move(session, actor, release, "notify", revision=revision)
    tokens = notices.tell_outlets(session, release, _content(session, release))
    tokens |= notices.tell_people(session, release, _people(session, release))
    session.flush()
    session.refresh(release, ["notices", "person_notices"])
    release.content = canonical.text(_content(session, release))
    return tokens


def _people(session: Session, release: Release) -> dict[str, dict[str, Any]]:
    return authors.findings(release.round, tallies.coded(session, release.round))


def freeze(session: Session, actor: Actor, release: Release, *, revision: int) -> None:
    """Fix the text with all replies, ready to sign. Raises Denied, Conflict, GuardFailed."""
    people = _people(session, release)
    if notices.worse_than_told(release, _content(session, release), people):
        raise GuardFailed("freeze", ["finding_changed"])
    RELEASE.move(session, actor, release, "freeze", revision=revision)
    notices.settle_people(release, people)
    release.content = canonical.text(_content(session, release))
    release.sha256 = canonical.sha(release.content)


def sign(session: Session, actor: Actor, release: Release | None) -> int:
    """Sign exactly this text for the association; gives how many have. Raises Denied, GuardFailed."""
    require(actor, rights.SIGN, release.subject() if release else None)
    if release is None or release.state != "frozen":
        raise GuardFailed("sign", ["not_frozen"])
    waiting = approvals.waiting(session, SIGNATURE, release.id)
    if waiting is None or waiting.content_hash != release.sha256:
        if approvals.approved(session, SIGNATURE, release.id, release.content):
            raise GuardFailed("sign", ["signed_already"])
        approvals.propose(session, actor, SIGNATURE, release.id, release.content)
        return 1
    try:
        approvals.approve(session, actor, waiting, release.content)
    except ValueError as error:
        raise GuardFailed("sign", [str(getattr(error, "code", "not_open"))]) from error
    return 2


def signatures(session: Session, release: Release) -> int:
    """How many people have signed the text as it stands: 0, 1 or 2."""
    if not release.sha256:
        return 0
    if approvals.approved(session, SIGNATURE, release.id, release.content):
        return 2
    waiting = approvals.waiting(session, SIGNATURE, release.id)
    return int(waiting is not None and waiting.content_hash == release.sha256)


def shut(session: Session, release: Release) -> list[Refusal]:
    """Every gate that is still shut, signatures among them: what the page lists."""
    found = hurdles.shut_gates(session, release, told=release.state != "draft")
    if release.state == "frozen" and (number := signatures(session, release)) < 2:
        found.append(Refusal("signatures", {"number": number}))
    return found


def publish(session: Session, actor: Actor, release: Release, *, revision: int) -> None:
    """Make it public for ever. Raises Denied, Conflict, GuardFailed with every gate that is shut."""
    RELEASE.move(session, actor, release, "publish", revision=revision)
    release.published_at = now()
    before = release.corrects
    if before is not None and before.state == "published":
        RELEASE.move(session, actor, before, "correct", revision=before.revision, reason=release.reason)


def move(
    session: Session, actor: Actor, release: Release, name: str, *, revision: int, reason: str = ""
) -> None:
    """Take a frozen text back, or withdraw a public one. Raises Denied, Conflict, GuardFailed."""
    if name not in {"thaw", "withdraw"}:
        raise GuardFailed(name, ["not_open"])
    RELEASE.move(session, actor, release, name, revision=revision, reason=reason)
    if name == "withdraw":
        release.reason = reason.strip()


def public(session: Session, country: str = "") -> Sequence[Release]:
    """What everybody may see: published, corrected, and the tombstones of withdrawn ones; newest first."""
    rows = select(Release).join(Release.round).where(Release.state.in_(SHOWN))
    if country:
        rows = rows.where(Round.country == country)
    return session.scalars(rows.order_by(Release.published_at.desc(), Release.id.desc())).all()


def public_one(session: Session, country: str, period: str, number: int) -> Release | None:
    """A public release by its address."""
    rows = select(Release).join(Release.round).where(Release.state.in_(SHOWN), Release.number == number)
    return session.scalars(rows.where(Round.country == country, Round.period == period)).first()


def later(session: Session, release: Release) -> Release | None:
    """The newest public edition of the same round after this one."""
    rows = select(Release).where(Release.round_id == release.round_id, Release.state == "published")
    return session.scalars(rows.where(Release.number > release.number)).first()


def history(session: Session, country: str, outlet: str) -> list[tuple[Release, dict[str, Any]]]:
    """What the standing releases of a list say of one outlet, oldest first; quarters without a value are left out."""
    rows = select(Release).join(Release.round).where(Release.state == "published", Round.country == country)
    found = [
        (each, told(each)["outlets"].get(outlet, {})) for each in session.scalars(rows.order_by(Round.period))
    ]
    return [(release, entry) for release, entry in found if "index" in entry]
