"""The pages of media_watch."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from core.toolkit import now
from plugins.media_watch.models import Article, Assignment, Item, Notice, Outlet, PersonNotice, Release, Round
from plugins.media_watch.sample import OUTLETS
from plugins.media_watch.services import notices
from visits.visit import Facts, Visit, as_form, as_list


def outlet(facts: Facts) -> dict[str, UUID]:
    """The first outlet of Russia."""
    return {"outlet_id": facts.first(select(Outlet.id).where(Outlet.name == OUTLETS["RU"][0]), "an outlet")}


def article(facts: Facts) -> dict[str, UUID]:
    """An article of it."""
    rows = select(Article.id).where(Article.outlet_id == outlet(facts)["outlet_id"]).order_by(Article.id)
    return {"article_id": facts.first(rows, "an article")}


def round_of(facts: Facts, country: str) -> dict[str, UUID]:
    """The round of a country."""
    return {"round_id": facts.first(select(Round.id).where(Round.country == country), "a round")}


def unit(facts: Facts, *, done: bool) -> dict[str, UUID]:
    """A code of the first coder."""
    rows = select(Assignment.id).where(Assignment.coder_id == facts.people["coder_kg"])
    stands = Assignment.done_at.is_not(None) if done else Assignment.done_at.is_(None)
    return {"assignment_id": facts.first(rows.where(stands).order_by(Assignment.id), "a code")}


def dispute(facts: Facts) -> dict[str, UUID]:
    """An item of the running round on which two coders differ."""
    done = (
        select(Assignment.item_id)
        .where(Assignment.done_at.is_not(None))
        .group_by(Assignment.item_id)
        .having(func.count() == 2)
    )
    rows = select(Item.id).where(Item.id.in_(done), Item.round_id == round_of(facts, "KG")["round_id"])
    return {"item_id": facts.first(rows.order_by(Item.id), "a dispute")}


def edition(facts: Facts) -> dict[str, Any]:
    """The published one."""
    found = facts.first(select(Release).where(Release.state == "published"), "a release")
    return {"country": "RU", "period": found.round.period, "number": found.number}


def link(facts: Facts) -> dict[str, str]:
    """A notice's link, its token set to one that is known."""
    with facts.live.site.database.transaction() as session:
        rows = select(Notice).join(Notice.release).where(Release.state == "noticed").order_by(Notice.id)
        found = session.scalars(rows).first()
        if found is None:
            release = session.scalars(select(Release).where(Release.state == "noticed")).one()
            known = session.scalars(select(Notice)).first()
            assert known is not None
            found = Notice(release=release, outlet_id=known.outlet_id, finding=known.finding, until=now())
            session.add(found)
        found.token_hash = notices.hashed("a-known-token")
    return {"token": "a-known-token"}


def personal_link(facts: Facts) -> dict[str, str]:
    """The link of a person's notice for the edition that waits."""
    with facts.live.site.database.transaction() as session:
        rows = select(PersonNotice).join(PersonNotice.release).where(Release.state == "noticed")
        found = session.scalars(rows).first()
        if found is None:
            raise LookupError("the sample data lacks a notice to a person")
        found.token_hash = notices.hashed("a-personal-token")
    return {"token": "a-personal-token"}


PAGES: dict[str, tuple[Visit, ...]] = {
    "media_watch.sources_page": (as_form("media"),),
    "media_watch.outlet": (as_form("media", values=outlet),),
    "media_watch.articles": (as_list("media"),),
    "media_watch.article": (as_list("media", values=article),),
    "media_watch.all_rounds": (as_list("media"), as_list("press_first", name="signer")),
    "media_watch.round": (
        as_list("media", name="published", values=lambda facts: round_of(facts, "RU")),
        as_list("kg_media", name="coding", values=lambda facts: round_of(facts, "KG")),
    ),
    "media_watch.unit": (
        as_form("coder_kg", name="open", values=lambda facts: unit(facts, done=False)),
        as_form("coder_kg", name="done", values=lambda facts: unit(facts, done=True)),
    ),
    "media_watch.training": (as_form("coder_ru"),),
    "media_watch.disputes": (as_list("judge"),),
    "media_watch.dispute": (as_form("judge", values=dispute),),
    "media_watch.public_releases": (Visit(""),),
    "media_watch.public_release": (as_list("", values=edition),),
    "media_watch.outlet_history": (as_list("", values=lambda facts: {"country": "RU"} | outlet(facts)),),
    "media_watch.method": (Visit(""),),
    "media_watch.reply": (as_form("", values=link), as_form("", name="person", values=personal_link)),
}

NOT_PAGES = {
    "api.media_watch.outlets": "JSON for programs; tests/core/test_rest.py reads it",
    "api.media_watch.outlets.one": "JSON for programs; tests/core/test_rest.py reads it",
    "api.media_watch.releases": "JSON for programs; tests/core/test_rest.py reads it",
    "api.media_watch.releases.one": "JSON for programs; tests/core/test_rest.py reads it",
    "media_watch.index": "leads to the outlets",
    "media_watch.desk": "leads to the next article",
    "media_watch.static": "a script",
    "media_watch.give_opml": "an OPML file; test_media_archive.py reads it",
    "media_watch.evidence": "raw bytes; test_media_archive.py reads them",
    "media_watch.release_file": "JSON or CSV; test_media_quarter.py reads them",
    "media_watch.atom": "an Atom feed; test_media_quarter.py reads it",
}
