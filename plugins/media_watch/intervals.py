"""Intervals for shares and for a mean: Wilson's, and the Beta distribution with a given mean and variance.

Plain Python. Sources: E. B. Wilson, JASA 22 (1927) 209-212; the continued fraction of the regularised incomplete beta
function is DLMF 8.17.22, evaluated by Lentz's method.
"""

from math import erf, exp, lgamma, log, sqrt

Z95 = 1.959963984540054
"""The 97.5 % point of the standard normal distribution."""

TINY = 1e-300
STEPS = 500


def normal_cdf(x: float) -> float:
    """The probability that a standard normal value lies below `x`."""
    return (1 + erf(x / sqrt(2))) / 2


def wilson(share: float, n: float, z: float = Z95) -> tuple[float, float]:
    """Wilson's score interval for an observed `share` of `n` cases; `n` need not be whole (an effective size).

    Raises ValueError for n <= 0 or a share outside 0..1.
    """
    if n <= 0 or not 0 <= share <= 1:
        raise ValueError("a share of no cases has no interval")
    middle = share + z * z / (2 * n)
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


def beta_interval(mean: float, variance: float, level: float = 0.95) -> tuple[float, float]:
    """The central interval of the Beta distribution that has this mean and variance.

    With no variance, or at the ends of the scale, it is the mean itself. Raises ValueError where no Beta
    distribution has them (variance >= mean (1 - mean)).
    """
    if not 0 < mean < 1 or variance <= 0:
        return mean, mean
    size = mean * (1 - mean) / variance - 1
    if size <= 0:
        raise ValueError("no Beta distribution has this mean and variance")
    a, b, tail = mean * size, (1 - mean) * size, (1 - level) / 2
    return beta_quantile(tail, a, b), beta_quantile(1 - tail, a, b)


def beta_quantile(p: float, a: float, b: float) -> float:
    """The value below which a Beta(a, b) variable lies with probability `p`, to about 1e-12, by bisection."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if beta_cdf(middle, a, b) < p:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def beta_cdf(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b), for a, b > 0."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x))
    # The fraction converges fast on one side of the mean; the other side is its mirror.
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(1 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    c, d = 1.0, _inverse(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = _inverse(1 + term * d)
            c = 1 + term / c
            c = c if abs(c) > TINY else TINY
            value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return value


def _inverse(value: float) -> float:
    return 1 / (value if abs(value) > TINY else TINY)
