"""Selection in two stages: how many more runs each plan needs after a first look (R&S tables).

A check on the race of `selection.kn_race`, which needs fewer runs. For plans that do not meet the
same disasters.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, stats

from sim.evaluation.statistics.asked import between_0_and_1
from sim.evaluation.statistics.runs import FloatArray
from sim.evaluation.statistics.selection import IntArray

#: points of the integrals
_POINTS: Final = 128
_MOST: Final = 60.0


def rinott_h(plans: int, first_runs: int, *, level: float = 0.95) -> float:
    """Return h of Rinott (1978), doi 10.1080/03610927808827671.

    The best plan is chosen with probability ``level`` when it leads by the zone.

    Parameters
    ----------
    plans, first_runs : int
        k and n0, 2 or more.
    level : float

    Raises
    ------
    ValueError
    """
    free = _free(plans, first_runs, level)
    x, weight = _nodes(lambda share: stats.chi2.ppf(share, free))

    def chance(h: float) -> float:
        """Return the probability that the best of so many plans is chosen."""
        apart = stats.norm.cdf(h / np.sqrt(free * (1 / x[:, None] + 1 / x[None, :])))
        return float(weight @ (weight @ apart) ** (plans - 1))

    return float(optimize.brentq(lambda h: chance(h) - level, 0.0, _MOST))


def dudewicz_dalal_h(plans: int, first_runs: int, *, level: float = 0.95) -> float:
    """Return h of Dudewicz and Dalal (1975), h1 in the tables of Law, Simulation Modeling, ch. 10.

    Parameters
    ----------
    plans, first_runs : int
        k and n0, 2 or more.
    level : float
        P* of the tables.

    Raises
    ------
    ValueError
    """
    free = _free(plans, first_runs, level)
    t, weight = _nodes(lambda share: stats.t.ppf(share, free))

    def chance(h: float) -> float:
        """Return the probability that the best of so many plans is chosen."""
        return float(weight @ stats.t.cdf(t + h, free) ** (plans - 1))

    return float(optimize.brentq(lambda h: chance(h) - level, 0.0, _MOST))


def second_stage_runs(variances: ArrayLike, first_runs: int, h: float, zone: float) -> IntArray:
    """Return how many runs each plan needs in all: max(n0 + 1, ceil(h^2 S^2 / zone^2)).

    Parameters
    ----------
    variances : (k,) float
        Of the first runs.
    zone : float
        Difference that does not matter; > 0.

    Raises
    ------
    ValueError
    """
    spread = np.asarray(variances, dtype=float)
    if not zone > 0 or not (spread >= 0).all():
        raise ValueError(f"zone={zone} must be > 0, variances={spread} must be >= 0")
    wanted = np.ceil(h**2 * spread / zone**2).astype(np.int_)
    runs: IntArray = np.maximum(wanted, first_runs + 1)
    return runs


def _free(plans: int, first_runs: int, level: float) -> int:
    """Return the degrees of freedom of a plan's variance."""
    between_0_and_1(level=level)
    if plans < 2 or first_runs < 2:
        raise ValueError(f"plans={plans} and first_runs={first_runs} must be >= 2")
    return first_runs - 1


def _nodes(quantile: Callable[[FloatArray], FloatArray]) -> tuple[FloatArray, FloatArray]:
    """Return values and weights of a law for an integral over its probability.

    Gauss and Legendre in an angle: the ends, where the law runs to infinity, are visited closely.
    """
    at, weight = np.polynomial.legendre.leggauss(_POINTS)
    angle = math.pi / 4 * (at + 1)
    share = np.sin(angle) ** 2
    density = 2 * np.sin(angle) * np.cos(angle) * math.pi / 4
    values: FloatArray = quantile(share)
    return values, weight * density
