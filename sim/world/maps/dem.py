"""Elevation from a real raster (DEM), brought to a map's grid and checked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.enums import Resampling
from rasterio.errors import CRSError
from rasterio.warp import reproject, transform_bounds
from scipy import ndimage

from sim.core.errors import SimError
from sim.core.files import sha256_of
from sim.core.words import said
from sim.scenario.parameters import parameter
from sim.world.geofiles import LOCAL, fault, opened_raster, transform_of
from sim.world.grid import Grid
from sim.world.layers import LAND_CLASSES, Layers
from sim.world.maps.osm_areas import marked
from sim.world.tables import WATER_KINDS
from sim.world.world import World

#: dry land on Earth lies between the Dead Sea and Everest; sea floors are left to charts
_LOWEST_M: Final = -500.0
_HIGHEST_M: Final = 9000.0
_MIN_OVERLAP: Final = 1e-9


class SchematicMapError(SimError):
    """A real raster is to go onto a map that lies nowhere on Earth."""


@dataclass(frozen=True, eq=False)
class Elevation:
    """Ground level on a map's grid.

    Attributes
    ----------
    ground_m : (ny, nx) float32
    filled_share : float
        Share of cells that the raster did not cover and their nearest neighbour filled.
    provenance : dict
        File, hash, system, cell side.
    """

    ground_m: NDArray[np.float32]
    filled_share: float
    provenance: dict[str, Any]


def read_dem(path: Path, grid: Grid) -> Elevation:
    """Return a DEM on a map's grid: averaged when it is finer, bilinear when it is coarser.

    Raises
    ------
    InputError
        When the file is no GeoTIFF, too large, has no system of coordinates, lies elsewhere,
        leaves too many cells without a value, or holds what cannot be metres above the sea.
    SchematicMapError
        When the map lies nowhere on Earth.
    """
    if grid.crs == LOCAL:
        raise SchematicMapError(said("map_file.schematic"))
    with opened_raster(path) as raster:
        if np.dtype(raster.dtypes[0]).kind not in "iuf":
            raise fault(path, said("map_file.not_numbers", found=raster.dtypes[0]))
        if raster.crs is None:
            raise fault(path, said("map_file.no_crs"))
        _check_place(path, raster, grid)
        ground_m = _warped(raster, grid)
        provenance = {
            "source": "DEM",
            "file": path.name,
            "sha256": sha256_of(path),
            "crs": raster.crs.to_string(),
            "cells": list(raster.shape),
            "rasterio": rasterio.__version__,
        }
    gap = ~np.isfinite(ground_m)
    share = float(gap.mean())
    limit = parameter("osm.max_dem_gap").si
    if share > limit:
        says = said("map_file.gaps", share=f"{share:.1%}", limit=f"{limit:.0%}")
        raise fault(path, says)
    _check_range(path, ground_m[~gap])
    if gap.any():
        nearest = ndimage.distance_transform_edt(gap, return_distances=False, return_indices=True)
        ground_m = ground_m[tuple(nearest)]
    return Elevation(ground_m, share, provenance | {"filled_share": round(share, 6)})


def _check_place(path: Path, raster: Any, grid: Grid) -> None:
    try:
        west, south, east, north = transform_bounds(raster.crs, grid.crs, *raster.bounds)
    except CRSError as error:
        raise fault(path, said("map_file.bad_crs", error=error)) from None
    low_x, low_y, high_x, high_y = grid.bounds_m
    overlap_x = min(east, high_x) - max(west, low_x)
    overlap_y = min(north, high_y) - max(south, low_y)
    if not (overlap_x > _MIN_OVERLAP and overlap_y > _MIN_OVERLAP):
        found = f"{west:.0f}, {south:.0f}, {east:.0f}, {north:.0f} m in {grid.crs}"
        at = f"{low_x:.0f}, {low_y:.0f}, {high_x:.0f}, {high_y:.0f}"
        raise fault(path, said("map_file.elsewhere", found=found, map=at))


def _warped(raster: Any, grid: Grid) -> NDArray[np.float32]:
    """Return the first band on the grid; NaN where it has no value."""
    ground_m = np.full(grid.shape, np.nan, dtype=np.float32)
    corners = transform_bounds(grid.crs, raster.crs, *grid.bounds_m)
    cells_x = (corners[2] - corners[0]) / abs(raster.transform.a)
    cells_y = (corners[3] - corners[1]) / abs(raster.transform.e)
    finer = cells_x > grid.nx and cells_y > grid.ny
    reproject(
        rasterio.band(raster, 1),
        ground_m,
        dst_transform=transform_of(grid),
        dst_crs=grid.crs,
        dst_nodata=np.nan,
        src_nodata=raster.nodata,
        resampling=Resampling.average if finer else Resampling.bilinear,
    )
    return ground_m


def _check_range(path: Path, ground_m: NDArray[np.float32]) -> None:
    low, high = float(ground_m.min()), float(ground_m.max())
    if low < _LOWEST_M or high > _HIGHEST_M:
        bounds = {"lowest": f"{_LOWEST_M:g}", "highest": f"{_HIGHEST_M:g}"}
        raise fault(path, said("map_file.not_metres", low=f"{low:g}", high=f"{high:g}", **bounds))


def with_dem(world: World, path: Path) -> tuple[World, float]:
    """Return the world on real ground, and the share of cells that had to be filled.

    A DEM shows the surface of a river; its bed is cut in below, as deep as `Waters` says.
    """
    elevation = read_dem(path, world.grid)
    layers = Layers(world.grid)
    for name, values in world.layers.items():
        layers.write(name, values)
    layers.write("elevation_m", elevation.ground_m - _beds_m(world))
    provenance = world.provenance | {"elevation": elevation.provenance}
    return replace(world, layers=layers, provenance=provenance), elevation.filled_share


def _beds_m(world: World) -> NDArray[np.float32]:
    """Return how far the bed of rivers and canals lies below their surface; 0 elsewhere."""
    flowing = np.isin(world.waters.kind, [WATER_KINDS.index(kind) for kind in ("river", "canal")])
    shapes = [
        ({"type": "Polygon", "coordinates": [world.water_shapes.points_m(row)]},
         float(world.waters.bed_depth_m[row]))
        for row in np.flatnonzero(flowing).tolist()
    ]  # fmt: skip
    beds_m = marked(shapes, world.grid, dtype="float32")
    water = world.layers["land"] == LAND_CLASSES.index("water")
    return np.where(water, beds_m, np.float32(0.0))
