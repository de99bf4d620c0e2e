"""Railway crossings on the roads of a map: which edges, how far along, how long people wait."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.scenario.crossings import Crossing
from sim.world.road_places import both_ways, nearest_road, point_row, road_at_point, share_along
from sim.world.world import World

Rows = NDArray[np.int64]


class Crossings:
    """The level crossings of a scenario on the road edges of its map.

    Attributes
    ----------
    crossings : tuple of Crossing
    edges : tuple of (k,) int64
        Road edges of each, in both directions.
    open_share : (n,) float64
        By road edge, the share of the time in which people may pass; 1 without a crossing.
    wait_s : (n,) float64
        Mean wait before barriers on it.
    """

    def __init__(self, world: World, crossings: Sequence[Crossing]) -> None:
        n = world.roads.n
        self.crossings = tuple(crossings)
        self.open_share, self.wait_s = np.ones(n), np.zeros(n)
        found = [_find(world, one) for one in self.crossings]
        self.edges = tuple(both_ways(world, edge) for edge, *_ in found)
        self._along = [
            [share_along(world, edge, *place) for edge in edges.tolist()]
            for edges, (_, *place) in zip(self.edges, found, strict=True)
        ]
        for crossing, edges in zip(self.crossings, self.edges, strict=True):
            self.open_share[edges] *= crossing.open_share
            self.wait_s[edges] += crossing.wait_s

    def blocked(self, at_s: float) -> NDArray[np.float32]:
        """Return how far along each edge, 0 to 1, a train stands on it; NaN where none does."""
        along = np.full(len(self.wait_s), np.nan, dtype=np.float32)
        for crossing, edges, shares in zip(self.crossings, self.edges, self._along, strict=True):
            if crossing.is_blocked(at_s):
                along[edges] = shares
        return along


def _find(world: World, crossing: Crossing) -> tuple[int, float, float]:
    """Return a road edge of a crossing, and where it is."""
    if crossing.at is not None:
        row = point_row(world, crossing.at, of=crossing.id)
        x_m, y_m = float(world.points.x_m[row]), float(world.points.y_m[row])
        return road_at_point(world, row), x_m, y_m
    spot = crossing.spot
    assert spot is not None  # one of the two is stated
    return nearest_road(world, spot.x_m, spot.y_m), spot.x_m, spot.y_m
