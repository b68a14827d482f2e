"""Reading: what everybody sees, what waits for whom, and what the search may know."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.toolkit import Actor, SearchDocument, SearchRevision, now, visible
from handbook.canon import LANGUAGES
from handbook.lifecycle import AT_WORK
from handbook.models import Chapter, Edition
from handbook.rights import SIGN, VIEW, WRITE

SHOWN = ("published", "superseded", "withdrawn")
SOON = timedelta(days=30)


def in_force(session: Session) -> Sequence[Edition]:
    """The edition in force of every chapter, in the order of the book."""
    rows = select(Edition).join(Chapter).where(Edition.state == "published")
    return session.scalars(rows.order_by(Chapter.position, Chapter.id)).all()


def shown(session: Session, slug: str) -> Sequence[Edition]:
    """The editions of a chapter that were ever published, newest first; withdrawn ones keep their place."""
    rows = select(Edition).join(Chapter).where(Chapter.slug == slug, Edition.state.in_(SHOWN))
    return session.scalars(rows.order_by(Edition.number.desc())).all()


def changes(session: Session, limit: int = 50) -> Sequence[Edition]:
    """What was published last, newest first: what the feed tells."""
    rows = select(Edition).where(Edition.state.in_(("published", "superseded")))
    return session.scalars(rows.order_by(Edition.published_at.desc(), Edition.id.desc()).limit(limit)).all()


def at_work(actor: Actor) -> Select[Edition]:
    """The newest editions that the actor may see, at work and in force."""
    rows = select(Edition).join(Chapter).where(Edition.state.in_((*AT_WORK, "published")))
    return rows.where(visible(actor, VIEW, organisation=Chapter.organisation_id))


def waiting(session: Session, actor: Actor) -> tuple[int, int]:
    """How many editions wait for a lawyer, and how many in force must be looked at again soon."""
    count = select(func.count(Edition.id)).join(Chapter)
    organisation = Chapter.organisation_id
    review = count.where(Edition.state == "review", visible(actor, SIGN, organisation=organisation))
    late = count.where(Edition.id.in_(ageing(now().date()).with_only_columns(Edition.id)))
    late = late.where(visible(actor, WRITE, organisation=organisation))
    return session.scalar(review) or 0, session.scalar(late) or 0


def ageing(today: date) -> Select[Edition]:
    """The editions in force whose day of review is near or past."""
    return select(Edition).where(Edition.state == "published", Edition.review_by <= today + SOON)


def uids(chapter: Chapter) -> list[str]:
    """The names of a chapter's documents in the search, one for each language."""
    return [f"handbook:{code}:{chapter.id}" for code in LANGUAGES]


def documents(session: Session, wanted: Sequence[str] | None) -> Iterator[SearchDocument]:
    """The editions in force, in each language that they are written in, for everybody."""
    rows = select(Edition).where(Edition.state == "published")
    if wanted is not None:
        ids = {UUID(uid.rsplit(":", 1)[1]) for uid in wanted if uid.startswith("handbook:")}
        rows = rows.where(Edition.chapter_id.in_(ids))
    for edition in session.scalars(rows):
        for code, text in edition.texts.items():
            uid = f"handbook:{code}:{edition.chapter_id}"
            if text.get("body") and (wanted is None or uid in wanted):
                yield _document(uid, code, text["title"], text["body"], edition)


def _document(uid: str, code: str, title: str, body: str, edition: Edition) -> SearchDocument:
    return SearchDocument(
        uid=uid,
        kind="handbook.chapter",
        title=title,
        body=body,
        language=code,
        reach=frozenset({"public"}),
        endpoint="handbook.chapter",
        values={"slug": edition.chapter.slug},
        revision=edition.number or 0,
    )


def revisions(session: Session) -> Iterator[SearchRevision]:
    """Which documents there are."""
    for edition in session.scalars(select(Edition).where(Edition.state == "published")):
        for code, text in edition.texts.items():
            if text.get("body"):
                yield SearchRevision(f"handbook:{code}:{edition.chapter_id}", edition.number or 0)
