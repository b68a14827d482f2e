"""The content of a release: everything behind a rating that may be public, as plain values. No coder is in it."""

from collections.abc import Mapping, Sequence
from typing import Any

from plugins.media_watch import gates, rating, standing, tallies
from plugins.media_watch.intervals import wilson
from plugins.media_watch.models import Round
from plugins.media_watch.rating import OTHER_SCORES, SCORES, Rated, Rating
from plugins.media_watch.sampling import CHECK
from plugins.media_watch.tallies import Coded

METHOD = "1"
MOST_GOOD = 10
PRAISED = frozenset({"X1", "X2"})
"""Reports on xenophobia with distance, and its criticism: good examples."""


def content(round_: Round, found: Sequence[Coded]) -> dict[str, Any]:
    """All of it but replies, number, reason and the hashes of entries on people, which the release adds."""
    rated = tallies.rate(round_, found)
    variants = [tallies.rate(round_, found, name) for name in tallies.VARIANTS]
    counted = tallies.strata(round_, found)
    weightings = [rating.rating(counted, scores) for scores in OTHER_SCORES] if rated else []
    whole = [each for each in variants if each is not None]
    measured = tallies.measure(found)
    return {
        "method": METHOD, "codebook": round_.codebook, "lexicon": round_.lexicon,
        "country": round_.country, "period": round_.period, "seed": round_.seed, "sizes": round_.sizes,
        "frame": round_.frame, "scores": SCORES, "other_scores": OTHER_SCORES,
        "preliminary": gates.preliminary(measured),
        "pool": _pool(rated), "outlets": _outlets(round_, found, rated, variants),
        "claims": standing.claims(whole, weightings) if rated else [],
        "orders": [standing.order(each.outlets) for each in ([rated] if rated else []) + weightings],
        "agreement": _agreement(found), "check": _check(found), "articles": _articles(found),
        "good": _good(found),
    }  # fmt: skip


def _pool(rated: Rating | None) -> dict[str, Any]:
    if rated is None:
        return {}
    pool = rated.pool
    return {"pi": pool.pi, "reference": pool.reference, "rho": pool.rho, "m": pool.m, "total": pool.total}


def _outlets(
    round_: Round, found: Sequence[Coded], rated: Rating | None, variants: Sequence[Rating | None]
) -> dict[str, Any]:
    """Every outlet of the frame; those with too few articles without a figure."""
    places = standing.standings(rated.outlets) if rated else {}
    told = {}
    for key, name in round_.frame.get("names", {}).items():
        place = places.get(key)
        entry: dict[str, Any] = {"name": name, "status": place.status if place else "hidden"}
        if rated and place and place.status != "hidden":
            lenient, strict = (each.outlets[key].mu if each else None for each in variants[1:])
            entry |= _figures(rated.outlets[key]) | {"lenient": lenient, "strict": strict}
            entry["quotes"] = _quotes(found, key)
            if place.status == "ranked":
                entry |= {"group": place.group, "ranks": [place.first, place.last], "flag": place.flag}
        told[key] = entry
    return told


def _figures(rated: Rated) -> dict[str, Any]:
    return {
        "index": rated.mu, "low": rated.low, "high": rated.high, "n_eff": rated.n_eff,
        "shares": rated.shares, "raw": rated.raw, "share": rated.prevalence,
        "share_low": rated.prevalence_low, "share_high": rated.prevalence_high,
    }  # fmt: skip


def _quotes(found: Sequence[Coded], outlet: str) -> list[dict[str, Any]]:
    """Medium and severe findings of an outlet with their words, worst first."""
    rows = [
        {
            "title": each.item.article.title, "url": each.item.article.url, "level": each.final.level,
            "categories": each.final.categories, "quotes": each.final.quotes,
        }
        for each in found
        if each.final and each.final.level >= 2 and each.item.stratum != CHECK
        and each.item.article and str(each.item.article.outlet_id) == outlet
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (-int(str(row["level"])), str(row["url"])))


def _agreement(found: Sequence[Coded]) -> dict[str, Any]:
    measured = tallies.measure(found)
    categories = tallies.measure_categories(found)
    return {
        "alpha": measured.alpha, "low": measured.low, "high": measured.high, "units": measured.units,
        "agreed": measured.agreed, "said": {str(key): value for key, value in measured.said.items()},
        "categories": {key: {"cases": cases, "alpha": value} for key, (cases, value) in categories.items()},
    }  # fmt: skip


def _check(found: Sequence[Coded]) -> dict[str, Any]:
    number, relevant = tallies.missed(found)
    if not number:
        return {"coded": 0}
    low, high = wilson(relevant / number, number)
    return {"coded": number, "relevant": relevant, "low": low, "high": high}


def _articles(found: Sequence[Coded]) -> list[dict[str, Any]]:
    """Every sampled article with both codes, lower first: which coder gave which is not told."""
    rows = [
        {
            "outlet": str(article.outlet_id), "stratum": each.item.stratum, "url": article.url,
            "title": article.title, "revision": each.item.revision, "published": article.published_at.isoformat(),
            "sha256": next((r.sha256 for r in article.revisions if r.number == each.item.revision), ""),
            "evidence": next(
                (r.evidence.sha256 for r in article.revisions if r.number == each.item.revision), ""
            ),
            "codes": [each.final.lenient, each.final.strict], "level": each.final.level,
            "relevant": each.final.relevant, "decided": each.final.decided,
        }
        for each in found
        if each.final and (article := each.item.article)
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row["outlet"], row["stratum"], row["url"], row["title"]))


def _good(found: Sequence[Coded]) -> list[dict[str, str]]:
    """Articles that both coders took for a report with distance or a criticism of xenophobia."""
    rows = [
        {"title": each.item.article.title, "url": each.item.article.url, "outlet": each.item.article.outlet.name}
        for each in found
        if each.item.article and each.final and each.final.level == 0
        and all(PRAISED & {code.exclusion for code in answer.codes} for answer in each.pair)
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row["url"], row["title"]))[:MOST_GOOD]


def changed_outlets(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The outlets whose own entry differs between two contents, replies apart."""
    old, new = before.get("outlets", {}), after.get("outlets", {})
    return [key for key in sorted(new) if _bare(old.get(key, {})) != _bare(new[key])]


def _bare(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key != "reply"}
