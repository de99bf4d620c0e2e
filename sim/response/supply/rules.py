"""Who is sent goods first, and from where: named rules, each a function, to be replaced at will.

A rule orders points and stores; what a store has is then set aside for point after point.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.scenario.goods import masses_g

Pieces = NDArray[np.int64]
Order = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Case:
    """What a rule looks at.

    Attributes
    ----------
    needs : (points, items) int64
    stock : (stores, items) int64
        Not yet promised to anybody.
    drive_s : (stores, points) float64
        Infinity where there is no way now.
    asked_s : (points,) float64
        Since when each point has been in need.
    level : (stores,) int64
        0 for a community's store, upwards.
    """

    needs: Pieces
    stock: Pieces
    drive_s: NDArray[np.float64]
    asked_s: NDArray[np.float64]
    level: NDArray[np.int64]

    @property
    def away_s(self) -> NDArray[np.float64]:
        """Return the drive to each point from the store nearest to it."""
        nearest_s: NDArray[np.float64] = self.drive_s.min(axis=0)
        return nearest_s


@dataclass(frozen=True, eq=False)
class Share:
    """What one store is to send to one point."""

    store: int
    point: int
    pieces: Pieces


def nearest_first(case: Case) -> list[Share]:
    """Serve the points that are reached soonest first."""
    return _in_turn(case, _sorted(case.away_s))


def largest_need_first(case: Case) -> list[Share]:
    """Serve the points that lack most, by mass, first."""
    return _in_turn(case, _sorted(-(case.needs @ masses_g()).astype(float)))


def as_asked(case: Case) -> list[Share]:
    """Serve points in the order in which their need became known."""
    return _in_turn(case, _sorted(case.asked_s))


def hard_to_reach_first(case: Case) -> list[Share]:
    """Serve the points with the longest way first, those without a road before all others."""
    return _in_turn(case, _sorted(-case.away_s))


def lowest_level_first(case: Case) -> list[Share]:
    """Empty the stores of the lowest level before those above are asked; nearest points first."""
    return _in_turn(case, _sorted(case.away_s), by_level=True)


def equal_shares(case: Case) -> list[Share]:
    """Give every point the same share of its need of each item when there is not enough."""
    asked = case.needs.sum(axis=0)
    there = case.stock.sum(axis=0)
    share = np.minimum(1.0, there / np.maximum(asked, 1))
    cut = np.floor(case.needs * share + 1e-9).astype(np.int64)
    fair = Case(cut, case.stock, case.drive_s, case.asked_s, case.level)
    return _in_turn(fair, _sorted(case.away_s))


RULES: Final[dict[str, Callable[[Case], list[Share]]]] = {
    rule.__name__: rule
    for rule in (
        nearest_first,
        largest_need_first,
        as_asked,
        hard_to_reach_first,
        lowest_level_first,
        equal_shares,
    )
}


def _sorted(keys: NDArray[np.float64]) -> Order:
    return np.argsort(keys, kind="stable")


def _in_turn(case: Case, points: Order, *, by_level: bool = False) -> list[Share]:
    """Set aside for point after point, from the nearest store that has any of it."""
    left, shares = case.stock.copy(), []
    for point in points.tolist():
        lacks = case.needs[point].copy()
        first_by = case.level if by_level else np.zeros(len(case.level))
        for store in np.lexsort((case.drive_s[:, point], first_by)).tolist():
            takes = np.minimum(lacks, left[store])
            if takes.any():
                shares.append(Share(store, point, takes))
                lacks -= takes
                left[store] -= takes
    return shares
