"""The public list as news: that an entry was published or renewed. Feed readers keep what they read for ever, and an
entry may have to go: so no name of an employer stands here, and what was taken down is not told; its page says it.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.toolkit import PublicUpdate, language, mark
from plugins.monitoring.language import domain
from plugins.monitoring.models import Listing
from plugins.monitoring.services.published import Entry, entries

NEW = mark("Public list: entry %(reference)s was published")
RENEWED = mark("Public list: entry %(reference)s was renewed")
SUMMARY = mark(
    "Confirmed reports about one employer. The page says what stands today, with the employer's reply."
)
LANGUAGES = ("ru", "ky", "en")


def newest(session: Session, limit: int) -> list[PublicUpdate]:
    """The public entries of this moment whose words were published last."""
    # Some of the newest may have lost the consent of a source meanwhile, so more are read than are told.
    newest_rows = select(Listing).limit(4 * limit)
    found = sorted(entries(session, rows=newest_rows), key=lambda each: each.versions[-1], reverse=True)
    return [_update(each) for each in found[:limit]]


def _update(entry: Entry) -> PublicUpdate:
    message = NEW if len(entry.versions) == 1 else RENEWED
    return PublicUpdate(
        uid=f"monitoring:listing:{entry.id}",
        title={each: domain.text(each, message, reference=entry.reference) for each in LANGUAGES},
        url=f"/{language()}/monitoring/published/{entry.reference}",
        published=entry.versions[-1],
        summary={each: domain.text(each, SUMMARY) for each in LANGUAGES},
        revision=entry.version,
    )
