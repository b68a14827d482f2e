"""What of the public list waits for whom: counted tiles of the dashboard."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from core.toolkit import Actor, Tile, visible
from plugins.monitoring import rights
from plugins.monitoring.language import gettext
from plugins.monitoring.models import Listing
from plugins.monitoring.publication.lifecycle import VOTING


def tiles(session: Session, actor: Actor) -> Iterable[Tile]:
    """Entries to review, disputes to answer, votes to give."""
    review, vote = rights.LISTING_REVIEW, rights.LISTING_VOTE
    not_mine = Listing.proposer_id != actor.person_id
    yield _tile(session, actor, review, gettext("Entries to review"), "proposed", not_mine, 14)
    yield _tile(session, actor, review, gettext("Disputes to answer"), "disputed", not_mine, 8)
    yield _tile(session, actor, vote, gettext("Entries to vote on"), VOTING[0], not_mine, 7)


def _tile(
    session: Session,
    actor: Actor,
    permission: str,
    label: str,
    state: str,
    condition: ColumnElement[bool],
    weight: int,
) -> Tile:
    mine = visible(actor, permission, organisation=Listing.organisation_id, country=Listing.country)
    rows = select(func.count()).select_from(Listing).where(Listing.state == state, condition, mine)
    return Tile(session.scalar(rows) or 0, label, "monitoring.listings", {"state": state}, "info", weight)
