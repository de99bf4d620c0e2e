"""Fallen buildings lie on streets: how far debris reaches, and what width it leaves free.

Reach of debris as a multiple of the building's height: the simplified table used with GB 51143
practice in China (Advances in Civil Engineering 2020, 7034517, table 7).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from sim.core.sets import distinct
from sim.kernels.earthquake import free_widths_m
from sim.scenario.parameters import parameter
from sim.world.tables import Roads
from sim.world.world import World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_HEIGHTS_M: Final = (24.0, 54.0, 100.0, 160.0, 250.0)
_LONG_SIDE: Final = (2 / 3, 1 / 2, 0.5, 0.4, 0.3)
_END: Final = (0.5, 0.3, 0.25, 0.2, 0.15)

#: between points at which roads are looked for beside a fallen building
_SAMPLE_M: Final = 10.0


def debris_reach_m(height_m: ArrayLike, *, end_on: bool = False) -> Floats:
    """Return how far debris lies from a wall; less from the narrow end of a building."""
    height = np.asarray(height_m, np.float64)
    return np.asarray(np.interp(height, _HEIGHTS_M, _END if end_on else _LONG_SIDE) * height)


def street_widths_m(roads: Roads) -> tuple[Floats, Ints]:
    """Return the width of the carriageway of each edge's street, both directions, and its street.

    The two directions of a street are two edges and one street; the street's number is the row of
    its first edge.
    """
    low = np.minimum(roads.from_node, roads.to_node).astype(np.int64)
    high = np.maximum(roads.from_node, roads.to_node).astype(np.int64)
    pair = np.column_stack((low, high, roads.road_class))
    _, first, street = np.unique(pair, axis=0, return_index=True, return_inverse=True)
    street = street.reshape(-1)
    lanes = np.bincount(street, weights=roads.lanes, minlength=len(first))
    width_m = np.maximum(
        lanes * parameter("earthquake.lane_width").si, parameter("earthquake.path_width").si
    )
    return width_m[street], first[street].astype(np.int64)


class Debris:
    """The heaps that fallen buildings make on a world's streets; it only grows.

    Parameters
    ----------
    world : World

    Attributes
    ----------
    free_m : (edges,) float64
        Width of the street that is left; infinity where nothing lies.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._width_m, self._street = street_widths_m(world.roads)
        self.free_m = np.full(world.roads.n, np.inf)
        self._segments: _Segments | None = None
        self._heaps = _Heaps.none()

    def fall(self, rows: Ints) -> None:
        """Let buildings fall and bring `free_m` up to date."""
        if len(rows) == 0 or self._world.roads.n == 0:
            return
        if self._segments is None:
            self._segments = _Segments(self._world, distinct(self._street))
        self._heaps = self._heaps.and_those(self._beside(rows, self._segments))
        order = np.argsort(self._heaps.edge, kind="stable")
        heaps = self._heaps.chosen(order)
        first = np.searchsorted(heaps.edge, np.arange(len(self.free_m) + 1)).astype(np.int64)
        free_m = np.empty(len(self.free_m))
        free_widths_m(
            first, heaps.left, heaps.from_m, heaps.to_m, heaps.limit_m, 0.5 * self._width_m, free_m
        )
        self.free_m = free_m[self._street]

    def _beside(self, rows: Ints, segments: _Segments) -> _Heaps:
        """Return the heaps that fallen buildings make on each road they front."""
        buildings = self._world.buildings
        depth_m = np.minimum(
            parameter("earthquake.building_depth").si, np.sqrt(buildings.footprint_m2[rows])
        )
        long_m = buildings.footprint_m2[rows] / np.maximum(depth_m, 1.0)
        reach_m = debris_reach_m(buildings.height_m[rows])
        x_m, y_m = buildings.x_m[rows], buildings.y_m[rows]
        away_m = reach_m + 0.5 * depth_m + 0.5 * float(self._width_m.max())
        k, edge, centre_m, along_m, left = segments.near(x_m, y_m, away_m)
        half_m = 0.5 * self._width_m[edge]
        wall_m = np.maximum(centre_m - 0.5 * depth_m[k], half_m)  # no house stands on the road
        limit_m = wall_m - reach_m[k]
        heaps = _Heaps(edge, left, along_m - 0.5 * long_m[k], along_m + 0.5 * long_m[k], limit_m)
        return heaps.chosen(np.flatnonzero(limit_m < half_m))


