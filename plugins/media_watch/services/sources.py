"""Outlets, their feeds and their authors: added and changed by the editors of a country's list."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from core.toolkit import Actor, Denied, Subject, audit, now, outbox, require, visible
from plugins.media_watch import rights
from plugins.media_watch.addresses import host_of
from plugins.media_watch.codebook import CODEBOOK
from plugins.media_watch.models import Article, Feed, Journalist, Outlet
from plugins.media_watch.opml import Listed

POLL = "media_watch.poll"


class SourceProblem(ValueError):
    """The outlet or feed cannot be kept; `code` says why."""

    def __init__(self, code: str) -> None:
        """Keep the code for the page to put into words."""
        super().__init__(code)
        self.code = code


class Missing(Denied):
    """There is no such record; the page answers as for one of another country."""


@dataclass(frozen=True)
class Row:
    """What would become of one line of a list: new, known or bad, and why."""

    listed: Listed
    outcome: str


def outlets(session: Session, actor: Actor, country: str = "") -> Sequence[Outlet]:
    """The outlets that `actor` may see, by country and name, with their feeds."""
    rows = select(Outlet).where(visible(actor, rights.SOURCES_VIEW, country=Outlet.country))
    if country:
        rows = rows.where(Outlet.country == country)
    return session.scalars(
        rows.options(selectinload(Outlet.feeds)).order_by(Outlet.country, Outlet.name)
    ).all()


def outlet(session: Session, actor: Actor, outlet_id: UUID, permission: str = rights.SOURCES_VIEW) -> Outlet:
    """One outlet. Raises Denied if absent or not for `actor`."""
    found = session.get(Outlet, outlet_id, options=(selectinload(Outlet.feeds),))
    if found is None:
        raise Missing(permission, Subject(object_id=outlet_id))
    require(actor, permission, found.subject())
    return found


def countries(actor: Actor, permission: str = rights.SOURCES_CHANGE) -> list[str]:
    """The lists in which `actor` holds `permission`."""
    return [each for each in CODEBOOK.codes("list") if actor.may(permission, Subject(None, each))]


def add_outlet(session: Session, actor: Actor, country: str, facts: Mapping[str, object]) -> Outlet:
    """Watch another outlet. Raises Denied, SourceProblem `name_taken` or `country_unknown`."""
    if country not in CODEBOOK.codes("list"):
        raise SourceProblem("country_unknown")
    require(actor, rights.SOURCES_CHANGE, Subject(None, country))
    made = Outlet(country=country)
    _set(session, made, facts)
    session.add(made)
    session.flush()
    audit.record(session, actor, "media_watch.outlet.add", made.id, facts)
    return made


def change_outlet(session: Session, actor: Actor, found: Outlet, facts: Mapping[str, object]) -> None:
    """Change what is known of an outlet; its list stays. Raises Denied, SourceProblem."""
    require(actor, rights.SOURCES_CHANGE, found.subject())
    _set(session, found, facts)
    audit.record(session, actor, "media_watch.outlet.change", found.id, facts)


def _set(session: Session, found: Outlet, facts: Mapping[str, object]) -> None:
    name = str(facts.get("name", found.name))
    with session.no_autoflush:
        same = select(Outlet.id).where(Outlet.country == found.country, Outlet.name == name)
        if session.scalars(same.where(Outlet.id != found.id) if found.id else same).first():
            raise SourceProblem("name_taken")
    for key in ("name", "site", "aliases", "languages", "owner", "contact"):
        if key in facts:
            setattr(found, key, facts[key])


def add_feed(session: Session, actor: Actor, found: Outlet, url: str) -> Feed:
    """Watch a feed of an outlet; it is asked soon. Raises Denied, SourceProblem `url` or `feed_known`."""
    require(actor, rights.SOURCES_CHANGE, found.subject())
    url = url.strip()
    if not url.startswith(("http://", "https://")) or not host_of(url) or len(url) > 2048:
        raise SourceProblem("url")
    if session.scalars(select(Feed.id).where(Feed.url == url)).first():
        raise SourceProblem("feed_known")
    made = Feed(outlet=found, url=url)
    session.add(made)
    session.flush()
    audit.record(session, actor, "media_watch.feed.add", made.id)
    return made


def feed(found: Outlet, feed_id: str) -> Feed:
    """A feed of this outlet. Raises Denied."""
    for each in found.feeds:
        if str(each.id) == feed_id:
            return each
    raise Missing(rights.SOURCES_CHANGE, Subject(object_id=found.id))


def set_feed(session: Session, actor: Actor, found: Feed, act: str) -> None:
    """Do `pause`, `resume` or `check`: the last makes it due now. Raises Denied."""
    require(actor, rights.SOURCES_CHANGE, found.outlet.subject())
    if act == "pause":
        found.state = "paused"
    else:
        found.state, found.next_check = "active", now()
        if act == "check" and not outbox.queued(session, POLL):
            outbox.put(session, POLL)
    audit.record(session, actor, f"media_watch.feed.{act}", found.id)


def judge_list(session: Session, listed: Iterable[Listed]) -> list[Row]:
    """What an import would do, row by row; nothing is changed."""
    known = set(session.scalars(select(Feed.url)))
    return [Row(each, _outcome(each, known)) for each in listed]


def _outcome(listed: Listed, known: set[str]) -> str:
    if not listed.url.startswith(("http://", "https://")) or not host_of(listed.url):
        return "bad"
    return "known" if listed.url in known else "new"


def take_list(
    session: Session,
    actor: Actor,
    country: str,
    listed: Sequence[Listed],
    told: Callable[[Listed], None] | None = None,
) -> int:
    """Add the new feeds of a list, and outlets by name where there are none; a bad row stops all of it.

    `told` hears each row as it is done. Raises Denied, SourceProblem `bad_rows`.
    """
    rows = judge_list(session, listed)
    if any(each.outcome == "bad" for each in rows):
        raise SourceProblem("bad_rows")
    new = [each.listed for each in rows if each.outcome == "new"]
    for each in new:
        name = each.title[:200]
        same = select(Outlet).where(Outlet.country == country, Outlet.name == name)
        home = session.scalars(same).first() or add_outlet(
            session, actor, country, {"name": name, "site": each.site[:300]}
        )
        add_feed(session, actor, home, each.url)
        if told:
            told(each)
    return len(new)


def as_list(found: Iterable[Outlet]) -> list[Listed]:
    """The feeds of outlets as an OPML list, a folder for each country."""
    return [Listed(each.name, feed.url, each.site, each.country) for each in found for feed in each.feeds]


def confirm_author(
    session: Session, actor: Actor, article: Article, name: str, kind: str, *, everywhere: bool = False
) -> int:
    """Say who signed an article; kind "none" takes it back. Only people do this, never a program.

    `everywhere`: the articles of the outlet that have exactly this byline now, too. Gives their number. Raises Denied.
    """
    require(actor, rights.SOURCES_CHANGE, article.subject())
    article.journalist = None
    if kind != "none" and name.strip():
        same = select(Journalist).where(Journalist.outlet_id == article.outlet_id)
        found = session.scalars(same.where(Journalist.name == name.strip())).first()
        article.journalist = found or Journalist(outlet_id=article.outlet_id, name=name.strip(), kind=kind)
        article.journalist.kind, article.journalist.confirmed_by = kind, actor.person_id
        article.journalist.confirmed_at = now()
    session.flush()
    number = 1
    if everywhere and article.byline:
        mine = select(Article).where(Article.outlet_id == article.outlet_id)
        alike = session.scalars(mine.where(Article.byline == article.byline)).all()
        for each in alike:
            each.journalist = article.journalist
        number = len(alike)
    audit.record(session, actor, "media_watch.article.author", article.id, ("journalist",))
    return number


def settle_likeness(session: Session, actor: Actor, article: Article, *, reprint: bool) -> None:
    """Decide about a proposed original. Raises Denied."""
    require(actor, rights.SOURCES_CHANGE, article.subject())
    if reprint and article.like is not None:
        article.original_id = article.like.original_id or article.like_id
    article.like_id = None
    audit.record(session, actor, "media_watch.article.likeness", article.id, ("original",))
