"""Writing: a chapter begins, an edition is written and sent to a lawyer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.toolkit import Actor, Conflict, Denied, GuardFailed, Subject, approvals, audit, history, require
from handbook import canon
from handbook.lifecycle import AT_WORK, EDITION
from handbook.models import Chapter, Edition
from handbook.rights import VIEW, WRITE


@dataclass(frozen=True)
class Content:
    """What an edition says."""

    texts: Mapping[str, Mapping[str, str]]
    sources: Sequence[Mapping[str, str]]
    review_by: date | None


def find(
    session: Session, actor: Actor, edition_id: UUID, permission: str = VIEW, *, lock: bool = False
) -> Edition:
    """The edition, for those who work on it. Raises Denied as if there were none."""
    found = session.get(Edition, edition_id, with_for_update={"of": Edition} if lock else None)
    if found is None:
        raise Denied(permission, Subject(object_id=edition_id))
    require(actor, permission, found.subject())
    return found


def begin_chapter(session: Session, actor: Actor, organisation_id: UUID, slug: str) -> Edition:
    """A new chapter with an empty edition. Raises Denied, or GuardFailed with `slug_taken`."""
    require(actor, WRITE, Subject(organisation_id=organisation_id))
    if session.scalar(select(Chapter.id).where(Chapter.slug == slug)):
        raise GuardFailed("begin", ["slug_taken"])
    last = session.scalar(select(func.max(Chapter.position))) or 0
    chapter = Chapter(organisation_id=organisation_id, slug=slug, position=last + 1)
    session.add(chapter)
    session.flush()
    audit.record(session, actor, "handbook.chapter.begin", chapter.id, ("slug",))
    return _begun(session, actor, chapter, Edition())


def begin_edition(session: Session, actor: Actor, chapter_id: UUID) -> Edition:
    """The next edition, as the last one stands; the one at work if there is one. Raises Denied."""
    chapter = session.get(Chapter, chapter_id, with_for_update=True)
    if chapter is None:
        raise Denied(WRITE, Subject(object_id=chapter_id))
    require(actor, WRITE, chapter.subject())
    at_work = next((each for each in chapter.editions if each.state in AT_WORK), None)
    if at_work:
        return at_work
    last = next((each for each in reversed(chapter.editions) if each.number), Edition(texts={}, sources=[]))
    texts = {code: {**parts, "changed": ""} for code, parts in last.texts.items()}
    return _begun(session, actor, chapter, Edition(texts=texts, sources=list(last.sources)))


def _begun(session: Session, actor: Actor, chapter: Chapter, edition: Edition) -> Edition:
    chapter.editions.append(edition)
    session.flush()
    audit.record(session, actor, "handbook.edition.begin", edition.id, ("texts",))
    return edition


def write(session: Session, actor: Actor, edition: Edition, content: Content, revision: int) -> None:
    """Keep what was typed; the edition must be locked. Raises Denied, Conflict, GuardFailed with `not_a_draft`."""
    require(actor, WRITE, edition.subject())
    if edition.state != "draft":
        raise GuardFailed("write", ["not_a_draft"])
    if revision != edition.revision:
        raise Conflict(history(session, edition.id, since=edition.revision))
    edition.texts = {code: dict(parts) for code, parts in content.texts.items() if any(parts.values())}
    edition.sources = [dict(each) for each in content.sources]
    edition.review_by = content.review_by
    edition.writers = sorted({*edition.writers, str(actor.person_id)})
    edition.revision += 1
    audit.record(session, actor, "handbook.edition.write", edition.id, ("texts", "sources", "review_by"))


def submit(session: Session, actor: Actor, edition: Edition, revision: int) -> None:
    """Send it to a lawyer: from now on its content is fixed. Raises Denied, Conflict, GuardFailed."""
    EDITION.move(session, actor, edition, "submit", revision=revision)
    approvals.propose(session, actor, EDITION.kind, edition.id, content(edition))


def content(edition: Edition) -> str:
    """What is signed."""
    return canon.canonical(edition.chapter.slug, edition.texts, edition.sources, edition.review_by)
