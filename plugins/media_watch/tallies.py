"""What the codes of a round add up to. The one place that reads codes of more than one coder, and only whole pairs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, selectinload

from plugins.media_watch import agreement, judging, rating
from plugins.media_watch.agreement import Agreement
from plugins.media_watch.codebook import CODEBOOK, VIGNETTES
from plugins.media_watch.judging import Answer, Final
from plugins.media_watch.models import Article, Assignment, Item, Round
from plugins.media_watch.rating import NotCoded, Rating, Stratum
from plugins.media_watch.sampling import CHECK, DRIFT, REST, RISK

VARIANTS = ("level", "lenient", "strict")
LEAST_CASES = 5
"""Cases that a category needs for an alpha of its own."""


@dataclass(frozen=True)
class Coded:
    """An item whose two coders are both done, their answers without names, and what counts."""

    item: Item
    pair: tuple[Answer, Answer]
    final: Final | None
    """None while a decision is missing."""
    decision: Answer | None = None


def complete(round_: Round) -> Select[Item]:
    """The items of a round whose coders are all done: before that, nobody sees any code of theirs."""
    open_one = exists().where(Assignment.item_id == Item.id, Assignment.done_at.is_(None))
    number = select(func.count()).where(Assignment.item_id == Item.id).scalar_subquery()
    return (
        select(Item)
        .where(Item.round_id == round_.id, Item.stratum != DRIFT, number == 2, ~open_one)
        .order_by(Item.id)
    )


def coded(session: Session, round_: Round) -> list[Coded]:
    """All complete items with what was found."""
    rows = complete(round_).options(
        selectinload(Item.assignments),
        selectinload(Item.decisions),
        selectinload(Item.article).selectinload(Article.journalist),
    )
    return [judged(item) for item in session.scalars(rows)]


def judged(item: Item) -> Coded:
    """One complete item; the order of its two answers says nothing about who gave them."""
    country = item.round.country
    answers = sorted(
        (judging.read(each.answer, CODEBOOK, country) for each in item.assignments),
        key=repr,
    )
    decision = judging.read(item.decisions[-1].answer, CODEBOOK, country) if item.decisions else None
    pair = (answers[0], answers[1])
    return Coded(item, pair, judging.final(pair, decision, CODEBOOK, CODEBOOK.rated(country)), decision)


def open_work(session: Session, round_: Round, found: Sequence[Coded] | None = None) -> tuple[int, int]:
    """How many codes and how many decisions are still missing. Numbers only."""
    rows = select(func.count()).select_from(Assignment).join(Assignment.item)
    mine = rows.where(Item.round_id == round_.id, Assignment.done_at.is_(None))
    undecided = sum(
        each.final is None or bool(each.item.review)
        for each in (coded(session, round_) if found is None else found)
    )
    return session.scalar(mine) or 0, undecided


def measure(found: Sequence[Coded]) -> Agreement:
    """The agreement of the coders before any decision, over articles and target groups."""
    return agreement.measure(
        (one, other) for each in found for _, one, other in judging.units(*each.pair, CODEBOOK)
    )


def measure_categories(found: Sequence[Coded]) -> dict[str, tuple[int, float | None]]:
    """For each category: in how many articles a coder named it, and nominal alpha, None under five cases."""
    told = {}
    for category in CODEBOOK.codes("category"):
        pairs = [tuple(int(category in _named(answer)) for answer in each.pair) for each in found]
        cases = sum(any(pair) for pair in pairs)
        told[category] = (cases, agreement.alpha(pairs, agreement.nominal) if cases >= LEAST_CASES else None)
    return told


def _named(answer: Answer) -> set[str]:
    return {category for code in answer.codes for category in code.counted()}


def strata(round_: Round, found: Sequence[Coded], variant: str = "level") -> dict[str, list[Stratum]]:
    """The counts of each outlet under one of VARIANTS, ready for the formula; outlets without any are left out.

    Only relevant articles are rated, so a frame counts in the share of its sample that was relevant (a ratio
    estimate): how many of the others in the frame are relevant is known from the sample alone.
    """
    counted: dict[str, list[Stratum]] = {}
    for outlet, sizes in round_.frame.get("sizes", {}).items():
        rows = [
            stratum
            for name in (RISK, REST)
            if (stratum := _stratum(sizes[name], _finals(found, outlet, name), variant)) is not None
        ]
        if any(each.frame for each in rows) and all(each.coded for each in rows if each.frame):
            counted[outlet] = rows
    return counted


def _finals(found: Sequence[Coded], outlet: str, stratum: str) -> list[Final]:
    return [
        each.final
        for each in found
        if each.final and each.item.stratum == stratum and each.item.article
        and str(each.item.article.outlet_id) == outlet
    ]  # fmt: skip


def _stratum(frame: int, finals: Sequence[Final], variant: str) -> Stratum | None:
    if not frame:
        return None
    relevant = [int(getattr(each, variant)) for each in finals if each.relevant]
    share = len(relevant) / len(finals) if finals else 1.0
    levels = (relevant.count(0), relevant.count(1), relevant.count(2), relevant.count(3))
    return Stratum(frame * share, levels)


def rate(round_: Round, found: Sequence[Coded], variant: str = "level") -> Rating | None:
    """The rating of a round's outlets; None if there is nothing to rate."""
    try:
        return rating.rating(strata(round_, found, variant))
    except NotCoded:
        return None


def missed(found: Sequence[Coded]) -> tuple[int, int]:
    """Of the check sample: how many were coded, and how many speak of a group though no topic word is in them."""
    finals = [each.final for each in found if each.item.stratum == CHECK and each.final]
    return len(finals), sum(each.relevant for each in finals)


def drift(session: Session, round_: Round) -> dict[Any, tuple[int, float | None]]:
    """For each coder: how many training texts were mixed in and done, and alpha against their known codes."""
    from_items = (
        select(Assignment)
        .join(Assignment.item)
        .where(Item.round_id == round_.id, Item.stratum == DRIFT, Assignment.done_at.is_not(None))
    )
    pairs: dict[Any, list[tuple[int, int]]] = {}
    for each in session.scalars(from_items):
        known = next(v for v in VIGNETTES if v.number == each.item.vignette)
        answer = judging.read(each.answer, CODEBOOK, round_.country)
        level = max(answer.levels(CODEBOOK).values(), default=0)
        pairs.setdefault(each.coder_id, []).append((known.level, level))
    return {coder: (len(rows), agreement.alpha(rows)) for coder, rows in pairs.items()}
