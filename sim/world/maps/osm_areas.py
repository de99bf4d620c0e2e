"""Areas in metres: one polygon an outer ring, with its holes, and their marks on a raster."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasterio.features import rasterize

from sim.world.geofiles import transform_of
from sim.world.grid import Grid
from sim.world.maps.osm_lines import in_metres
from sim.world.maps.osm_read import Area, Tags

Floats = NDArray[np.float64]

#: marks finer than a cell are counted on so many points a side, on maps that are not huge
_FINE, _COARSE, _FINE_CELLS = 4, 2, 12_000_000


@dataclass(frozen=True, eq=False)
class Polygon:
    """One outer ring with its holes; rings are closed.

    Attributes
    ----------
    area_m2 : float
        Without the holes.
    centre_m : tuple of float
        Centroid of the outer ring.
    """

    id: str
    tags: Tags
    outer_m: Floats
    holes_m: list[Floats]
    area_m2: float
    centre_m: tuple[float, float]

    def geometry(self) -> dict[str, Any]:
        """Return the polygon as a GeoJSON geometry."""
        return {"type": "Polygon", "coordinates": [self.outer_m, *self.holes_m]}


def polygons(areas: Sequence[Area], grid: Grid) -> list[Polygon]:
    """Return the areas in the grid's system, one polygon an outer ring."""
    rings = [ring for area in areas for outer, holes in area.rings for ring in (outer, *holes)]
    if not rings:
        return []
    cuts = np.cumsum([len(ring) for ring in rings])[:-1]
    metric = iter(np.split(in_metres(np.concatenate(rings), grid), cuts))
    found = []
    for area in areas:
        for part, (_, holes) in enumerate(area.rings):
            outer, inner = next(metric), [next(metric) for _ in holes]
            size_m2, centre_m = _size_and_centre(outer)
            name = area.id if part == 0 else f"{area.id}-{part}"
            holes_m2 = sum(_size_and_centre(hole)[0] for hole in inner)
            found.append(Polygon(name, area.tags, outer, inner, size_m2 - holes_m2, centre_m))
    return found


def _size_and_centre(ring: Floats) -> tuple[float, tuple[float, float]]:
    """Return area and centroid of a closed ring (shoelace), exact far from the origin."""
    origin = ring[0]
    x, y = (ring - origin).T
    cross = x[:-1] * y[1:] - x[1:] * y[:-1]
    twice = float(cross.sum())
    if twice == 0.0:
        return 0.0, (float(ring[:, 0].mean()), float(ring[:, 1].mean()))
    cx = float(((x[:-1] + x[1:]) * cross).sum()) / (3 * twice)
    cy = float(((y[:-1] + y[1:]) * cross).sum()) / (3 * twice)
    return abs(twice) / 2, (float(origin[0]) + cx, float(origin[1]) + cy)


def line_geometry(points_m: Floats) -> dict[str, Any]:
    """Return a line as a GeoJSON geometry (rasterio passes over lines given as arrays)."""
    return {"type": "LineString", "coordinates": points_m.tolist()}


def marked(
    shapes: Iterable[tuple[dict[str, Any], float]], grid: Grid, *, dtype: str = "uint8"
) -> NDArray[Any]:
    """Return each cell's last mark among the shapes that hold its centre; 0 elsewhere."""
    pairs = list(shapes)
    if not pairs:
        return np.zeros(grid.shape, dtype=dtype)
    values: NDArray[Any] = rasterize(
        pairs, out_shape=grid.shape, transform=transform_of(grid), fill=0, dtype=dtype
    )
    return values


def covered_share(found: Sequence[Polygon], grid: Grid) -> NDArray[np.float32]:
    """Return the share of each cell under the polygons, counted on a finer raster."""
    split = _FINE if grid.ny * grid.nx <= _FINE_CELLS else _COARSE
    fine = Grid(
        grid.ny * split, grid.nx * split, grid.cell_m / split, grid.west_m, grid.north_m, grid.crs
    )
    marks = marked(((one.geometry(), 1) for one in found), fine)
    count = marks.reshape(grid.ny, split, grid.nx, split).sum(axis=(1, 3), dtype=np.uint16)
    share: NDArray[np.float32] = (count / (split * split)).astype(np.float32)
    return share
