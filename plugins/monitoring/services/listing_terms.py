"""What the clock does to the public list: the end of the right of reply, expiry, and a test of all that is public."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.toolkit import mark, people_with, platform
from plugins.monitoring import rights
from plugins.monitoring.models import Listing
from plugins.monitoring.publication import clock
from plugins.monitoring.publication.gates import Stage
from plugins.monitoring.publication.lifecycle import PUBLIC, missing, window_over
from plugins.monitoring.services.listings import let_pass, tell

REPLY_OVER = mark("The employer's time to reply to the entry %(reference)s is over. Record what came.")


def run(session: Session) -> None:
    """Everything that a day may bring; each thing once, also after a week without a worker."""
    _expire(session)
    _windows(session)
    _stand(session)


def _expire(session: Session) -> None:
    """Since the pages ask the clock themselves, nothing was shown meanwhile: this only writes it down."""
    rows = select(Listing).where(
        Listing.state.in_((*PUBLIC, "suspended")), Listing.expires_at <= clock.moment()
    )
    for listing in session.scalars(rows.order_by(Listing.id).with_for_update(of=Listing)):
        let_pass(session, listing, "lift" if listing.state == "remedied" else "expire", "")


def _windows(session: Session) -> None:
    rows = select(Listing).where(
        Listing.state == "reply_window", Listing.reply_kind == "", Listing.reply_asked.is_(False)
    )
    for listing in session.scalars(rows.order_by(Listing.id).with_for_update(of=Listing)):
        if window_over(listing):
            listing.reply_asked = True
            people = people_with(session, platform.register, rights.LISTING_REVIEW, listing.subject())
            tell(session, listing, [each.id for each in people], REPLY_OVER)


def _stand(session: Session) -> None:
    """A consent that was taken back without a test, or a report that is no longer confirmed, is found here at last."""
    rows = select(Listing).where(Listing.state.in_(PUBLIC)).order_by(Listing.id)
    for listing in session.scalars(rows.with_for_update(of=Listing)).all():
        if lacking := missing(session, listing, Stage.STANDING):
            let_pass(session, listing, "suspend", ", ".join(lacking))
