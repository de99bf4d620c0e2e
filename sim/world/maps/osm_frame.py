"""The metric frame of an imported map: a UTM zone and the largest upright rectangle in the box."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.core.errors import SimError
from sim.core.words import said
from sim.scenario.rasters import MAX_CELLS
from sim.world.geofiles import WGS84, project
from sim.world.grid import Grid
from sim.world.maps.osm_read import Box

#: UTM is defined between these parallels
_UTM_LATITUDES: Final = (-80.0, 84.0)
_POINTS_AN_EDGE: Final = 33
_FEWEST_CELLS: Final = 4


class MapExtentError(SimError):
    """The box of a map is too small, too large, or not on Earth."""


def utm_crs(lon: float, lat: float) -> str:
    """Return the EPSG code of the UTM zone of a place: 326xx in the north, 327xx in the south."""
    zone = min(int((lon + 180.0) // 6.0), 59) + 1
    return f"EPSG:{(32600 if lat >= 0 else 32700) + zone}"


def metric_grid(box: Box, cell_m: float) -> Grid:
    """Return the grid of a box in degrees.

    A box in degrees is a slightly turned and bent quadrangle in metres. The grid is the largest
    upright rectangle in it, on whole multiples of the cell side, so every cell has data.

    Raises
    ------
    MapExtentError
        When the box is not on Earth, or its grid has too few or too many cells.
    """
    west, south, east, north = box
    if not (-180 <= west < east <= 180 and _UTM_LATITUDES[0] <= south < north <= _UTM_LATITUDES[1]):
        found = f"{west},{south},{east},{north}"
        raise MapExtentError(said("map_file.box", box=found, latitudes=_UTM_LATITUDES))
    crs = utm_crs((west + east) / 2, (south + north) / 2)
    low_x, high_x, low_y, high_y = _inner_rectangle(box, crs)
    first_x, last_x = np.ceil(low_x / cell_m), np.floor(high_x / cell_m)
    first_y, last_y = np.ceil(low_y / cell_m), np.floor(high_y / cell_m)
    nx, ny = int(last_x - first_x), int(last_y - first_y)
    found_cells = {"ny": ny, "nx": nx, "cell": f"{cell_m:g}"}
    if min(nx, ny) < _FEWEST_CELLS:
        raise MapExtentError(said("map_file.too_small", **found_cells))
    if nx * ny > MAX_CELLS:
        enough_m = np.ceil(cell_m * np.sqrt(nx * ny / MAX_CELLS))
        limits = {"most": f"{MAX_CELLS:,}", "enough": f"{enough_m:.0f}"}
        raise MapExtentError(said("map_file.too_many", **found_cells, **limits))
    return Grid(ny, nx, cell_m, float(first_x * cell_m), float(last_y * cell_m), crs)


def _inner_rectangle(box: Box, crs: str) -> tuple[float, float, float, float]:
    west, south, east, north = box
    along: NDArray[np.float64] = np.linspace(0.0, 1.0, _POINTS_AN_EDGE)
    lon, lat = west + (east - west) * along, south + (north - south) * along
    west_x, _ = project(np.full_like(along, west), lat, WGS84, crs)
    east_x, _ = project(np.full_like(along, east), lat, WGS84, crs)
    _, south_y = project(lon, np.full_like(along, south), WGS84, crs)
    _, north_y = project(lon, np.full_like(along, north), WGS84, crs)
    return float(west_x.max()), float(east_x.min()), float(south_y.max()), float(north_y.min())
