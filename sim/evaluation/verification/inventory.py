"""A store refilled by rule (s, S): the model that comparisons of systems are taught and tested on.

Law (2015), Simulation Modeling and Analysis, 5th ed., 1.5 and 10.2. Every month the stock is
looked at; below ``s`` it is ordered up to ``S``; the order comes half a month to a month later;
customers come at random and take one to four; who gets nothing waits.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy import stats

from sim.core.rng import Streams
from sim.evaluation.statistics.runs import FloatArray

#: (s, S) -> mean cost a month over 120 months, known to within 0.06 (20,000 replications each)
KNOWN_COSTS: Final = {
    (20, 40): 125.18,
    (20, 60): 118.98,
    (20, 80): 121.39,
    (20, 100): 126.99,
    (40, 60): 125.80,
    (40, 80): 125.50,
    (40, 100): 131.57,
    (60, 80): 143.94,
    (60, 100): 144.23,
}
SOURCE: Final = "(s,S) inventory of Law (2015), 1.5; mean of 20,000 replications made apart"

_START, _ORDER, _PIECE, _HOLDING, _SHORT = 60, 32.0, 3.0, 1.0, 5.0
_DEMANDS_PER_MONTH: Final = 10.0
_SIZE_UP_TO: Final = np.cumsum([1 / 6, 1 / 3, 1 / 3, 1 / 6])
#: more customers in a month than this come once in 10^9 months
_MOST: Final = int(stats.poisson.isf(1e-9, _DEMANDS_PER_MONTH))


def monthly_costs(
    policies: Sequence[tuple[int, int]], replications: int, *, seed: int, months: int = 120
) -> FloatArray:
    """Return the mean cost a month, (replications, policies).

    All policies meet the same customers and the same delays: row ``i`` is one world.
    """
    streams = Streams(seed)
    low = np.array([s for s, _ in policies])[:, None]
    full = np.array([up_to for _, up_to in policies])[:, None]
    stock = np.full((len(policies), replications), float(_START))
    cost = np.zeros((len(policies), replications))
    for month in range(months):
        at, taken, is_order = _month(streams, month, replications)
        ordered = np.where(stock < low, full - stock, 0.0)
        cost += np.where(ordered > 0, _ORDER + _PIECE * ordered, 0.0)
        lasting = np.diff(at, axis=1, prepend=0.0, append=1.0)
        for row in range(len(policies)):
            change = np.where(is_order, ordered[row][:, None], -taken)
            level = stock[row][:, None] + np.cumsum(change, axis=1)
            held = np.concatenate([stock[row][:, None], level], axis=1) * lasting
            cost[row] += _HOLDING * np.maximum(held, 0).sum(axis=1)
            cost[row] -= _SHORT * np.minimum(held, 0).sum(axis=1)
            stock[row] = level[:, -1]
    return (cost / months).T


def _month(
    streams: Streams, month: int, n: int
) -> tuple[FloatArray, FloatArray, np.ndarray[tuple[int, ...], np.dtype[np.bool_]]]:
    """Return when things happen in a month, what is taken then, and which of them is the order.

    Customers who do not come stand at the month's end and take nothing.
    """
    comes = stats.poisson.ppf(streams.page("customers", month, n), _DEMANDS_PER_MONTH)
    luck = streams.page("demand", month, n * _MOST * 2).reshape(n, 2, _MOST)
    here = np.arange(_MOST) < comes[:, None]
    at = np.where(here, luck[:, 0], 1.0)
    sizes = np.where(here, 1.0 + np.searchsorted(_SIZE_UP_TO[:-1], luck[:, 1], side="right"), 0.0)
    arrives = 0.5 + 0.5 * streams.page("delay", month, n)
    at = np.concatenate([at, arrives[:, None]], axis=1)
    order = np.argsort(at, axis=1)
    sizes = np.concatenate([sizes, np.zeros((n, 1))], axis=1)
    return (
        np.take_along_axis(at, order, axis=1),
        np.take_along_axis(sizes, order, axis=1),
        order == _MOST,
    )
