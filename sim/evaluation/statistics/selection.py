"""Which of several plans is best, with as few runs as possible: KN, and OCBA for a fixed budget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from sim.evaluation.statistics.asked import between_0_and_1
from sim.evaluation.statistics.comparison import Better
from sim.evaluation.statistics.runs import BoolArray, FloatArray

IntArray = NDArray[np.int_]

#: disasters looked at in one go
_BLOCK: Final = 64


@dataclass(frozen=True)
class Race:
    """Where a race of plans stands.

    Attributes
    ----------
    alive : (k,) bool
        Plans that may still be the best: only they need more runs.
    runs : (k,) int
        Disasters each plan took part in until it was out, or all.
    best : int
        The plan left over, or the best so far.
    """

    alive: BoolArray
    runs: IntArray
    best: int

    @property
    def decided(self) -> bool:
        """Whether one plan is left."""
        return bool(self.alive.sum() == 1)


def kn_race(
    values: FloatArray, zone: float, better: Better, *, level: float = 0.95, first_runs: int = 10
) -> Race:
    """Run the race of Kim and Nelson over all disasters so far.

    With probability ``level`` or more the plan left over is the best, or worse than it by less
    than ``zone``; holds for normal figures, whether or not plans meet the same disasters. Where
    rare heavy losses decide (`too_skewed`), give it `batch_means`. The same table extended gives
    the same race extended, so it can be asked again after each batch.
    Kim and Nelson (2001), doi 10.1145/502109.502111, with c = 1.

    Parameters
    ----------
    values : (r, k) float
        Row by row one disaster, a column a plan; NaN where a plan that was out took no part.
    zone : float
        Difference that does not matter; > 0.
    first_runs : int
        Disasters from which the spread of differences is found.

    Raises
    ------
    ValueError
        With fewer disasters than ``first_runs``, or a zone that is not positive.
    """
    between_0_and_1(level=level)
    n, k = values.shape
    if n < first_runs or not zone > 0:
        raise ValueError(f"{n} disasters must be >= {first_runs}, zone={zone} must be > 0")
    signed = values if better == "high" else -values
    reach = _reach(signed[:first_runs], zone, level)
    sums = np.cumsum(signed, axis=0)[first_runs - 1 :]
    r = np.arange(first_runs, n + 1)
    alive, runs, row = np.ones(k, dtype=bool), np.full(k, n), 0
    while alive.sum() > 1 and row < len(r):
        block = slice(row, row + _BLOCK)
        out = _out(sums[block], r[block], reach, zone, alive)
        if not out.any():
            row += _BLOCK
            continue
        step = int(np.argmax(out.any(axis=1)))
        runs[out[step]] = r[row + step]
        alive &= ~out[step]
        row += step + 1
    if alive.sum() == 1:
        runs[alive] = r[row - 1]
    last = r[row - 1] if alive.sum() == 1 else n
    means = np.where(alive, sums[last - first_runs] / last, -np.inf)
    return Race(alive, runs, int(np.argmax(means)))


def batch_means(values: FloatArray, size: int = 10) -> FloatArray:
    """Return means of ``size`` disasters each, nearer to normal; the last few that fill none go.

    Parameters
    ----------
    values : (r, k) float

    Returns
    -------
    (r // size, k) float
    """
    whole = len(values) // size
    means: FloatArray = values[: whole * size].reshape(whole, size, -1).mean(axis=1)
    return means


def kn_eta(plans: int, first_runs: int, *, level: float = 0.95) -> float:
    """Return eta of Kim and Nelson (2001) for c = 1; their h squared is 2 eta (first_runs - 1).

    Parameters
    ----------
    plans : int
        k of them, 2 or more.
    first_runs : int
        Their n0, 2 or more.
    level : float
        1 - alpha.

    Raises
    ------
    ValueError
    """
    between_0_and_1(level=level)
    if plans < 2 or first_runs < 2:
        raise ValueError(f"plans={plans} and first_runs={first_runs} must be >= 2")
    return float(((2 * (1 - level) / (plans - 1)) ** (-2 / (first_runs - 1)) - 1) / 2)


def _reach(first: FloatArray, zone: float, level: float) -> FloatArray:
    """Return h^2 S^2 / delta for each pair of plans: how far a sum may lag at the start."""
    n0, k = first.shape
    eta = kn_eta(max(k, 2), n0, level=level)
    differences = first[:, :, None] - first[:, None, :]
    reach: FloatArray = 2 * eta * (n0 - 1) * differences.var(axis=0, ddof=1) / zone
    return reach


def _out(
    sums: FloatArray, r: IntArray, reach: FloatArray, zone: float, alive: BoolArray
) -> BoolArray:
    """Return, disaster by disaster, which plans alive lag too far behind another one alive."""
    lag = sums[:, None, :] - sums[:, :, None]
    allowed = np.maximum(reach[None] - zone * r[:, None, None], 0) / 2
    with np.errstate(invalid="ignore"):
        behind: BoolArray = (lag > allowed) & alive[None, None, :] & alive[None, :, None]
    out: BoolArray = np.any(behind, axis=2)
    return out


def ocba_shares(means: FloatArray, variances: FloatArray, better: Better) -> FloatArray:
    """Return how to share out a budget of runs so that the best plan is most likely found.

    Chen, Lin, Yucesan and Chick (2000), doi 10.1023/A:1008349927281: runs in proportion to the
    squared ratio of spread to distance from the best.

    Parameters
    ----------
    means, variances : (k,) float
        So far; the variances > 0.

    Raises
    ------
    ValueError
        With fewer than two plans, or a variance that is not positive.
    """
    if len(means) < 2 or len(means) != len(variances) or not (np.asarray(variances) > 0).all():
        raise ValueError(f"means={means}, variances={variances}: two plans or more, each > 0")
    signed = means if better == "high" else -means
    best = int(np.argmax(signed))
    distance = signed[best] - signed
    least = np.finfo(float).eps * (np.abs(means).max() + np.sqrt(variances.max()))
    weights = variances / np.maximum(distance, least) ** 2
    weights[best] = 0.0
    weights[best] = np.sqrt(variances[best] * np.sum(weights**2 / variances))
    shares: FloatArray = weights / weights.sum()
    return shares


def chance_of_best(
    means: FloatArray, variances: FloatArray, runs: IntArray, better: Better
) -> float:
    """Return at least about how probable it is that the plan that looks best is the best.

    Bonferroni's bound for normal averages of independent runs, as in Chen et al. (2000). Plans that
    meet the same disasters are mostly told apart more surely than that.

    Parameters
    ----------
    means, variances : (k,) float
    runs : (k,) int
        Disasters of each.
    """
    signed = means if better == "high" else -means
    best = int(np.argmax(signed))
    errors = variances / runs
    spread = np.sqrt(errors[best] + errors)
    with np.errstate(divide="ignore", invalid="ignore"):
        lead = np.where(spread > 0, (signed[best] - signed) / spread, np.inf)
    wrong = np.delete(stats.norm.sf(lead), best)
    return max(0.0, 1.0 - float(wrong.sum()))


def ocba_next(
    means: FloatArray,
    variances: FloatArray,
    runs: IntArray,
    more: int,
    better: Better,
) -> IntArray:
    """Return how many of ``more`` runs each plan gets next, on top of the runs it had.

    Plans that had more than their share already get none; see `ocba_shares`.
    """
    wanted = ocba_shares(means, variances, better) * (runs.sum() + more)
    missing = np.maximum(wanted - runs, 0)
    exact = missing / missing.sum() * more
    given: IntArray = np.floor(exact).astype(np.int_)
    rest = np.argsort(given - exact, kind="stable")[: more - int(given.sum())]
    given[rest] += 1
    return given
