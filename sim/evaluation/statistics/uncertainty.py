"""Two uncertainties apart: what we do not know, and chance in one disaster."""

from __future__ import annotations

from dataclasses import dataclass

from scipy import stats

from sim.evaluation.statistics.estimate import Estimate
from sim.evaluation.statistics.runs import FloatArray


@dataclass(frozen=True)
class Variances:
    """How the spread of a figure splits.

    Attributes
    ----------
    knowledge, chance : float
        Variance between sets of unknown parameters, and among disasters with the same set.
    knowledge_share : Estimate
        Share of the whole variance that better knowledge could remove. More runs narrow neither:
        they only show both better.
    """

    knowledge: float
    chance: float
    knowledge_share: Estimate


def split(values: FloatArray, level: float = 0.95) -> Variances:
    """Return the split from a nested design: rows are sets of parameters, columns disasters.

    One-way random effects; the interval is exact for normal figures. Searle, Casella and
    McCulloch (1992), Variance Components, 3.6; the share is the ICC(1,1) of Shrout and Fleiss
    (1979), doi 10.1037/0033-2909.86.2.420, and at least 0 here.

    Parameters
    ----------
    values : (k, m) float
        k >= 2 sets, each met by the same m >= 2 disasters or by as many of its own.
    """
    k, m = values.shape
    between = m * float(values.mean(axis=1).var(ddof=1))
    within = float(values.var(axis=1, ddof=1).mean())
    knowledge = (between - within) / m
    if within == 0:
        share = float(between > 0)
        return Variances(max(knowledge, 0.0), 0.0, Estimate(share, share, share, level, "f"))
    ratio, outside = between / within, (1 - level) / 2
    ends = [
        (ratio / float(stats.f.ppf(part, k - 1, k * (m - 1))) - 1) / m
        for part in (1 - outside, outside)
    ]
    value, low, high = (max(x / (1 + x), 0.0) for x in (knowledge / within, *ends))
    return Variances(max(knowledge, 0.0), within, Estimate(value, low, high, level, "f"))
