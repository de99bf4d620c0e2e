"""Which administrative zone a place lies in."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from rasterio.features import rasterize

from sim.world.geofiles import transform_of
from sim.world.tables import ZONE_LEVELS
from sim.world.world import World


def zone_cells(world: World, level: str) -> NDArray[np.int32]:
    """Return the row of the zone of one level for each cell, (ny, nx); -1 where there is none."""
    rows = np.flatnonzero(world.zones.level == ZONE_LEVELS.index(level)).tolist()
    rings = [
        ({"type": "Polygon", "coordinates": [world.zone_shapes.points_m(row)]}, row)
        for row in rows
        if world.zone_shapes.offsets[row + 1] - world.zone_shapes.offsets[row] >= 3
    ]
    if not rings:
        return np.full(world.grid.shape, -1, dtype=np.int32)
    cells: NDArray[np.int32] = rasterize(
        rings,
        out_shape=world.grid.shape,
        transform=transform_of(world.grid),
        fill=-1,
        dtype="int32",
    )
    return cells


def zones_at(
    world: World, cells: NDArray[np.int32], x_m: ArrayLike, y_m: ArrayLike
) -> NDArray[np.int32]:
    """Return the zone row of points, by the array that `zone_cells` made; -1 outside."""
    flat = world.grid.cell_of(x_m, y_m)
    return np.where(flat >= 0, cells.reshape(-1)[flat], -1).astype(np.int32)


def zones_within(world: World, zones: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Return for each zone (and, last, for no zone) whether it lies in one of some zones."""
    above = world.zones.parent
    inside = np.zeros(world.zones.n + 1, dtype=bool)
    inside[zones] = True
    for _ in ZONE_LEVELS:
        inside[:-1] |= inside[above] & (above >= 0)
    inside[-1] = False
    return inside


def edge_middles_m(world: World) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return x and y of a point in the middle of each road edge's polyline."""
    shapes = world.road_shapes
    middle = (shapes.offsets[:-1] + shapes.offsets[1:] - 1) // 2
    after = np.minimum(middle + 1, shapes.offsets[1:] - 1)
    return (
        (shapes.x_m[middle] + shapes.x_m[after]) / 2,
        (shapes.y_m[middle] + shapes.y_m[after]) / 2,
    )
