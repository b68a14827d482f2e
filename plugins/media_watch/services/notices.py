"""Who is told before publication, and what they answer: outlets, and people under stricter rules."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.toolkit import Actor, GuardFailed, audit, now
from plugins.media_watch import canonical, findings, persons
from plugins.media_watch.gates import REPLY_DAYS
from plugins.media_watch.models import Notice, PersonNotice, Release
from plugins.media_watch.models.release import Hearing

MOST_REPLY = 8000
"""Characters of a reply at least; it may always be as long as the finding."""

Findings = Mapping[str, Mapping[str, Any]]
"""Journalist id -> what would be said of them."""


def hashed(token: str) -> str:
    """What is kept of a link's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def tell_outlets(session: Session, release: Release, content: Mapping[str, Any]) -> dict[str, str]:
    """A notice to each outlet that is shown, or that a correction changes; gives name -> token."""
    shown = {key for key, entry in content["outlets"].items() if entry["status"] != "hidden"}
    if release.corrects is not None:
        shown &= set(findings.changed_outlets(canonical.read(release.corrects.content), content))
    tokens = {}
    for key in sorted(shown):
        entry, token = content["outlets"][key], secrets.token_urlsafe(32)
        finding = {name: value for name, value in entry.items() if name != "reply"}
        made = Notice(outlet_id=UUID(key), release=release)
        _send(made, token, finding)
        session.add(made)
        tokens[str(entry["name"])] = token
    return tokens


def tell_people(session: Session, release: Release, found: Findings) -> dict[str, str]:
    """A notice to each person who would be named; gives name -> token.

    Whoever was told exactly the same for the edition that this one corrects keeps their days and their reply.
    """
    tokens = {}
    for key, finding in found.items():
        token, told = secrets.token_urlsafe(32), canonical.text(finding)
        made = PersonNotice(
            journalist_id=UUID(key), release=release, salt=secrets.token_hex(16),
            expires_on=persons.expires_on(date.fromisoformat(str(finding["last_case"]))),
        )  # fmt: skip
        _send(made, token, finding)
        session.add(made)
        before = _told_before(release, UUID(key), told)
        if before is None:
            tokens[made.name] = token
        else:
            made.sent_at, made.until = before.sent_at, before.until
            made.reply, made.replied_at = before.reply, before.replied_at
    return tokens


def _send(made: Hearing, token: str, finding: Mapping[str, Any]) -> None:
    made.token_hash, made.finding = hashed(token), canonical.text(finding)
    made.sent_at, made.until = now(), now() + REPLY_DAYS


def _told_before(release: Release, journalist_id: UUID, finding: str) -> PersonNotice | None:
    earlier = release.corrects.person_notices if release.corrects else []
    return next((e for e in earlier if (e.journalist_id, e.finding) == (journalist_id, finding)), None)


def notice(session: Session, token: str) -> Notice | PersonNotice | None:
    """The notice of a link while it leads anywhere: until the release is published or withdrawn."""
    key = hashed(token)
    outlets = select(Notice).where(Notice.token_hash == key)
    people = select(PersonNotice).where(PersonNotice.token_hash == key)
    found = session.scalars(outlets).first() or session.scalars(people).first()
    return found if found is not None and found.release.state in {"noticed", "frozen"} else None


def reply(session: Session, found: Notice | PersonNotice, text: str) -> None:
    """Keep what somebody answers; they may change it until the text is frozen.

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


def worse_than_told(release: Release, content: Mapping[str, Any], people: Findings) -> list[str]:
    """Names of outlets and people about whom more would be said than they were told."""
    names = []
    for each in release.notices:
        entry = content["outlets"].get(str(each.outlet_id), {})
        if entry.get("index", 0) > each.told().get("index", 0):
            names.append(each.name)
    known = {str(each.outlet_id) for each in release.notices}
    if release.corrects is not None:
        changed = findings.changed_outlets(canonical.read(release.corrects.content), content)
        names += [content["outlets"][key]["name"] for key in changed if key not in known]
    told = {str(each.journalist_id): each.told()["quotes"] for each in release.person_notices}
    worse = [each for key, each in people.items() if not _within(each["quotes"], told.get(key, []))]
    return names + [str(each["name"]) for each in worse]


def _within(now_said: Sequence[Any], told: Sequence[Any]) -> bool:
    return all(canonical.rounded(each) in told for each in now_said)


def settle_people(release: Release, people: Findings) -> None:
    """Let each entry say what is found now, which is no more than what was told."""
    for each in release.person_notices:
        if finding := people.get(str(each.journalist_id)):
            each.finding = canonical.text(finding)
            each.expires_on = persons.expires_on(date.fromisoformat(str(finding["last_case"])))


def commitments(release: Release, people: Findings) -> list[dict[str, str]]:
    """What the release holds of each entry: its hash, and until when it is shown."""
    rows = [
        {"commitment": _commitment(each), "until": each.expires_on.isoformat()}
        for each in release.person_notices
        if str(each.journalist_id) in people
    ]
    return sorted(rows, key=lambda row: row["commitment"])


def _commitment(found: PersonNotice) -> str:
    return canonical.commitment(found.salt, found.told(), found.reply)


def living(release: Release, today: date) -> list[dict[str, Any]]:
    """The entries on people that the public sees, by name: of a standing release, signed as they are, not expired."""
    if release.state != "published":
        return []
    signed = {each["commitment"] for each in canonical.read(release.content).get("persons", [])}
    rows = [
        {"salt": each.salt, "finding": each.told(), "reply": each.reply, "until": each.expires_on.isoformat()}
        for each in release.person_notices
        if each.expires_on >= today and _commitment(each) in signed
    ]
    return sorted(rows, key=lambda row: (row["finding"]["name"], row["finding"]["outlet"]))


def erase_expired(session: Session, today: date) -> int:
    """Erase what has expired: afterwards nobody can say whom a release meant. Gives the number."""
    old = select(PersonNotice).where(PersonNotice.expires_on < today, PersonNotice.salt != "")
    ids = [each.id for each in session.scalars(old)]
    gone = {"finding": "{}", "reply": "", "salt": "", "journalist_id": None}
    session.execute(update(PersonNotice).where(PersonNotice.id.in_(ids)).values(gone))
    for each in ids:
        audit.record(session, Actor(), "media_watch.person.expire", each)
    return len(ids)
