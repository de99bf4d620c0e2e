"""In how many of n disasters: a share, and what it may be when only n were tried."""

from __future__ import annotations

from scipy import special, stats

from sim.evaluation.statistics.asked import between_0_and_1, count_of
from sim.evaluation.statistics.estimate import Estimate, unknown_estimate


def wilson(count: int, n: int, level: float) -> Estimate:
    """Return a share with Wilson's score interval, right on average for every n.

    Wilson (1927), doi 10.1080/01621459.1927.10502953.

    Raises
    ------
    ValueError
        When ``count`` is not 0 to ``n``, or ``level`` not between 0 and 1.
    """
    between_0_and_1(level=level)
    count_of(count, n)
    if n == 0:
        return unknown_estimate(level, "wilson")
    found = stats.binomtest(count, n).proportion_ci(level, method="wilson")
    return Estimate(count / n, float(found.low), float(found.high), level, "wilson")


def exact(count: int, n: int, level: float) -> Estimate:
    """Return a share with Clopper and Pearson's interval, never too narrow: for rare losses.

    0 of 200 gives 0 to 1.8 %: what was never seen in 200 runs is not impossible.

    Raises
    ------
    ValueError
        When ``count`` is not 0 to ``n``, or ``level`` not between 0 and 1.
    """
    between_0_and_1(level=level)
    count_of(count, n)
    if n == 0:
        return unknown_estimate(level, "exact")
    outside = (1 - level) / 2
    low = float(special.betaincinv(count, n - count + 1, outside)) if count else 0.0
    high = float(special.betaincinv(count + 1, n - count, 1 - outside)) if count < n else 1.0
    return Estimate(count / n, low, high, level, "exact")
