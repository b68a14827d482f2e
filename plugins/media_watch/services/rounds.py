"""Rounds: opened with a seed, a frame taken, the sample drawn and given to pairs of coders."""

import math
import secrets
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.toolkit import (
    Actor,
    GuardFailed,
    Subject,
    audit,
    country_of,
    mark,
    new_id,
    notify,
    now,
    organisations_of,
    people_with,
    platform,
    require,
    visible,
)
from plugins.media_watch import gates, lexicon, pairing, periods, rights, sampling
from plugins.media_watch.addresses import canonical
from plugins.media_watch.codebook import CODEBOOK, VIGNETTES
from plugins.media_watch.lifecycle import ROUND
from plugins.media_watch.masking import mask as masked
from plugins.media_watch.models import Article, Assignment, Item, Outlet, Round, Training
from plugins.media_watch.pairing import Coder
from plugins.media_watch.sampling import DRIFT, Frame
from plugins.media_watch.services.sources import Missing, SourceProblem

CODED_LANGUAGES = ("ru", "ky")
MOST_SIZE = 500
WAITS = mark("Articles wait for your codes")


def rounds(session: Session, actor: Actor) -> Sequence[Round]:
    """The rounds that `actor` may see, newest first."""
    rows = select(Round).where(visible(actor, rights.ROUND_VIEW, country=Round.country))
    return session.scalars(rows.order_by(Round.period.desc(), Round.country)).all()


def round_of(
    session: Session,
    actor: Actor,
    round_id: UUID,
    permission: str = rights.ROUND_VIEW,
    *,
    lock: bool = False,
) -> Round:
    """One round, locked if it is to be changed. Raises Denied if absent or not for `actor`."""
    found = session.get(Round, round_id, with_for_update={"of": Round} if lock else None)
    if found is None:
        raise Missing(permission, Subject(object_id=round_id))
    require(actor, permission, found.subject())
    return found


def open_round(
    session: Session, actor: Actor, country: str, period: str, sizes: Mapping[str, int] | None = None
) -> Round:
    """Open the round of a quarter; its seed is made now, before anybody knows the frame.

    Raises Denied, SourceProblem `period` or `round_exists`.
    """
    require(actor, rights.ROUND_RUN, Subject(None, country))
    try:
        quarter = periods.read(period)
    except ValueError as error:
        raise SourceProblem("period") from error
    same = select(Round.id).where(Round.country == country, Round.period == str(quarter))
    if session.scalars(same).first():
        raise SourceProblem("round_exists")
    wanted = {
        name: min(MOST_SIZE, max(0, (sizes or {}).get(name, size))) for name, size in sampling.SIZES.items()
    }
    made = Round(
        id=new_id(), country=country, period=str(quarter), codebook=CODEBOOK.version,
        lexicon=lexicon.VERSION, seed=secrets.token_hex(16), sizes=wanted,
    )  # fmt: skip
    session.add(made)
    session.flush()
    audit.record(session, actor, "media_watch.round.open", made.id)
    return made


def articles_of(found: Round) -> Select[Article]:
    """The articles of a round's country and quarter, reprints apart: they count once, where they came out first."""
    quarter = periods.read(found.period)
    return (
        select(Article)
        .join(Article.outlet)
        .where(
            Outlet.country == found.country,
            Article.published_at >= quarter.begins,
            Article.published_at < quarter.ends,
            Article.language.in_(CODED_LANGUAGES),
            Article.original_id.is_(None),
        )
    )


def frame_of(session: Session, found: Round) -> Frame:
    """What the sample is drawn from, by article id."""
    strata: dict[tuple[str, str], list[str]] = {}
    outside = []
    columns = articles_of(found).with_only_columns(
        Article.id, Article.outlet_id, Article.in_topic, Article.in_risk
    )
    for article_id, outlet_id, in_topic, in_risk in session.execute(columns):
        if not in_topic:
            outside.append(str(article_id))
            continue
        stratum = sampling.RISK if in_risk else sampling.REST
        strata.setdefault((str(outlet_id), stratum), []).append(str(article_id))
    return Frame(strata, outside)


def coders(session: Session, codebook: str) -> list[Coder]:
    """Everybody who may code now: the right, an organisation, and the training passed under this codebook."""
    passed = set(
        session.scalars(
            select(Training.coder_id).where(Training.codebook == codebook, Training.passed_at.is_not(None))
        )
    )
    found = []
    for person in people_with(session, platform.register, rights.CODE, None):
        homes = organisations_of(session, person.id)
        if person.id in passed and homes:
            names = tuple(str(each) for each in homes)
            found.append(Coder(str(person.id), names, country_of(session, homes[0])))
    return found


