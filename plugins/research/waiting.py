"""What waits for whom: the tiles of the dashboard."""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.toolkit import Actor, Tile, visible
from plugins.research import rights
from plugins.research.language import gettext
from plugins.research.models import Request, Version


def tiles(session: Session, actor: Actor) -> Iterable[Tile]:
    """Counted tiles, each opening the list behind its number."""
    own = visible(actor, rights.DEPOSIT, organisation=Version.organisation_id)
    reviews = visible(actor, rights.REVIEW)
    for label, condition, weight in (
        (gettext("Deposits to describe"), own & Version.state.in_(("draft", "unreadable")), 50),
        (gettext("Deposits to send for review"), own & (Version.state == "checked"), 51),
        (gettext("Deposits to review"), reviews & (Version.state == "review") & ~own, 30),
        (gettext("Deposits to publish"), reviews & (Version.state == "approved") & ~own, 31),
    ):
        number = session.scalar(select(func.count()).select_from(Version).where(condition)) or 0
        yield Tile(number, label, "research.desk", {}, "info", weight)
    asked = (
        select(func.count())
        .select_from(Request)
        .where(Request.state == "asked", visible(actor, rights.STEWARD))
    )
    yield Tile(session.scalar(asked) or 0, gettext("Requests for data"), "research.requests", {}, "info", 32)
