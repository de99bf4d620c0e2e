"""How big a difference is on average, and how sure: Student's t and the BCa bootstrap."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from scipy import special, stats

from sim.core.rng import Streams
from sim.evaluation.statistics.asked import between_0_and_1
from sim.evaluation.statistics.estimate import Estimate
from sim.evaluation.statistics.runs import FloatArray

#: Cochran (1977), Sampling Techniques, 3rd ed., 2.15: runs needed per squared skewness
COCHRAN: Final = 25.0

#: values closer than this to each other, relative to their size, are equal but for rounding
_ROUNDING: Final = 1e-12


def by_t(values: FloatArray, level: float) -> Estimate:
    """Return the mean with Student's interval; exact for normal values, NaN below two values.

    Raises
    ------
    ValueError
        When ``level`` is not between 0 and 1.
    """
    between_0_and_1(level=level)
    mean, error = mean_and_error(values)
    if math.isnan(error):
        return Estimate(mean, math.nan, math.nan, level, "t")
    half = error * float(special.stdtrit(len(values) - 1, 0.5 + level / 2))
    return Estimate(mean, mean - half, mean + half, level, "t")


def by_bca(values: FloatArray, level: float, *, resamples: int = 9999, seed: int = 0) -> Estimate:
    """Return the mean with the bias-corrected and accelerated bootstrap interval.

    Efron (1987), doi 10.1080/01621459.1987.10478410. The resampled rows depend on ``seed`` and
    the number of values only, so b - a gets the mirror image of a - b.
    """
    between_0_and_1(level=level)
    mean, error = mean_and_error(values)
    if math.isnan(error) or error == 0:
        return Estimate(mean, mean + error, mean + error, level, "bca")
    return bca((values,), np.mean, level, resamples=resamples, seed=seed)


def bca(
    columns: Sequence[FloatArray],
    statistic: Callable[..., Any],
    level: float,
    *,
    resamples: int = 9999,
    seed: int = 0,
) -> Estimate:
    """Return any statistic of paired columns with its BCa bootstrap interval; see `by_bca`.

    Parameters
    ----------
    columns : sequence of (n,) float
        Resampled together, row by row.
    statistic : callable
        Of the columns and ``axis``, like `numpy.mean` of one.
    """
    between_0_and_1(level=level)
    found = stats.bootstrap(
        tuple(columns),
        statistic,
        paired=len(columns) > 1,
        n_resamples=resamples,
        confidence_level=level,
        method="BCa",
        rng=Streams(seed).generator("bootstrap"),
    ).confidence_interval
    value = float(statistic(*columns, axis=-1))
    return Estimate(value, float(found.low), float(found.high), level, "bca")


def mean_and_error(values: FloatArray) -> tuple[float, float]:
    """Return the mean and its standard error; 0 for values that are all the same, NaN below two."""
    if len(values) < 2:
        return float(values.mean()) if len(values) else math.nan, math.nan
    mean, error = float(values.mean()), float(values.std(ddof=1) / math.sqrt(len(values)))
    return mean, 0.0 if np.ptp(values) <= _ROUNDING * np.abs(values).max() else error


def skewness_runs(values: FloatArray) -> float:
    """Return the number of values from which on the interval of their mean can be trusted.

    Cochran's rule: 25 x skewness squared. Below it rare heavy values decide, and an interval
    around the mean is too narrow.
    """
    if len(values) < 3 or mean_and_error(values)[1] == 0:
        return 0.0
    from_mean = values - values.mean()
    skewness = float(np.mean(from_mean**3) / np.mean(from_mean**2) ** 1.5)
    return COCHRAN * skewness**2


def too_skewed(values: FloatArray) -> bool:
    """Whether rare heavy values decide the mean: fewer values than Cochran's rule demands."""
    return len(values) < skewness_runs(values)