@dataclass(frozen=True)
class _Heaps:
    """Debris on roads, a row a heap and road; columns as `free_widths_m` takes them."""

    edge: Ints
    left: NDArray[np.bool_]
    from_m: Floats
    to_m: Floats
    limit_m: Floats

    @classmethod
    def none(cls) -> _Heaps:
        """Return no heaps."""
        nothing = np.zeros(0)
        return cls(np.zeros(0, np.int64), np.zeros(0, np.bool_), nothing, nothing, nothing)

    def chosen(self, rows: Ints) -> _Heaps:
        """Return some of the heaps."""
        return _Heaps(
            self.edge[rows],
            self.left[rows],
            self.from_m[rows],
            self.to_m[rows],
            self.limit_m[rows],
        )

    def and_those(self, others: _Heaps) -> _Heaps:
        """Return these and others."""
        return _Heaps(
            np.concatenate((self.edge, others.edge)),
            np.concatenate((self.left, others.left)),
            np.concatenate((self.from_m, others.from_m)),
            np.concatenate((self.to_m, others.to_m)),
            np.concatenate((self.limit_m, others.limit_m)),
        )


class _Segments:
    """Straight pieces of streets, found from a place beside them.

    Parameters
    ----------
    world : World
    edges : (n,) int64
        One edge of each street.
    """

    def __init__(self, world: World, edges: Ints) -> None:
        shapes = world.road_shapes
        starts = np.delete(np.arange(len(shapes.x_m)), shapes.offsets[1:] - 1)
        edge = np.repeat(np.arange(shapes.n), np.diff(shapes.offsets) - 1)
        kept = np.isin(edge, edges)
        starts, self.edge = starts[kept], edge[kept].astype(np.int64)
        self._x_m, self._y_m = shapes.x_m[starts], shapes.y_m[starts]
        self._dx_m = shapes.x_m[starts + 1] - self._x_m
        self._dy_m = shapes.y_m[starts + 1] - self._y_m
        self._length_m = np.hypot(self._dx_m, self._dy_m)
        run_m = np.concatenate(([0.0], np.cumsum(self._length_m)))
        first = np.searchsorted(self.edge, self.edge)
        self._before_m = run_m[:-1] - run_m[first]
        n_points = np.maximum(1, np.ceil(self._length_m / _SAMPLE_M).astype(int)) + 1
        self._of_point = np.repeat(np.arange(len(starts)), n_points)
        begins = np.concatenate(([0], np.cumsum(n_points)[:-1]))
        share = (np.arange(len(self._of_point)) - begins[self._of_point]) / (
            n_points[self._of_point] - 1
        )
        at = self._of_point
        points = (self._x_m[at] + share * self._dx_m[at], self._y_m[at] + share * self._dy_m[at])
        self._tree = cKDTree(np.column_stack(points))

    def near(
        self, x_m: Floats, y_m: Floats, away_m: Floats
    ) -> tuple[Ints, Ints, Floats, Floats, NDArray[np.bool_]]:
        """Return the streets within reach of places, each where it comes nearest.

        Returns
        -------
        place, edge : (m,) int64
        distance_m, along_m : (m,) float64
            From the place to the street's line; along it from its beginning.
        left : (m,) bool
            Whether the place lies to the left of the line.
        """
        found = self._tree.query_ball_point(
            np.column_stack((x_m, y_m)), away_m + 0.5 * _SAMPLE_M, return_sorted=False
        )
        place = np.repeat(np.arange(len(x_m)), [len(points) for points in found])
        points = np.concatenate([np.asarray(one, np.int64) for one in found])
        pairs = np.unique(np.column_stack((place, self._of_point[points])), axis=0)
        place, segment = pairs[:, 0], pairs[:, 1]
        east, north = x_m[place] - self._x_m[segment], y_m[place] - self._y_m[segment]
        dx_m, dy_m, length_m = self._dx_m[segment], self._dy_m[segment], self._length_m[segment]
        along = (east * dx_m + north * dy_m) / np.maximum(length_m, 1e-9) ** 2
        share = np.clip(along, 0.0, 1.0)
        distance_m = np.hypot(east - share * dx_m, north - share * dy_m)
        left = dx_m * north - dy_m * east > 0.0
        order = np.lexsort((distance_m, self.edge[segment], place))
        key = np.column_stack((place, self.edge[segment]))[order]
        nearest = order[np.unique(key, axis=0, return_index=True)[1]]
        along_m = self._before_m[segment] + share * length_m
        return (
            place[nearest],
            self.edge[segment[nearest]],
            distance_m[nearest],
            along_m[nearest],
            left[nearest],
        )
