"""Versions of datasets as news: published, and withdrawn with the reason that their page gives."""

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from core.toolkit import PublicUpdate, language, mark
from plugins.research import dictionary
from plugins.research.language import domain
from plugins.research.models import Version
from plugins.research.services.finding import PUBLIC_STATES

PUBLISHED = mark("Data: “%(title)s”, version %(number)s")
WITHDRAWN = mark("Withdrawn: “%(title)s”, version %(number)s")
LANGUAGES = ("ru", "ky", "en")


def newest(session: Session, limit: int) -> list[PublicUpdate]:
    """The versions that were published or withdrawn last."""
    told = case((Version.state == "withdrawn", Version.changed_at), else_=Version.published_at)
    rows = select(Version, told).where(Version.state.in_(PUBLIC_STATES), Version.published_at.is_not(None))
    found = session.execute(rows.order_by(told.desc(), Version.id.desc()).limit(limit))
    return [_update(version) for version, _ in found]


def _update(version: Version) -> PublicUpdate:
    gone, about = version.state == "withdrawn", version.about
    moment = version.changed_at if gone else version.published_at
    assert moment is not None  # noqa: S101 - the query leaves out what was never published
    title = {each: dictionary.best(about.get("title", {}), each) for each in LANGUAGES}
    return PublicUpdate(
        uid=f"research:version:{version.id}",
        title={
            each: domain.text(
                each, WITHDRAWN if gone else PUBLISHED, title=title[each], number=version.number or ""
            )
            for each in LANGUAGES
        },
        url=f"/{language()}/research/r/{version.dataset.slug}/{version.number}",
        published=moment,
        summary=dict.fromkeys(LANGUAGES, version.withdrawn_reason) if gone else {},
        revision=version.revision,
    )
