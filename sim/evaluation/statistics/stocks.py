"""Stores with a known answer: demand is Poisson, who gets nothing waits.

Looked at every period and refilled at once by rule (s, S): below or at ``s`` filled up to ``S``
(Zheng and Federgruen 1991, doi 10.1287/opre.39.4.654). Watched all the time and refilled by rule
(r, Q) after a fixed while: at ``r``, orders that have not come yet counted, ``Q`` more are ordered
(Federgruen and Zheng 1992, doi 10.1287/opre.40.4.808).
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from sim.evaluation.statistics.runs import FloatArray


@dataclass(frozen=True)
class Store:
    """What a store faces and what it pays.

    Attributes
    ----------
    demand : float
        Pieces a period, on average.
    order : float
        Cost of an order, whatever its size.
    holding, short : float
        Cost of a piece in store, and of a piece short, for a period.
    """

    demand: float
    order: float
    holding: float
    short: float

    def __post_init__(self) -> None:
        """Refuse what is no store.

        Raises
        ------
        ValueError
        """
        if not min(self.demand, self.holding, self.short) > 0 or not self.order >= 0:
            raise ValueError(f"{self}: order must be >= 0, the others > 0")

    def period_cost(self, level: int) -> float:
        """Return the expected cost of holding and shortage of a period begun at a level."""
        short = self.expected_short(level)
        return self.holding * (level - self.demand + short) + self.short * short

    def expected_short(self, level: int) -> float:
        """Return the expected pieces short after the demand of a period."""
        if level <= 0:
            return self.demand - level
        above = special.pdtrc(level - 1, self.demand)
        above_less_one = special.pdtrc(level - 2, self.demand) if level > 1 else 1.0
        return float(self.demand * above_less_one - level * above)

    def cost(self, reorder: int, full: int) -> float:
        """Return the average cost of a period under the rule (s, S) = (``reorder``, ``full``).

        Raises
        ------
        ValueError
            When ``full`` is not above ``reorder``.
        """
        if full <= reorder:
            raise ValueError(f"full={full} must be > reorder={reorder}")
        visits = _visits(self.demand, full - reorder)
        periods = np.array([self.period_cost(full - gone) for gone in range(full - reorder)])
        return float((self.order + visits @ periods) / visits.sum())

    def watched_cost(self, reorder: int, lot: int) -> float:
        """Return the average cost of a period under the rule (r, Q) = (``reorder``, ``lot``).

        A period is as long as an order takes to come. What is in store and on its way is then
        ``reorder + 1 .. reorder + lot``, each equally often, and less the demand of a period it is
        what is in store when that order has come.

        Raises
        ------
        ValueError
            When ``lot`` is not above zero.
        """
        if lot <= 0:
            raise ValueError(f"lot={lot} must be > 0")
        levels = range(reorder + 1, reorder + lot + 1)
        return (self.order * self.demand + sum(map(self.period_cost, levels))) / lot

    def best_watched(self) -> tuple[int, int, float]:
        """Return r, Q and cost of the cheapest rule of a store watched all the time."""
        low = high = min(range(_most(self)), key=self.period_cost)
        spent = self.order * self.demand + self.period_cost(low)
        while True:
            below, above = self.period_cost(low - 1), self.period_cost(high + 1)
            lot = high - low + 1
            if min(below, above) >= spent / lot:
                return low - 1, lot, spent / lot
            low, high = (low - 1, high) if below <= above else (low, high + 1)
            spent += min(below, above)

    def best(self) -> tuple[int, int, float]:
        """Return s, S and cost of the cheapest rule."""
        cheapest = min(range(_most(self)), key=self.period_cost)
        reorder = cheapest - 1
        while self.cost(reorder, cheapest) > self.period_cost(reorder):
            reorder -= 1
        full, least = cheapest, self.cost(reorder, cheapest)
        upper = cheapest + 1
        while self.period_cost(upper) <= least:
            if self.cost(reorder, upper) < least:
                full = upper
                while self.cost(reorder, full) <= self.period_cost(reorder + 1):
                    reorder += 1
                least = self.cost(reorder, full)
            upper += 1
        return reorder, full, least


def _visits(demand: float, gap: int) -> FloatArray:
    """Return how often, between two orders, a period begins so many pieces below ``full``."""
    return _all_visits(demand, 1 << gap.bit_length())[:gap]


@functools.lru_cache(maxsize=64)
def _all_visits(demand: float, gap: int) -> FloatArray:
    chance = stats.poisson.pmf(np.arange(gap), demand)
    visits = np.zeros(gap)
    visits[0] = 1 / (1 - chance[0])
    for gone in range(1, gap):
        visits[gone] = (chance[1 : gone + 1] @ visits[gone - 1 :: -1]) / (1 - chance[0])
    return visits


def _most(store: Store) -> int:
    """Return a level above which nobody would fill up a store that orders are free for."""
    return math.ceil(store.demand + 10 * math.sqrt(store.demand)) + 10
