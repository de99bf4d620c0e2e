"""No practical difference, shown rather than assumed: two one-sided tests (TOST)."""

from __future__ import annotations

from dataclasses import dataclass

from scipy import stats

from sim.evaluation.statistics.asked import between_0_and_1, without_gaps
from sim.evaluation.statistics.estimate import Estimate
from sim.evaluation.statistics.means import by_t, mean_and_error
from sim.evaluation.statistics.runs import FloatArray


@dataclass(frozen=True)
class Equivalence:
    """Whether differences are shown to be too small to matter.

    Attributes
    ----------
    shown : bool
    p : float
        The larger of the two one-sided tests.
    interval : Estimate
        Of the mean at ``1 - 2 alpha``; it lies within the zone exactly when ``shown``.
    """

    shown: bool
    p: float
    interval: Estimate


def tost(differences: FloatArray, zone: float, alpha: float = 0.05) -> Equivalence:
    """Test whether the mean of paired differences lies within ``zone`` of 0.

    Schuirmann (1987), doi 10.1007/BF01068419. With ``alpha`` = 0.025 it agrees with the verdict
    "no practical difference", which asks for the 95 % interval within the zone.

    Raises
    ------
    ValueError
        With fewer than two differences or a NaN among them, a zone that is not positive, or
        ``alpha`` not between 0 and 1/2.
    """
    between_0_and_1(twice_alpha=2 * alpha)
    without_gaps(differences=differences)
    if len(differences) < 2 or not zone > 0:
        raise ValueError(f"{len(differences)} differences must be >= 2, zone={zone} must be > 0")
    interval = by_t(differences, 1 - 2 * alpha)
    mean, error = mean_and_error(differences)
    if error == 0:
        return Equivalence(abs(mean) <= zone, float(abs(mean) > zone), interval)
    free = len(differences) - 1
    p = max(
        float(stats.t.sf((mean + zone) / error, free)),
        float(stats.t.cdf((mean - zone) / error, free)),
    )
    return Equivalence(p <= alpha, p, interval)
