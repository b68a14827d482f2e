"""The bytes behind a sample, for whoever must prove what an article said when it was coded."""

from collections.abc import Callable, Iterator, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.toolkit import Actor, audit, require
from plugins.media_watch import rights
from plugins.media_watch.models import Capture, Item, Revision, Round
from plugins.media_watch.services import archive
from plugins.media_watch.warc import Answer


def of_round(session: Session, actor: Actor, found: Round) -> Sequence[UUID]:
    """The ids of the answers in which the sampled revisions stood, each once. Raises Denied."""
    require(actor, rights.ARTICLE_VIEW, found.subject())
    same = (Revision.article_id == Item.article_id) & (Revision.number == Item.revision)
    rows = select(Revision.evidence_id).join(Item, same).where(Item.round_id == found.id).distinct()
    audit.record(session, actor, "media_watch.evidence.export", found.id)
    return session.scalars(rows.order_by(Revision.evidence_id)).all()


def answers(
    session: Session, ids: Sequence[UUID], told: Callable[[str], None] = lambda _what: None
) -> Iterator[Answer]:
    """The answers as they came, one after the other: a quarter's pages do not fit into memory."""
    for each in ids:
        found = session.get_one(Capture, each)
        yield found.url, found.fetched_at, found.status, found.headers, archive.bytes_of(found)
        session.expunge(found)
        told(found.url)
