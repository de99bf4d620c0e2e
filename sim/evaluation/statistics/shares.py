"""In how many of n disasters: a share, and what it may be when only n were tried."""

from __future__ import annotations

from scipy import stats

from sim.evaluation.statistics.estimate import Estimate, unknown_estimate


def wilson(count: int, n: int, level: float) -> Estimate:
    """Return a share with Wilson's score interval, right on average for every n.

    Wilson (1927), doi 10.1080/01621459.1927.10502953.
    """
    return _share(count, n, level, "wilson")


def exact(count: int, n: int, level: float) -> Estimate:
    """Return a share with Clopper and Pearson's interval, never too narrow: for rare losses.

    0 of 200 gives 0 to 1.8 %: what was never seen in 200 runs is not impossible.
    """
    return _share(count, n, level, "exact")


def _share(count: int, n: int, level: float, method: str) -> Estimate:
    if n == 0:
        return unknown_estimate(level, method)
    found = stats.binomtest(count, n).proportion_ci(level, method=method)
    return Estimate(count / n, float(found.low), float(found.high), level, method)
