"""Reports as news: each edition when it is published, and a correction as what it is."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.contract import PublicUpdate
from core.i18n import core_domain, language, mark
from core.periodic import services
from core.periodic.lifecycle import PUBLIC
from core.periodic.models import PeriodicReport

SOURCE = "core"
TITLE = mark("Report of the network: %(title)s")
CORRECTED = mark("Corrected report of the network: %(title)s")


def newest(session: Session, limit: int) -> list[PublicUpdate]:
    """The editions that were published last, whatever has replaced them since."""
    rows = select(PeriodicReport).where(PeriodicReport.state.in_(PUBLIC))
    return [
        _update(session, each)
        for each in session.scalars(rows.order_by(PeriodicReport.published_at.desc()).limit(limit))
    ]


def _update(session: Session, report: PeriodicReport) -> PublicUpdate:
    content = services.composed(session, report)
    corrects, published = content["corrects"], report.published_at
    assert published is not None  # noqa: S101 - whatever is public was published
    words = CORRECTED if corrects else TITLE
    return PublicUpdate(
        uid=f"{SOURCE}:report:{report.id}",
        title={code: core_domain.text(code, words, title=text) for code, text in content["title"].items()},
        url=f"/{language()}/reports/{report.period}/{report.number}",
        published=published,
        summary=corrects["changes"] if corrects else {},
        plugin=SOURCE,
    )