def draw(session: Session, actor: Actor, found: Round, *, revision: int) -> int:
    """Draw the sample, once; gives the number of articles. Raises Denied, Conflict, GuardFailed."""
    require(actor, rights.ROUND_RUN, found.subject())
    if found.drawn_at is None and found.revision == revision:
        frame = frame_of(session, found)
        names = {str(each.id): each.name for each in session.scalars(select(Outlet))}
        drawn = sampling.sample(frame, found.seed, found.sizes)
        if any(stratum != sampling.CHECK for _, stratum in drawn):
            sizes = frame.sizes()
            found.frame = {
                "sizes": sizes, "outside": len(frame.outside), "names": {key: names[key] for key in sizes}
            }  # fmt: skip
            _give_out(session, found, drawn)
            found.drawn_at = now()
    ROUND.move(session, actor, found, "draw", revision=revision)
    audit.record(session, actor, "media_watch.round.sample", found.id, ("frame", "seed"))
    return len(session.scalars(select(Item.id).where(Item.round_id == found.id, Item.stratum != DRIFT)).all())


def _give_out(session: Session, found: Round, drawn: Sequence[tuple[str, str]]) -> None:
    able = coders(session, found.codebook)
    try:
        pairs = pairing.pairs([name for name, _ in drawn], able, found.country, found.seed)
    except pairing.TooFew as error:
        raise GuardFailed("draw", ["coders_missing"]) from error
    items = {name: _item(session, found, name, stratum) for name, stratum in drawn}
    work: dict[Coder, list[tuple[str, Item]]] = {each: [] for each in able}
    for name, pair in pairs.items():
        for coder in pair:
            work[coder].append((name, items[name]))
    for coder, rows in work.items():
        if rows:
            rows += [(f"v{item.vignette}", item) for item in _drift(session, found, coder, len(rows))]
            _assign(session, found, coder, dict(rows))
            notify(session, [UUID(coder.person)], "media_watch", WAITS, endpoint="media_watch.desk")


def _item(session: Session, found: Round, name: str, stratum: str) -> Item:
    article = session.get_one(Article, UUID(name))
    hidden = masked(f"{article.title}\n\n{article.text}", article.outlet.names(), [article.byline])
    made = Item(
        id=new_id(), round_id=found.id, article_id=article.id, revision=article.revision, stratum=stratum,
        text=hidden.text, hidden=[list(each) for each in hidden.hidden], language=article.language,
    )  # fmt: skip
    session.add(made)
    return made


def _drift(session: Session, found: Round, coder: Coder, number: int) -> list[Item]:
    """A tenth of the work again in training texts, which look like any other."""
    wanted = math.ceil(number * gates.DRIFT_SHARE)
    drawn = sampling.draw([str(each.number) for each in VIGNETTES], f"{found.seed}|{coder.person}", wanted)
    texts = {str(each.number): each.text for each in VIGNETTES}
    made = [
        Item(id=new_id(), round_id=found.id, vignette=int(n), stratum=DRIFT, text=texts[n]) for n in drawn
    ]
    session.add_all(made)
    return made


def _assign(session: Session, found: Round, coder: Coder, work: Mapping[str, Item]) -> None:
    for position, name in enumerate(sampling.shuffled(work, found.seed, coder.person)):
        session.add(
            Assignment(
                item_id=work[name].id,
                coder_id=UUID(coder.person),
                codebook=found.codebook,
                organisation_id=UUID(coder.organisations[0]),
                position=position,
            )
        )


def close(session: Session, actor: Actor, found: Round, *, revision: int) -> None:
    """End the coding. Raises Denied, Conflict, GuardFailed `coding` or `disputes`."""
    ROUND.move(session, actor, found, "close", revision=revision)


def item_at(session: Session, found: Round, address: str) -> UUID | None:
    """The item of a round whose article stands at that address, if there is one."""
    rows = select(Item.id).join(Item.article).where(Item.round_id == found.id, Item.stratum != DRIFT)
    return session.scalars(rows.where(Article.url == canonical(address))).first() if address.strip() else None


def ask_review(session: Session, actor: Actor, found: Round, item_id: UUID, reason: str) -> None:
    """Have an item looked at by an adjudicator, as when an outlet objects. Raises Denied, GuardFailed."""
    require(actor, rights.ROUND_RUN, found.subject())
    item = session.get(Item, item_id)
    if item is None or item.round_id != found.id or item.stratum == DRIFT or found.state == "open":
        raise GuardFailed("review", ["item_unknown"])
    if not reason.strip():
        raise GuardFailed("review", ["reason_missing"])
    item.review = reason.strip()
    audit.record(session, actor, "media_watch.item.review", item.id, ("review",))


def give_back(session: Session, person_id: UUID) -> None:
    """A coder has left: what they had not finished goes to another who keeps the rules, if there is one."""
    rows = select(Assignment).where(Assignment.coder_id == person_id, Assignment.done_at.is_(None))
    for each in session.scalars(rows).all():
        item = each.item
        others = [a for a in item.assignments if a.id != each.id]
        able = {c.person: c for c in coders(session, each.codebook) if c.person != str(person_id)}
        beside = [able[str(a.coder_id)] for a in others if str(a.coder_id) in able]
        fits = [
            coder
            for coder in sorted(able.values())
            if all(pairing.may_pair(coder, one, item.round.country) for one in beside)
            and coder.person not in {str(a.coder_id) for a in others}
        ]
        if item.stratum == DRIFT or not fits:
            continue
        each.coder_id, each.organisation_id = UUID(fits[0].person), UUID(fits[0].organisations[0])
        each.answer, each.saved = {}, 0
        audit.record(session, Actor(), "media_watch.assignment.give_back", each.id, ("coder",))
