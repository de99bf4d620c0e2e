"""Railway crossings on the roads of a map: which edges, how far along, how long people wait."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.core.errors import SimError, did_you_mean
from sim.core.words import said
from sim.scenario.crossings import Crossing
from sim.world.world import World

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]


class CrossingError(SimError):
    """A crossing is at a point that the map does not have."""


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
        self.edges = tuple(_both_ways(world, edge) for edge, *_ in found)
        self._along = [
            [_along(world, edge, *place) for edge in edges.tolist()]
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
    if crossing.spot is not None:
        x_m, y_m = crossing.spot.x_m, crossing.spot.y_m
        return _nearest(world, x_m, y_m), x_m, y_m
    points = world.points
    found = np.flatnonzero(points.id == crossing.at)
    if len(found) == 0:
        guess = did_you_mean(str(crossing.at), list(map(str, points.id)))
        raise CrossingError(
            said("run.no_crossing_point", id=crossing.id, point=crossing.at, guess=guess)
        )
    x_m, y_m = float(points.x_m[found[0]]), float(points.y_m[found[0]])
    edge = int(points.edge[found[0]])
    return edge if edge >= 0 else _nearest(world, x_m, y_m), x_m, y_m


def _nearest(world: World, x_m: float, y_m: float) -> int:
    """Return the road for vehicles that passes nearest to a place."""
    shapes = world.road_shapes
    starts = np.delete(np.arange(len(shapes.x_m)), shapes.offsets[1:] - 1)
    of_edge = np.repeat(np.arange(shapes.n), np.diff(shapes.offsets) - 1)
    away_m, _ = _away_m(shapes.x_m, shapes.y_m, starts, x_m, y_m)
    away_m[~world.roads.by_car[of_edge]] = np.inf
    return int(of_edge[np.argmin(away_m)])


def _both_ways(world: World, edge: int) -> Rows:
    """Return the edges between the ends of an edge, in both directions."""
    roads = world.roads
    ends = [int(roads.from_node[edge]), int(roads.to_node[edge])]
    return np.flatnonzero(np.isin(roads.from_node, ends) & np.isin(roads.to_node, ends))


def _along(world: World, edge: int, x_m: float, y_m: float) -> float:
    """Return the share of an edge, 0 to 1, up to the point of it nearest to a place."""
    shape_m = world.road_shapes.points_m(edge)
    lengths_m = np.hypot(*np.diff(shape_m, axis=0).T)
    starts = np.arange(len(shape_m) - 1)
    away_m, share = _away_m(shape_m[:, 0], shape_m[:, 1], starts, x_m, y_m)
    nearest = int(np.argmin(away_m))
    to_m = lengths_m[:nearest].sum() + share[nearest] * lengths_m[nearest]
    return float(to_m / max(lengths_m.sum(), 1e-9))


def _away_m(
    x_m: Floats, y_m: Floats, starts: Rows, to_x_m: float, to_y_m: float
) -> tuple[Floats, Floats]:
    """Return how far a place is from segments, and the share of each up to its nearest point."""
    way = np.stack((x_m[starts + 1] - x_m[starts], y_m[starts + 1] - y_m[starts])).astype(float)
    to = np.stack((to_x_m - x_m[starts], to_y_m - y_m[starts])).astype(float)
    share = np.clip((way * to).sum(axis=0) / np.maximum((way**2).sum(axis=0), 1e-9), 0.0, 1.0)
    return np.hypot(*(to - share * way)), share
