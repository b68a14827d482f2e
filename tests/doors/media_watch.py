"""The doors of media_watch: outlets, articles, rounds, the coding desk, decisions, releases."""

from datetime import UTC, datetime
from uuid import UUID

from network import Network
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.toolkit import Entry, Fetched, new_id, now
from doors.door import INVITATION, NOBODY, OPEN, Door, Key, Records, Success, World, both, resource
from plugins.media_watch import canonical, findings, tallies
from plugins.media_watch.codebook import CODEBOOK, VIGNETTES
from plugins.media_watch.models import Article, Assignment, Item, Notice, Release, Round
from plugins.media_watch.services import archive, notices, rounds, sources

EDITORS = Door(frozenset({"watch", "kg_watch"}))
OUTLET = Door(EDITORS.holders, frozenset({"watch"}), frozenset({"kg_watch"}))
ROUND = Door(
    frozenset({"watch", "kg_watch", "signer"}), frozenset({"watch", "signer"}), frozenset({"kg_watch"})
)
SIGNING = Door(frozenset({"signer"}), frozenset({"signer"}), NOBODY)
CODERS = Door(frozenset({"coder", "kg_coder"}))
UNIT = Door(CODERS.holders, frozenset({"coder"}), frozenset({"kg_coder"}))
JUDGES = Door(frozenset({"judge"}))
DISPUTE = Door(JUDGES.holders, JUDGES.holders, JUDGES.holders)

DOORS: dict[Key, Door] = {
    **resource("media_watch.outlets"),
    **resource("media_watch.releases"),
    ("media_watch.index", "GET", ""): EDITORS,
    ("media_watch.static", "GET", ""): OPEN,
    ("media_watch.sources_page", "GET", ""): EDITORS,
    ("media_watch.add_outlet", "POST", ""): EDITORS,
    ("media_watch.take_opml", "POST", ""): EDITORS,
    ("media_watch.give_opml", "GET", ""): EDITORS,
    ("media_watch.outlet", "GET", ""): OUTLET,
    ("media_watch.change_outlet", "POST", ""): OUTLET,
    ("media_watch.articles", "GET", ""): EDITORS,
    ("media_watch.article", "GET", ""): OUTLET,
    ("media_watch.change_article", "POST", ""): OUTLET,
    ("media_watch.evidence", "GET", ""): OUTLET,
    ("media_watch.all_rounds", "GET", ""): Door(ROUND.holders),
    ("media_watch.open_round", "POST", ""): EDITORS,
    ("media_watch.round", "GET", ""): ROUND,
    ("media_watch.run_round", "POST", ""): OUTLET,
    ("media_watch.sign_release", "POST", ""): SIGNING,
    ("media_watch.desk", "GET", ""): CODERS,
    **both("media_watch.unit", UNIT),
    **both("media_watch.training", CODERS),
    ("media_watch.disputes", "GET", ""): JUDGES,
    **both("media_watch.dispute", DISPUTE),
    ("media_watch.public_releases", "GET", ""): OPEN,
    ("media_watch.public_release", "GET", ""): OPEN,
    ("media_watch.release_file", "GET", ""): OPEN,
    ("media_watch.outlet_history", "GET", ""): OPEN,
    ("media_watch.atom", "GET", ""): OPEN,
    ("media_watch.method", "GET", ""): OPEN,
    **both("media_watch.reply", INVITATION),
}

UNAUDITED = {
    "media_watch.reply": "whoever answers has no account; audited and tested in test_media_quarter.py",
}

GROUPS = {"RU": "MIG", "KG": "RUS"}


def records(world: World) -> Records:
    """An outlet with an article, a round with an open code and a dispute, a published release and a notice."""
    net, country, who = world.net, world.name.upper(), {"ru": "watch", "kg": "kg_watch"}[world.name]
    coder = {"ru": "coder", "kg": "kg_coder"}[world.name]
    at = datetime(2026, 8, 1, tzinfo=UTC)
    with net.app.app_context(), net.site.database.transaction() as session:
        actor = net.actor(session, who)
        outlet = sources.add_outlet(session, actor, country, {"name": f"Газета {country}"})
        feed = sources.add_feed(session, actor, outlet, f"http://{world.name}.example/rss")
        proof = archive.keep(session, Fetched(200, {}, b"<rss/>", feed.url), at)
        entry = Entry("1", f"http://{world.name}.example/1", "Мигранты", "", "Мигранты.", "", at, at)
        session.flush()
        archive.take(session, feed, proof, [entry], at)
        article = session.scalars(select(Article).where(Article.outlet_id == outlet.id)).one()
        made = rounds.open_round(session, actor, country, "2026-Q3")
        made.state, made.drawn_at = "coding", now()
        made.frame = {"sizes": {}, "names": {}, "outside": 0}
        unit = _item(session, net, made, article, coder, done=False)
        dispute = _item(session, net, made, article, coder, done=True)
        release = _release(session, made, outlet.id)
        token = f"token-{world.name}"
        notice = Notice(release=release, outlet_id=outlet.id, token_hash=notices.hashed(token), until=now())
        notice.finding = canonical.text({"index": 0.1, "low": 0.0, "high": 0.2, "share": 0.1, "quotes": []})
        session.add(notice)
    one_article, one_round = {"article_id": article.id}, {"round_id": made.id}
    public = {"country": country, "period": "2026-Q3", "number": 1}
    return {
        "api.media_watch.outlets.one": {"key": UUID(int=1)},
        "api.media_watch.releases.one": {"key": UUID(int=1)},
        "media_watch.static": {"filename": "desk.js"},
        "media_watch.outlet": {"outlet_id": outlet.id},
        "media_watch.change_outlet": {"outlet_id": outlet.id},
        "media_watch.article": one_article,
        "media_watch.change_article": one_article,
        "media_watch.evidence": one_article | {"number": 1},
        **{f"media_watch.{each}": one_round for each in ("round", "run_round", "sign_release")},
        "media_watch.unit": {"assignment_id": unit},
        "media_watch.dispute": {"item_id": dispute},
        "media_watch.public_release": public,
        "media_watch.outlet_history": {"country": country, "outlet_id": outlet.id},
        "media_watch.release_file": public | {"kind": "json"},
        "media_watch.reply": {"token": token if world.name == "ru" else "no-such-token"},
    }


