"""Rare heavy losses: how often more than x, and how bad the worst 5 of 100 are on average."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from sim.core.rng import Streams
from sim.evaluation.statistics.asked import without_gaps
from sim.evaluation.statistics.comparison import Better
from sim.evaluation.statistics.estimate import Estimate, unknown_estimate
from sim.evaluation.statistics.quantiles import quantile
from sim.evaluation.statistics.rules import Rules
from sim.evaluation.statistics.runs import FloatArray
from sim.evaluation.statistics.shares import exact

#: runs in the tail below which its mean has no interval
LEAST_IN_TAIL = 5


def exceedance(values: FloatArray, level: float) -> pd.DataFrame:
    """Return the curve of P(figure > x): columns x, count, share, low, high.

    One row a value that occurs, in rising order; ``low`` and ``high`` are exact binomial ends.
    """
    x = np.unique(values)
    over = len(values) - np.searchsorted(np.sort(values), x, side="right")
    ends = [exact(int(count), len(values), level) for count in over]
    return pd.DataFrame(
        {
            "x": x,
            "count": over,
            "share": [end.value for end in ends],
            "low": [end.low for end in ends],
            "high": [end.high for end in ends],
        }
    )


def beyond(values: FloatArray, x: float, better: Better, level: float) -> Estimate:
    """Return the share of values that are worse than ``x``, exact binomial."""
    worse = values > x if better == "low" else values < x
    return exact(int(worse.sum()), len(values), level)


def bad_case(values: FloatArray, better: Better, rules: Rules) -> Estimate:
    """Return the value that all but the worst `Rules.tail_share` keep to, by order statistics."""
    if better == "high":
        return quantile(-values, 1 - rules.tail_share, rules.level).turned()
    return quantile(values, 1 - rules.tail_share, rules.level)


def tail_mean(values: ArrayLike, share: float, better: Better, axis: int = -1) -> FloatArray:
    """Return the mean of the worst ``share`` of values (CVaR, expected shortfall).

    Where the share ends within a value, that value counts in part: Acerbi and Tasche (2002),
    doi 10.1016/S0378-4266(02)00283-2.

    Raises
    ------
    ValueError
        When ``share`` is not above 0 and at most 1, or a value is NaN.
    """
    if not 0 < share <= 1:
        raise ValueError(f"share={share} must be > 0 and <= 1")
    without_gaps(values=values)
    worst_first = np.sort(np.asarray(values, dtype=float), axis=axis)
    if better == "low":
        worst_first = np.flip(worst_first, axis=axis)
    in_tail = share * worst_first.shape[axis]
    weights = np.clip(in_tail - np.arange(worst_first.shape[axis]), 0, 1)
    moved: FloatArray = np.moveaxis(worst_first, axis, -1)
    used = weights > 0  # an infinite value outside the tail must not meet a weight of 0
    mean: FloatArray = moved[..., used] @ weights[used] / in_tail
    return mean


def tail_difference(
    a: FloatArray, b: FloatArray, better: Better, rules: Rules, *, seed: int = 0
) -> Estimate:
    """Return how much the worst of ``a`` differ from the worst of ``b``, on average.

    How many are the worst is `Rules.tail_share`. The interval is the bootstrap's over pairs, by
    percentiles: the correction of BCa is unsteady for means of few values. NaN with fewer than
    five runs in the tail or with unfinished ones.
    """
    share, level = rules.tail_share, rules.level
    if len(a) * share < LEAST_IN_TAIL - 1e-9 or np.isinf(a).any() or np.isinf(b).any():
        return unknown_estimate(level, "percentile")

    def statistic(one: FloatArray, other: FloatArray, axis: int = -1) -> FloatArray:
        return tail_mean(one, share, better, axis) - tail_mean(other, share, better, axis)

    found = stats.bootstrap(
        (a, b),
        statistic,
        paired=True,
        n_resamples=int(rules.resamples),
        confidence_level=level,
        method="percentile",
        rng=Streams(seed).generator("bootstrap.tail"),
        batch=1000,
    ).confidence_interval
    return Estimate(
        float(statistic(a, b)), float(found.low), float(found.high), level, "percentile"
    )
