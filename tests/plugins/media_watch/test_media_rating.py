"""The rating formula against the published vector, and what must hold for any numbers."""

import json
from itertools import pairwise
from math import isclose
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.media_watch import rating, standing
from plugins.media_watch.intervals import beta_cdf, beta_interval, beta_quantile, wilson
from plugins.media_watch.rating import OTHER_SCORES, NotCoded, Rated, Stratum

VECTOR: dict[str, Any] = json.loads((Path(__file__).parent / "rating-test-vector.json").read_text("utf-8"))
NAMES = {
    "neff": "n_eff", "raw": "raw", "var": "variance", "mu": "mu", "sd": "sd", "lo": "low", "hi": "high",
    "shrink": "shrink", "prevalence": "prevalence", "p_above_reference": "above_reference",
}  # fmt: skip
COUNTED = {
    key: [Stratum(value[part]["N"], tuple(value[part]["k"])) for part in ("risk", "rest")]
    for key, value in VECTOR["inputs"].items()
}


@pytest.fixture(scope="module")
def rated() -> rating.Rating:
    return rating.rating(COUNTED)


def test_the_published_vector_comes_out_to_four_decimals(rated: rating.Rating) -> None:
    for key, expected in VECTOR["outlets"].items():
        found = rated.outlets[key]
        told = {name: round(getattr(found, ours), 4) for name, ours in NAMES.items()}
        assert told == {name: expected[name] for name in NAMES}
        assert [round(each, 4) for each in found.shares] == expected["p"]
        limits = [round(found.prevalence_low, 4), round(found.prevalence_high, 4)]
        assert limits == expected["wilson"]


def test_the_pool_of_the_vector(rated: rating.Rating) -> None:
    pool, expected = rated.pool, VECTOR["pool"]
    told = [pool.total, pool.reference, pool.mean, pool.msb, pool.msw, pool.n0, pool.rho, pool.m]
    names = ("total", "ref", "gm", "msb", "msw", "n0", "rho", "m")
    assert [round(each, 4) for each in told] == [expected[name] for name in names]
    assert [round(each, 4) for each in pool.pi] == expected["pi"]


def test_order_groups_ranks_pairs_and_flags_of_the_vector(rated: rating.Rating) -> None:
    outlets = rated.outlets
    assert standing.order(outlets) == VECTOR["order"]
    assert standing.groups(outlets) == [sorted(each) for each in VECTOR["tiers"]]
    found = standing.standings(outlets)
    assert {k: [s.first, s.last] for k, s in found.items() if s.group} == VECTOR["rank_intervals"]
    assert found["D"].status == "few"
    assert {k: s.flag for k, s in found.items() if s.flag} == {"E": "below"}
    for pair, expected in VECTOR["pairs"].items():
        one, other = pair.split(">")
        assert round(standing.probability(outlets[one], outlets[other]), 4) == expected


def test_every_weighting_keeps_the_order_of_the_vector_and_claims_are_the_proven_pairs() -> None:
    first = rating.rating(COUNTED)
    others = [rating.rating(COUNTED, scores) for scores in OTHER_SCORES]
    assert all(standing.order(each.outlets) == VECTOR["order"] for each in others)
    proven = {tuple(pair.split(">")) for pair, p in VECTOR["pairs"].items() if p >= 0.95}
    assert set(standing.claims([first, first, first], others)) == proven


def test_a_claim_that_the_strict_codes_do_not_bear_is_not_made() -> None:
    first = rating.rating(COUNTED)
    turned = rating.rating({**COUNTED, "A": COUNTED["E"], "E": COUNTED["A"]})
    assert ("A", "E") in standing.claims([first], [first])
    assert ("A", "E") not in standing.claims([first, turned], [first])
    assert ("A", "E") not in standing.claims([first], [turned])


def test_the_wilson_examples() -> None:
    for name, expected in VECTOR["wilson_extra"].items():
        share, n = (float(part.split("=")[1]) for part in name.split(","))
        assert [round(each, 4) for each in wilson(share, n)] == expected


def test_nothing_found_anywhere_is_one_group_with_a_small_upper_limit() -> None:
    empty = [Stratum(30, (30, 0, 0, 0)), Stratum(70, (30, 0, 0, 0))]
    found = rating.rating(dict.fromkeys("ABC", empty))
    one = found.outlets["A"]
    assert (round(found.pool.rho, 4), round(found.pool.m, 4)) == (0.02, 49)
    assert (round(one.mu, 4), round(one.high, 4)) == (0.0027, 0.0157)
    assert standing.groups(found.outlets) == [["A", "B", "C"]]
    assert {standing.rank_interval(key, found.outlets) for key in "ABC"} == {(1, 3)}


def test_one_outlet_alone_has_the_prior_of_few() -> None:
    pool = rating.rating({"A": COUNTED["A"]}).pool
    assert (pool.rho, round(pool.m, 9)) == (0.05, 19)


