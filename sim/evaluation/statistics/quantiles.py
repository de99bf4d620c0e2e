"""The figure that is not exceeded in 95 of 100 disasters, by counting alone: no law assumed.

Order statistics hold for whatever distribution there is, and for values that are infinite because
a run ended before they were reached. Wilks (1941), doi 10.1214/aoms/1177731788.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from sim.evaluation.statistics.asked import between_0_and_1, without_gaps
from sim.evaluation.statistics.estimate import Estimate, unknown_estimate
from sim.evaluation.statistics.runs import FloatArray


def quantile(values: FloatArray, part: float, level: float) -> Estimate:
    """Return a quantile with the order statistics that hold it with confidence ``level``.

    An end is infinite when there are too few values to bound it.

    Parameters
    ----------
    values : (n,) float
        May hold infinities, no NaN.
    part : float
        0.95 for the value that 95 of 100 do not exceed.
    level : float

    Raises
    ------
    ValueError
        When ``part`` or ``level`` is not between 0 and 1, or a value is NaN.
    """
    between_0_and_1(part=part, level=level)
    without_gaps(values=values)
    n = len(values)
    if n == 0:
        return unknown_estimate(level, "order")
    ordered = np.sort(values)
    low, high = _ranks(n, part, level)
    return Estimate(
        float(ordered[max(math.ceil(n * part), 1) - 1]),
        float(ordered[low - 1]) if low >= 1 else -math.inf,
        float(ordered[high - 1]) if high <= n else math.inf,
        level,
        "order",
    )


def median_difference(low: FloatArray, high: FloatArray, level: float) -> Estimate:
    """Return the median of differences of which only bounds are known, by order statistics.

    Parameters
    ----------
    low, high : (n,) float
        Of each difference; the same where it is known, infinite where a run had not finished.
        The value lies halfway between the medians of both, which are the same as a rule.
    """
    if not len(low):
        return unknown_estimate(level, "median")
    least, most = median(low), median(high)
    low_end, high_end = quantile(low, 0.5, level).low, quantile(high, 0.5, level).high
    return Estimate(median(np.array([least, most])), low_end, high_end, level, "median")


def median(values: FloatArray) -> float:
    """Return the median of values that may be infinite; NaN for none."""
    if not len(values):
        return math.nan
    with np.errstate(invalid="ignore"):  # halfway between the infinities lies nothing
        return float(np.median(values))


def runs_to_bound(part: float, level: float, *, rank: int = 1) -> int:
    """Return how many runs it takes for the ``rank``-th worst to bound a quantile from above.

    59 for the worst of all, 95 % confidence and the 95 % quantile. Two-sided tolerance limits, the
    best and the worst of all, need as many as ``rank=2``.

    Raises
    ------
    ValueError
        When ``part`` or ``level`` is not between 0 and 1, or ``rank`` below 1.
    """
    between_0_and_1(part=part, level=level)
    if rank < 1:
        raise ValueError(f"rank={rank} must be >= 1")
    n = rank
    while stats.binom.cdf(rank - 1, n, 1 - part) > 1 - level:
        n += 1
    return n


def _ranks(n: int, part: float, level: float) -> tuple[int, int]:
    """Return the 1-based ranks of the ends; 0 and n + 1 where no value bounds the quantile."""
    outside = (1 - level) / 2
    low = int(stats.binom.ppf(outside, n, part))
    return low, int(stats.binom.ppf(1 - outside, n, part)) + 1
