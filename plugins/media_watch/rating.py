"""The rating formula: level shares under stratified sampling, shrunk towards the pool, with their uncertainty.

Source: the method page, "The formula": Dirichlet posterior whose prior is the pool of the same country list,
its strength from the intra-class correlation of the scores. No Flask, no database.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from plugins.media_watch.intervals import beta_interval, normal_cdf, wilson

LEVELS = ("none", "mild", "medium", "severe")
SCORES = (0.0, 0.25, 0.5, 1.0)
OTHER_SCORES = ((0.0, 1 / 3, 2 / 3, 1.0), (0.0, 1.0, 1.0, 1.0), (0.0, 0.1, 0.4, 1.0))
"""Weights are a choice of values: the order under these is published too, and no claim that flips is made."""

LEAST_RHO, MOST_RHO, RHO_OF_FEW = 0.02, 0.20, 0.05
FEW = 3
"""With fewer outlets the correlation cannot be estimated."""

PSEUDO = 0.5


class NotCoded(ValueError):
    """A stratum holds articles, and none of them was coded: nothing can be said about it."""


@dataclass(frozen=True)
class Stratum:
    """Articles of one outlet and stratum: how many there are, and of those coded how many on each level (0..3)."""

    frame: float
    counts: tuple[int, int, int, int]

    @property
    def coded(self) -> int:
        """How many were coded."""
        return sum(self.counts)


@dataclass(frozen=True)
class Shares:
    """Estimated level shares of an outlet, and how many independent articles they are worth."""

    shares: tuple[float, ...]
    n_eff: float

    def mean(self, scores: Sequence[float]) -> float:
        """The raw index x."""
        return sum(s * p for s, p in zip(scores, self.shares, strict=True))

    def variance(self, scores: Sequence[float]) -> float:
        """The variance v of the score of one article."""
        return sum(s * s * p for s, p in zip(scores, self.shares, strict=True)) - self.mean(scores) ** 2


@dataclass(frozen=True)
class Pool:
    """All outlets of a list together: what an outlet without articles would be guessed to be like."""

    total: float
    pi: tuple[float, ...]
    reference: float
    """theta0: the index of the pool."""
    mean: float
    msb: float
    msw: float
    n0: float
    rho: float
    m: float
    """Strength of the prior, in articles."""


@dataclass(frozen=True)
class Rated:
    """The figures of one outlet; index and limits lie between 0 and 1."""

    n_eff: float
    shares: tuple[float, ...]
    raw: float
    variance: float
    mu: float
    sd: float
    low: float
    high: float
    shrink: float
    prevalence: float
    prevalence_low: float
    prevalence_high: float
    above_reference: float
    """The probability that the outlet's index lies above the reference."""


def shares(strata: Iterable[Stratum]) -> Shares:
    """Level shares and effective size of one outlet. Raises NotCoded, also if there are no articles at all."""
    filled = [each for each in strata if each.frame > 0]
    total = sum(each.frame for each in filled)
    if not filled or any(each.coded == 0 for each in filled):
        raise NotCoded
    weights = [each.frame / total for each in filled]
    levels = [
        sum(w * each.counts[j] / each.coded for w, each in zip(weights, filled, strict=True))
        for j in range(len(LEVELS))
    ]
    inverse = sum(w * w / each.coded for w, each in zip(weights, filled, strict=True))
    return Shares(tuple(levels), 1 / inverse)


def pool(outlets: Sequence[Shares], scores: Sequence[float] = SCORES) -> Pool:
    """The pool of a list, outlets weighing as much as their effective size."""
    total = sum(each.n_eff for each in outlets)
    raised = [sum(each.n_eff * each.shares[j] for each in outlets) + PSEUDO for j in range(len(LEVELS))]
    pi = tuple(value / (total + PSEUDO * len(LEVELS)) for value in raised)
    reference = sum(s * p for s, p in zip(scores, pi, strict=True))
    mean = sum(each.n_eff * each.mean(scores) for each in outlets) / total
    msb, msw, n0 = _anova(outlets, scores, mean, total)
    rho = _correlation(len(outlets), msb, msw, n0)
    return Pool(total, pi, reference, mean, msb, msw, n0, rho, (1 - rho) / rho)


def _anova(
    outlets: Sequence[Shares], scores: Sequence[float], mean: float, total: float
) -> tuple[float, float, float]:
    """One-way analysis of variance of the scores between and within outlets."""
    k = len(outlets)
    if k < 2 or total <= k:
        return 0.0, 0.0, 0.0
    between = sum(each.n_eff * (each.mean(scores) - mean) ** 2 for each in outlets)
    within = sum(each.n_eff * each.variance(scores) for each in outlets)
    n0 = (total - sum(each.n_eff**2 for each in outlets) / total) / (k - 1)
    return between / (k - 1), within / (total - k), n0


def _correlation(k: int, msb: float, msw: float, n0: float) -> float:
    if k < FEW:
        return RHO_OF_FEW
    divisor = msb + (n0 - 1) * msw
    return min(MOST_RHO, max(LEAST_RHO, (msb - msw) / divisor)) if divisor > 0 else LEAST_RHO


def rate(outlet: Shares, prior: Pool, scores: Sequence[float] = SCORES) -> Rated:
    """The posterior of one outlet under a given pool."""
    total = outlet.n_eff + prior.m
    a = [outlet.n_eff * p + prior.m * q for p, q in zip(outlet.shares, prior.pi, strict=True)]
    mu = sum(s * each for s, each in zip(scores, a, strict=True)) / total
    square = sum(s * s * each for s, each in zip(scores, a, strict=True)) / total
    variance = max(0.0, square - mu * mu) / (total + 1)
    low, high = beta_interval(mu, variance)
    prevalence = min(1.0, max(0.0, 1 - outlet.shares[0]))
    sd = sqrt(variance)
    return Rated(
        outlet.n_eff, outlet.shares, outlet.mean(scores), outlet.variance(scores), mu, sd, low, high,
        prior.m / total, prevalence, *wilson(prevalence, outlet.n_eff), above(mu, variance, prior.reference, 0),
    )  # fmt: skip


def above(mu: float, variance: float, other: float, other_variance: float) -> float:
    """The probability that the first index is the higher one (normal approximation)."""
    spread = sqrt(variance + other_variance)
    return normal_cdf((mu - other) / spread) if spread > 0 else 0.5 + 0.5 * ((mu > other) - (mu < other))


@dataclass(frozen=True)
class Rating:
    """A list rated: the pool and each outlet by its key."""

    pool: Pool
    outlets: Mapping[str, Rated]


def rating(counted: Mapping[str, Sequence[Stratum]], scores: Sequence[float] = SCORES) -> Rating:
    """Rate all outlets of one country list; each value holds the strata of an outlet. Raises NotCoded.

    Outlets are taken in the order of their keys, so that the order in which they come changes nothing.
    """
    found = {key: shares(counted[key]) for key in sorted(counted)}
    if not found:
        raise NotCoded
    together = pool(list(found.values()), scores)
    return Rating(together, {key: rate(each, together, scores) for key, each in found.items()})
