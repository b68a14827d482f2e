"""The releases as news: when one was published, corrected or withdrawn, as its own page says it."""

from sqlalchemy.orm import Session

from core.toolkit import PublicUpdate, history, language, mark
from plugins.media_watch.codebook import CODEBOOK
from plugins.media_watch.language import domain
from plugins.media_watch.models import Release
from plugins.media_watch.services import releases

TITLE = mark("Rating of the press: %(country)s, %(period)s, release %(number)s")
WITHDRAWN = mark("Withdrawn: %(country)s, %(period)s, release %(number)s")
LANGUAGES = ("ru", "ky", "en")


def newest(session: Session, limit: int) -> list[PublicUpdate]:
    """The newest public releases, tombstones among them. No outlet and nobody's name stands in it."""
    return [_update(session, each) for each in releases.public(session)[:limit] if each.published_at]


def _update(session: Session, release: Release) -> PublicUpdate:
    gone = release.state == "withdrawn"
    period, country, published = release.round.period, release.round.country, release.published_at
    if gone:
        published = max((each.at for each in history(session, release.id)), default=published)
    assert published is not None  # noqa: S101 - of those that were never published none comes here
    values = {"period": period, "number": str(release.number)}
    return PublicUpdate(
        uid=f"media_watch:release:{release.id}",
        title={
            each: domain.text(
                each, WITHDRAWN if gone else TITLE, country=CODEBOOK.label("list", country, each), **values
            )
            for each in LANGUAGES
        },
        url=f"/{language()}/media_watch/releases/{country}/{period}/{release.number}",
        published=published,
        summary=dict.fromkeys(LANGUAGES, release.reason),
        revision=release.revision,
    )
