"""Articles: who may see which, and what the search index keeps of them."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from core.toolkit import Actor, SearchDocument, SearchRevision, Subject, reach, require, visible
from plugins.media_watch import rights
from plugins.media_watch.models import Article, Capture, Outlet, Revision
from plugins.media_watch.services.sources import Missing

PREFIX = "media_watch:article:"


def articles(actor: Actor, *, outlet_id: str = "", topic: str = "") -> Select[Article]:
    """The articles that `actor` may read, narrowed by outlet and by topic ("topic", "risk", "like")."""
    rows = (
        select(Article)
        .join(Article.outlet)
        .where(visible(actor, rights.ARTICLE_VIEW, country=Outlet.country))
    )
    if outlet_id:
        rows = rows.where(Article.outlet_id == _uuid(outlet_id))
    narrowed = {"topic": Article.in_topic, "risk": Article.in_risk, "like": Article.like_id.is_not(None)}
    return rows.where(narrowed[topic]) if topic in narrowed else rows


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def article(
    session: Session, actor: Actor, article_id: UUID, permission: str = rights.ARTICLE_VIEW
) -> Article:
    """One article with its revisions. Raises Denied if absent or not for `actor`."""
    parts = (selectinload(Article.revisions).joinedload(Revision.evidence),)
    found = session.get(Article, article_id, options=parts)
    if found is None:
        raise Missing(permission, Subject(object_id=article_id))
    require(actor, permission, found.subject())
    return found


def reprints(session: Session, found: Article) -> list[Article]:
    """The articles that are reprints of this one."""
    rows = select(Article).where(Article.original_id == found.id).order_by(Article.id).limit(50)
    return list(session.scalars(rows))


def evidence(session: Session, actor: Actor, article_id: UUID, number: int) -> Capture:
    """The evidence of one revision of an article that `actor` may read. Raises Denied."""
    found = article(session, actor, article_id)
    for each in found.revisions:
        if each.number == number:
            return each.evidence
    raise Missing(rights.ARTICLE_VIEW, Subject(object_id=article_id))


def revisions(session: Session) -> Iterable[SearchRevision]:
    """Which documents there are, without reading their texts."""
    for article_id, revision in session.execute(select(Article.id, Article.revision)):
        yield SearchRevision(f"{PREFIX}{article_id}", revision)


def documents(session: Session, uids: Iterable[str] | None) -> Iterable[SearchDocument]:
    """What the search index keeps: articles, for those who may read articles. Codes are never in it."""
    rows = select(Article)
    if uids is not None:
        ids = [UUID(each.removeprefix(PREFIX)) for each in uids if each.startswith(PREFIX)]
        rows = rows.where(Article.id.in_(ids))
    for each in session.scalars(rows.execution_options(yield_per=500)):
        yield SearchDocument(
            uid=f"{PREFIX}{each.id}",
            kind="media_watch.article",
            title=f"{each.title} · {each.outlet.name}",
            body=each.text,
            language=each.language,
            reach=reach(rights.ARTICLE_VIEW, each.subject()),
            endpoint="media_watch.article",
            values={"article_id": str(each.id)},
            revision=each.revision,
        )
