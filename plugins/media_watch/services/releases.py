"""From a draft to a public edition: notices, replies, a frozen text, two signatures; corrections and tombstones."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from core.toolkit import Actor, GuardFailed, Subject, approvals, audit, new_id, now, require
from plugins.media_watch import canonical, findings, rights, tallies
from plugins.media_watch.gates import REPLY_DAYS, Refusal
from plugins.media_watch.lifecycle import RELEASE, SIGNATURE
from plugins.media_watch.models import Notice, Release, Round
from plugins.media_watch.services.sources import Missing

MOST_REPLY = 8000
"""Characters of a reply at least; it may always be as long as the finding."""

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
    rows = select(Release).where(Release.round_id == round_.id).options(selectinload(Release.notices))
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
    made = findings.content(release.round, tallies.coded(session, release.round))
    made |= {"number": release.number, "reason": release.reason}
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
    return dict(json.loads(release.content)) if release.content else {}


def tell(session: Session, actor: Actor, release: Release, *, revision: int) -> dict[str, str]:
    """Make the notices to all outlets that must have one; gives outlet id -> the token of its link, shown once.

    Raises Denied, Conflict, GuardFailed with the gates that are shut.
    """
    RELEASE.move(session, actor, release, "notify", revision=revision)
    content = _content(session, release)
    release.content = canonical.text(content)
    shown = {key for key, entry in content["outlets"].items() if entry["status"] != "hidden"}
    if release.corrects is not None:
        shown &= set(findings.changed_outlets(told(release.corrects), content))
    tokens = {}
    for key in sorted(shown):
        tokens[key] = secrets.token_urlsafe(32)
        session.add(_notice(release, key, content["outlets"][key], tokens[key]))
    session.flush()
    session.refresh(release, ["notices"])
    return tokens


def _notice(release: Release, outlet: str, entry: dict[str, Any], token: str) -> Notice:
    return Notice(
        release=release, outlet_id=UUID(outlet), token_hash=_hash(token), sent_at=now(),
        until=now() + REPLY_DAYS, finding=canonical.text(_finding(entry)),
    )  # fmt: skip


def _finding(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key != "reply"}


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def notice(session: Session, token: str) -> Notice | None:
    """The notice of a link while it leads anywhere: until the release is published or withdrawn."""
    rows = select(Notice).where(Notice.token_hash == _hash(token))
    found = session.scalars(rows).first()
    return found if found and found.release.state in {"noticed", "frozen"} else None


def reply(session: Session, found: Notice, text: str) -> None:
    """Keep what an outlet answers; it may change it until the text is frozen.

    Raises GuardFailed `reply_closed`, `reply_missing` or `reply_too_long`.
    """
    if found.release.state != "noticed":
        raise GuardFailed("reply", ["reply_closed"])
    if not text.strip():
        raise GuardFailed("reply", ["reply_missing"])
    if len(text) > max(MOST_REPLY, len(found.finding)):
        raise GuardFailed("reply", ["reply_too_long"])
    found.reply, found.replied_at = text.strip(), now()
    audit.record(session, Actor(), "media_watch.notice.reply", found.id, ("reply",))


def worse_than_told(release: Release, content: dict[str, Any]) -> list[str]:
    """Names of outlets about which more would be said than they were told."""
    names = []
    for each in release.notices:
        entry = content["outlets"].get(str(each.outlet_id), {})
        if entry.get("index", 0) > json.loads(each.finding).get("index", 0):
            names.append(each.outlet.name)
    known = {str(each.outlet_id) for each in release.notices}
    if release.corrects is not None:
        changed = findings.changed_outlets(told(release.corrects), content)
        names += [content["outlets"][key]["name"] for key in changed if key not in known]
    return names


def freeze(session: Session, actor: Actor, release: Release, *, revision: int) -> None:
    """Fix the text with all replies, ready to sign. Raises Denied, Conflict, GuardFailed."""
    content = _content(session, release)
    if worse_than_told(release, content):
        raise GuardFailed("freeze", ["finding_changed"])
    RELEASE.move(session, actor, release, "freeze", revision=revision)
    release.content = canonical.text(content)
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
    found = tallies.shut_gates(session, release, told=release.state != "draft")
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
