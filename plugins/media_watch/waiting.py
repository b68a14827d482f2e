"""What waits for whom: the tiles of the dashboard."""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.toolkit import Actor, Tile, visible
from plugins.media_watch import rights
from plugins.media_watch.language import gettext
from plugins.media_watch.models import Feed, Outlet, Release, Round
from plugins.media_watch.services import coding, deciding


def tiles(session: Session, actor: Actor) -> Iterable[Tile]:
    """Counted tiles, each opening the list behind its number."""
    if actor.may(rights.CODE):
        own = coding.progress(session, actor)
        yield Tile(own.total - own.done, gettext("Articles to code"), "media_watch.desk", {}, "info", 15)
    if actor.may(rights.DECIDE):
        number = len(deciding.disputes(session, actor))
        yield Tile(number, gettext("Codes to decide"), "media_watch.disputes", {}, "info", 16)
    if actor.may(rights.SIGN):
        yield Tile(
            _frozen(session, actor), gettext("Releases to sign"), "media_watch.all_rounds", {}, "warn", 17
        )
    if actor.may(rights.SOURCES_CHANGE):
        yield Tile(
            _ill(session, actor), gettext("Feeds that fail"), "media_watch.sources_page", {}, "warn", 30
        )


def _frozen(session: Session, actor: Actor) -> int:
    mine = visible(actor, rights.SIGN, country=Round.country)
    rows = select(func.count()).select_from(Release).join(Release.round)
    return session.scalar(rows.where(Release.state == "frozen", mine)) or 0


def _ill(session: Session, actor: Actor) -> int:
    mine = visible(actor, rights.SOURCES_CHANGE, country=Outlet.country)
    rows = select(func.count()).select_from(Feed).join(Feed.outlet)
    return session.scalar(rows.where(Feed.error != "", Feed.state != "paused", mine)) or 0
