"""Krippendorff's alpha for any number of coders with gaps, and its jackknife interval. Plain Python.

Source: K. Krippendorff, Content Analysis (2004), chapter 11; A. Hayes and K. Krippendorff, Communication Methods and
Measures 1 (2007) 77-89. "Undefined" (nothing varies, or nothing is coded twice) is None, never 1.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from plugins.media_watch.intervals import Z95

Unit = Sequence[int | None]
"""What each coder said of one unit: a level 0..3, or None."""

Pattern = tuple[int, ...]
"""The values of one unit, sorted: units with one pattern weigh the same."""

Metric = Callable[[int, int, Mapping[int, float]], float]
"""The squared distance of two values, given how often each value was said."""


def nominal(one: int, other: int, _said: Mapping[int, float]) -> float:
    """Equal or not."""
    return float(one != other)


def interval(one: int, other: int, _said: Mapping[int, float]) -> float:
    """The squared difference."""
    return float((one - other) ** 2)


def ordinal(one: int, other: int, said: Mapping[int, float]) -> float:
    """How many values lie between the two ranks, squared."""
    low, high = min(one, other), max(one, other)
    between = sum(number for value, number in said.items() if low <= value <= high)
    return float((between - (said.get(low, 0) + said.get(high, 0)) / 2) ** 2)


@dataclass(frozen=True)
class Agreement:
    """How well coders agree. `alpha` and its interval are None where they are undefined."""

    alpha: float | None
    low: float | None
    high: float | None
    error: float | None
    """The jackknife standard error of alpha, leaving out one unit at a time."""
    units: int
    """Units with at least two values."""
    values: int
    """Pairable values: those of such units."""
    agreed: float | None
    """Agreeing pairs of values over all pairs."""
    said: Mapping[int, int]
    """How often each level was said in pairable units: alpha falls when some are rare."""


class _Counts:
    """The coincidences of values within units; units can be taken out and put back."""

    def __init__(self, patterns: Mapping[Pattern, int]) -> None:
        self.pairs: dict[tuple[int, int], float] = {}
        self.said: dict[int, float] = {}
        for pattern, times in patterns.items():
            self.add(pattern, times)

    def add(self, pattern: Pattern, times: float) -> None:
        for value in pattern:
            self.said[value] = self.said.get(value, 0) + times
        for pair, weight in _coincidences(pattern).items():
            self.pairs[pair] = self.pairs.get(pair, 0) + times * weight

    def alpha(self, metric: Metric) -> float | None:
        total = sum(self.said.values())
        distance = {(c, k): metric(c, k, self.said) for c in self.said for k in self.said}
        observed = sum(self.pairs.get(pair, 0) * far for pair, far in distance.items())
        expected = sum(self.said[c] * self.said[k] * far for (c, k), far in distance.items())
        return 1 - (total - 1) * observed / expected if total > 1 and expected > 0 else None


def _coincidences(pattern: Pattern) -> dict[tuple[int, int], float]:
    counts = Counter(pattern)
    return {
        (c, k): counts[c] * (counts[k] - (c == k)) / (len(pattern) - 1)
        for c in counts
        for k in counts
        if c != k or counts[c] > 1
    }


def patterns_of(units: Iterable[Unit]) -> Counter[Pattern]:
    """How often each pattern of values stands among units with at least two."""
    found = (tuple(sorted(value for value in unit if value is not None)) for unit in units)
    return Counter(pattern for pattern in found if len(pattern) > 1)


def alpha(units: Iterable[Unit], metric: Metric = ordinal) -> float | None:
    """Krippendorff's alpha; None if undefined."""
    return _Counts(patterns_of(units)).alpha(metric)


def measure(units: Iterable[Unit], metric: Metric = ordinal) -> Agreement:
    """Alpha with its 95 % jackknife interval, the share of agreeing pairs and the distribution of levels.

    Units of one pattern give one leave-one-out value, so the interval costs a few alphas, not one for each unit.
    """
    patterns = patterns_of(units)
    counts, number = _Counts(patterns), patterns.total()
    found = counts.alpha(metric)
    error = _jackknife(counts, patterns, metric) if found is not None else None
    known = found is not None and error is not None
    return Agreement(
        alpha=found,
        low=max(-1.0, (found or 0) - Z95 * (error or 0)) if known else None,
        high=min(1.0, (found or 0) + Z95 * (error or 0)) if known else None,
        error=error,
        units=number,
        values=sum(len(pattern) * times for pattern, times in patterns.items()),
        agreed=_agreed(patterns),
        said={value: round(times) for value, times in sorted(counts.said.items())},
    )


def _jackknife(counts: _Counts, patterns: Mapping[Pattern, int], metric: Metric) -> float | None:
    number = sum(patterns.values())
    left: list[tuple[float, int]] = []
    for pattern, times in patterns.items():
        counts.add(pattern, -1)
        value = counts.alpha(metric)
        counts.add(pattern, 1)
        if value is None:
            return None
        left.append((value, times))
    mean = sum(value * times for value, times in left) / number
    return sqrt((number - 1) / number * sum(times * (value - mean) ** 2 for value, times in left))


def _agreed(patterns: Mapping[Pattern, int]) -> float | None:
    same = all_pairs = 0
    for pattern, times in patterns.items():
        same += times * sum(n * (n - 1) // 2 for n in Counter(pattern).values())
        all_pairs += times * len(pattern) * (len(pattern) - 1) // 2
    return same / all_pairs if all_pairs else None