def _item(session: Session, net: Network, made: Round, article: Article, coder: str, *, done: bool) -> UUID:
    """An item of two coders of `most` and `talas`; done, they differ. Gives the id of the open code, or of the item."""
    item = Item(
        id=new_id(), round_id=made.id, article_id=article.id, revision=1, stratum="rest", text="Текст"
    )
    session.add(item)
    pair = {"coder": "most", "kg_coder": "talas"}
    found = {}
    for number, (who, home) in enumerate(pair.items()):
        code = {"group": GROUPS[made.country], "category": ("L1", "S4")[number], "stance": "A", "quote": "ц"}
        each = Assignment(
            id=new_id(), item_id=item.id, coder_id=net.people[who], position=number, codebook="1"
        )
        each.organisation_id, each.done_at = net.organisations[home], now() if done else None
        each.answer = {"relevant": "yes", "codes": [code]} if done else {}
        session.add(each)
        found[who] = each.id
    session.flush()
    return item.id if done else found[coder]


def _release(session: Session, made: Round, outlet_id: UUID) -> Release:
    """A published edition, and the notice of a second one that waits for replies."""
    told = findings.content(made, tallies.coded(session, made)) | {"number": 1, "reason": ""}
    names = ("index", "low", "high", "share", "share_low", "share_high", "n_eff", "lenient", "strict")
    shown = dict.fromkeys(names, 0.1) | {"name": "Газета", "status": "few", "quotes": []}
    content = canonical.text(told | {"outlets": {str(outlet_id): shown}})
    first = Release(id=new_id(), round=made, number=1, state="published", content=content, published_at=now())
    first.sha256 = canonical.sha(content)
    second = Release(id=new_id(), round=made, number=2, state="noticed", content=content, corrects=first)
    session.add_all([first, second])
    session.flush()
    return second


def successes(net: Network) -> dict[str, Success]:
    """For each changing route: who succeeds, with which form, in which variant."""
    levels = CODEBOOK.codes("level")
    return {
        "media_watch.add_outlet": ("watch", {"country": "RU", "name": "Новая"}, ""),
        "media_watch.take_opml": (
            "watch",
            {"country": "RU", "confirm": "yes", "title": "Ещё", "feed": "http://new.example/rss", "site": ""},
            "",
        ),
        "media_watch.change_outlet": ("watch", {"act": "change", "name": "Иная"}, ""),
        "media_watch.change_article": ("watch", {"act": "author", "name": "И. П.", "kind": "staff"}, ""),
        "media_watch.open_round": ("watch", {"country": "RU", "period": "2026-Q1"}, ""),
        "media_watch.run_round": ("watch", {"act": "prepare", "reason": "Ошибка."}, ""),
        "media_watch.sign_release": ("signer", {}, ""),
        "media_watch.unit": ("coder", {"act": "finish", "relevant": "no"}, ""),
        "media_watch.training": ("coder", {f"v{each.number}": levels[each.level] for each in VIGNETTES}, ""),
        "media_watch.dispute": ("judge", {"relevant": "no", "reason": "Не о группе."}, ""),
    }


def stage(net: Network, endpoint: str, records: Records) -> None:
    """Put the round and its second edition where the step can succeed."""
    with net.app.app_context(), net.site.database.transaction() as session:
        made = session.get_one(Round, records["media_watch.round"]["round_id"])
        second = session.scalars(
            select(Release).where(Release.round_id == made.id, Release.number == 2)
        ).one()
        if endpoint == "media_watch.run_round":
            made.state, second.state = "coded", "withdrawn"
        if endpoint == "media_watch.sign_release":
            second.state, second.sha256 = "frozen", canonical.sha(second.content)