def test_a_stratum_that_nobody_coded_is_refused() -> None:
    with pytest.raises(NotCoded):
        rating.shares([Stratum(10, (5, 0, 0, 0)), Stratum(3, (0, 0, 0, 0))])
    with pytest.raises(NotCoded):
        rating.rating({})


COUNTS = st.tuples(*[st.integers(0, 40)] * 4).filter(any)
STRATA = st.lists(st.builds(Stratum, st.integers(200, 900), COUNTS), min_size=1, max_size=2)
LISTS = st.dictionaries(st.sampled_from("ABCDEFG"), STRATA, min_size=1)


@given(LISTS, st.randoms())
@settings(max_examples=60)
def test_the_order_of_outlets_changes_nothing(counted: dict[str, list[Stratum]], chance: Any) -> None:
    keys = list(counted)
    chance.shuffle(keys)
    assert rating.rating({key: counted[key] for key in keys}) == rating.rating(counted)


@given(LISTS)
@settings(max_examples=60)
def test_frames_twice_as_large_change_nothing(counted: dict[str, list[Stratum]]) -> None:
    doubled = {key: [Stratum(2 * s.frame, s.counts) for s in value] for key, value in counted.items()}
    one, other = rating.rating(counted).outlets, rating.rating(doubled).outlets
    assert all(isclose(one[key].mu, other[key].mu, abs_tol=1e-9) for key in counted)


@given(COUNTS, LISTS)
@settings(max_examples=60)
def test_under_a_fixed_pool_a_severe_article_raises_and_a_clean_one_lowers(
    counts: tuple[int, int, int, int], counted: dict[str, list[Stratum]]
) -> None:
    prior = rating.rating(counted).pool

    def mu(*more: int) -> float:
        now = tuple(a + b for a, b in zip(counts, more, strict=True))
        return rating.rate(rating.shares([Stratum(500, now)]), prior).mu  # type: ignore[arg-type]

    assert mu(1, 0, 0, 0) < mu(0, 0, 0, 0) < mu(0, 0, 0, 1)


@given(LISTS)
@settings(max_examples=60)
def test_figures_stay_within_their_bounds(counted: dict[str, list[Stratum]]) -> None:
    found = rating.rating(counted)
    assert 0.02 <= found.pool.rho <= 0.2
    for key, each in found.outlets.items():
        assert 0 <= each.low <= each.mu <= each.high <= 1
        assert each.n_eff <= sum(s.coded for s in counted[key]) + 1e-9
        assert isclose(sum(each.shares), 1)
        assert 0 <= each.prevalence_low <= each.prevalence_high <= 1


@given(LISTS)
@settings(max_examples=60)
def test_groups_hold_each_ranked_outlet_once_and_leaders_are_proven_apart(
    counted: dict[str, list[Stratum]],
) -> None:
    outlets = rating.rating(counted).outlets
    found = standing.groups(outlets)
    assert sorted(key for group in found for key in group) == sorted(standing.order(outlets))
    leaders = [max(group, key=lambda key: (outlets[key].mu, key)) for group in found]
    assert all(standing.probability(outlets[a], outlets[b]) >= standing.PAIR for a, b in pairwise(leaders))


def _rated(mu: float) -> Rated:
    return Rated(40, (1, 0, 0, 0), mu, 0, mu, 0, mu, mu, 0, 0, 0, 0, 0.5)


def test_without_any_spread_the_higher_one_is_surely_higher() -> None:
    assert standing.probability(_rated(0.2), _rated(0.1)) == 1
    assert standing.probability(_rated(0.1), _rated(0.1)) == 0.5


@given(st.floats(0.5, 80), st.floats(0.5, 80), st.floats(0.001, 0.999))
@settings(max_examples=80)
def test_the_beta_quantile_is_the_inverse_of_its_distribution(a: float, b: float, p: float) -> None:
    x = beta_quantile(p, a, b)
    assert x < 1e-9 or x > 1 - 1e-9 or isclose(beta_cdf(x, a, b), p, abs_tol=1e-7)
    assert isclose(beta_cdf(0.3, a, b), 1 - beta_cdf(0.7, b, a), abs_tol=1e-9)


def test_beta_values_that_anybody_can_check() -> None:
    # Beta(2, 1) has the distribution x squared; Beta(1, 3) has 1 - (1 - x) cubed.
    assert isclose(beta_quantile(0.25, 2, 1), 0.5, abs_tol=1e-9)
    assert isclose(beta_cdf(0.5, 1, 3), 1 - 0.5**3, abs_tol=1e-12)
    assert beta_interval(0.0, 0.1) == (0.0, 0.0)
    with pytest.raises(ValueError, match="no Beta"):
        beta_interval(0.5, 0.3)
