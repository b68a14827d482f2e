"""What a round's codes say of journalists: who may be named by the stricter rules, with the findings behind it."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from plugins.media_watch import persons
from plugins.media_watch.codebook import CODEBOOK
from plugins.media_watch.judging import Answer
from plugins.media_watch.models import Article, Journalist, Round
from plugins.media_watch.persons import Signed
from plugins.media_watch.sampling import REST, RISK
from plugins.media_watch.tallies import Coded


@dataclass(frozen=True)
class Text:
    """One relevant sampled article of a journalist: what counts of it, and the article itself."""

    signed: Signed
    answer: Answer
    article: Article


def findings(round_: Round, found: Sequence[Coded]) -> dict[str, dict[str, Any]]:
    """Journalist id -> what would be said of those who lie above: a group and texts, no figure of the rating."""
    texts, people = _texts(round_, found)
    named = persons.above({key: [each.signed for each in rows] for key, rows in texts.items()})
    return {key: _finding(people[key], texts[key]) for key in sorted(named)}


def _texts(round_: Round, found: Sequence[Coded]) -> tuple[dict[str, list[Text]], dict[str, Journalist]]:
    """The texts of each staff author; unsigned ones, agencies, guests and pseudonyms are never looked at."""
    coded = Counter((str(each.item.article.outlet_id), each.item.stratum) for each in _final(found))
    texts, people = defaultdict[str, list[Text]](list), {}
    for each in _final(found):
        author, key = each.item.article.journalist, (str(each.item.article.outlet_id), each.item.stratum)
        if author is None or author.kind != persons.STAFF or not each.final.relevant:
            continue
        weight = round_.frame["sizes"][key[0]][key[1]] / coded[key]
        texts[str(author.id)].append(_text(each, weight, CODEBOOK.rated(round_.country)))
        people[str(author.id)] = author
    return dict(texts), people


def _final(found: Sequence[Coded]) -> list[Any]:
    """Decided articles of the frame: the check sample lies outside of it."""
    return [each for each in found if each.final and each.item.article and each.item.stratum in {RISK, REST}]


def _text(each: Any, weight: float, rated: Sequence[str]) -> Text:
    """Without a decision the milder of the two codes counts: for a person doubt counts in favour."""
    pair = sorted((persons.own(one) for one in each.pair), key=lambda one: one.article_level(CODEBOOK, rated))
    counts = persons.own(each.decision) if each.decision else pair[0]
    levels = [one.article_level(CODEBOOK, rated) for one in (counts, *pair)]
    article = each.item.article
    signed = Signed((levels[0], levels[1], levels[2]), article.published_at.date(), each.item.stratum, weight)
    kept = tuple(code for code in counts.codes if code.group in rated)
    return Text(signed, Answer(counts.relevant, kept), article)


def _finding(author: Journalist, texts: Sequence[Text]) -> dict[str, Any]:
    cases = [each for each in texts if each.signed.levels[0] >= 2]
    return {
        "name": author.name, "outlet": cases[0].article.outlet.name, "group": "above", "articles": len(texts),
        "cases": len(cases), "dates": len({each.signed.on for each in cases}),
        "last_case": max(each.signed.on for each in cases).isoformat(),
        "quotes": sorted((_quote(each) for each in cases), key=lambda row: (row["published"], row["url"])),
    }  # fmt: skip


def _quote(text: Text) -> dict[str, Any]:
    codes = [code for code in text.answer.codes if code.level(CODEBOOK)]
    return {
        "title": text.article.title, "url": text.article.url, "published": text.signed.on.isoformat(),
        "level": text.signed.levels[0], "categories": sorted({c for each in codes for c in each.counted()}),
        "quotes": [each.quote for each in codes if each.quote],
    }  # fmt: skip
