"""The A/A check: a plan against itself must come out as no different, as often as promised."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.evaluation.statistics.estimate import Estimate
from sim.evaluation.statistics.means import by_t
from sim.evaluation.statistics.runs import FloatArray
from sim.evaluation.statistics.shares import wilson


@dataclass(frozen=True)
class SamePlan:
    """What comparing a plan with itself showed.

    Attributes
    ----------
    covered : Estimate
        Share of comparisons under different seeds whose interval holds 0.
    sound : bool
        Whether that is within chance of the level promised.
    """

    covered: Estimate
    sound: bool


def same_plan(a: FloatArray, b: FloatArray, level: float = 0.95) -> SamePlan:
    """Check the intervals on many comparisons of a plan with itself under different seeds.

    Parameters
    ----------
    a, b : (m, n) float
        m comparisons of n disasters each; ``a`` and ``b`` come from different seeds.
    """
    intervals = [by_t(one - other, level) for one, other in zip(a, b, strict=True)]
    hits = sum(interval.low <= 0 <= interval.high for interval in intervals)
    covered = wilson(hits, len(intervals), 0.999)
    return SamePlan(covered, covered.low <= level <= covered.high)


def differs_under_one_seed(a: FloatArray, b: FloatArray) -> int:
    """Return in how many disasters a plan differs from itself under the same seeds: must be 0."""
    return int(np.count_nonzero(~((a == b) | (np.isnan(a) & np.isnan(b)))))
