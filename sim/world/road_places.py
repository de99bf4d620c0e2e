"""Roads by where they are: at a point of the map, nearest to a place, in both directions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.core.errors import SimError, did_you_mean
from sim.core.words import said
from sim.world.world import World

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]


class NoSuchPointError(SimError):
    """Something of a scenario is at a point that the map does not have."""


def point_row(world: World, point: str, *, of: str) -> int:
    """Return the row of a point of the map; ``of`` is what is there, for the error.

    Raises
    ------
    NoSuchPointError
        When the map has no such point.
    """
    found = np.flatnonzero(world.points.id == point)
    if len(found) == 0:
        guess = did_you_mean(point, list(map(str, world.points.id)))
        raise NoSuchPointError(said("run.no_point", id=of, point=point, guess=guess))
    return int(found[0])


def road_at_point(world: World, row: int) -> int:
    """Return the road edge that a point of the map is on, or the nearest to it."""
    points = world.points
    edge = int(points.edge[row])
    return edge if edge >= 0 else nearest_road(world, points.x_m[row], points.y_m[row])


def nearest_road(world: World, x_m: float, y_m: float) -> int:
    """Return the road edge for vehicles that passes nearest to a place."""
    shapes = world.road_shapes
    starts = np.delete(np.arange(len(shapes.x_m)), shapes.offsets[1:] - 1)
    of_edge = np.repeat(np.arange(shapes.n), np.diff(shapes.offsets) - 1)
    away_m, _ = _away_m(shapes.x_m, shapes.y_m, starts, x_m, y_m)
    away_m[~world.roads.by_car[of_edge]] = np.inf
    return int(of_edge[np.argmin(away_m)])


def both_ways(world: World, edge: int) -> Rows:
    """Return the edges between the ends of an edge, in both directions."""
    roads = world.roads
    ends = [int(roads.from_node[edge]), int(roads.to_node[edge])]
    return np.flatnonzero(np.isin(roads.from_node, ends) & np.isin(roads.to_node, ends))


def share_along(world: World, edge: int, x_m: float, y_m: float) -> float:
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
