"""The ground that an earthquake shakes: blocks of cells, each with its soil."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.core.errors import SimError
from sim.core.words import said
from sim.hazards.earthquake_params import EarthquakeParams
from sim.hazards.ground_motion import VS30_M_PER_S
from sim.hazards.ground_motion_field import torus_side
from sim.world.grid import Grid
from sim.world.layers import LAND_CLASSES
from sim.world.world import World

Floats = NDArray[np.float64]

#: most cells a side of the ground, and of the torus of its fields
_MOST_CELLS: Final = 256
_MOST_OF_TORUS: Final = 1200


class EarthquakePlaceError(SimError):
    """An earthquake lies where its law or the map does not reach."""


@dataclass(frozen=True)
class Sites:
    """Square blocks of the map's cells, each with one soil and one shaking.

    Attributes
    ----------
    grid : Grid
        Of the map.
    block : int
        Cells a side of a block.
    shape : (int, int)
        Rows and columns of blocks.
    x_m, y_m, vs30_m_per_s : (rows * columns,) float64
    """

    grid: Grid
    block: int
    shape: tuple[int, int]
    x_m: Floats
    y_m: Floats
    vs30_m_per_s: Floats

    @property
    def side_m(self) -> float:
        """Side of a block."""
        return self.block * self.grid.cell_m

    def at(self, x_m: ArrayLike, y_m: ArrayLike) -> NDArray[np.int32]:
        """Return the block of places; those outside the map count to its edge."""
        west, _, _, north = self.grid.bounds_m
        column = np.floor((np.asarray(x_m) - west) / self.side_m).astype(np.int32)
        row = np.floor((north - np.asarray(y_m)) / self.side_m).astype(np.int32)
        column = np.clip(column, 0, self.shape[1] - 1)
        row = np.clip(row, 0, self.shape[0] - 1)
        return np.asarray(row * self.shape[1] + column, np.int32)

    def on_grid(self, values: Floats) -> NDArray[np.float32]:
        """Return values of blocks as a layer of the map."""
        coarse = values.astype(np.float32).reshape(self.shape)
        fine = coarse.repeat(self.block, axis=0).repeat(self.block, axis=1)
        return np.ascontiguousarray(fine[: self.grid.ny, : self.grid.nx])


def sites_of(world: World, params: EarthquakeParams, ranges_m: tuple[float, ...]) -> Sites:
    """Return the blocks of a world, as fine as the torus of fields of these ranges allows."""
    grid, block = world.grid, 1
    while not _small_enough(grid, block, ranges_m):
        block += 1
    rows, columns = (-(-n // block) for n in grid.shape)
    side_m = block * grid.cell_m
    west, _, _, north = grid.bounds_m
    x_m = west + (np.arange(columns) + 0.5) * side_m
    y_m = north - (np.arange(rows) + 0.5) * side_m
    east, up = np.meshgrid(x_m, y_m)
    vs30 = _block_means(np.log(_vs30(world, params)), block)
    return Sites(grid, block, (rows, columns), east.ravel(), up.ravel(), np.exp(vs30).ravel())


def _small_enough(grid: Grid, block: int, ranges_m: tuple[float, ...]) -> bool:
    shape = (-(-grid.ny // block), -(-grid.nx // block))
    sides = [torus_side(shape, block * grid.cell_m, range_m) for range_m in ranges_m]
    return max(shape) <= _MOST_CELLS and max(sides) <= _MOST_OF_TORUS


def _vs30(world: World, params: EarthquakeParams) -> Floats:
    """Return the soil of every cell: the map's own layer, or by class of land."""
    layer: NDArray[Any] | None = world.layers.get("vs30_m_per_s")
    if layer is not None:
        low, high = VS30_M_PER_S
        wrong = ~((layer >= low) & (layer <= high))
        if wrong.any():
            found = f"{float(layer[wrong][0]):g}"
            says = said("earthquake.bad_vs30", id=params.id, found=found, low=low, high=high)
            raise EarthquakePlaceError(says)
        return layer.astype(np.float64)
    by_land = np.full(len(LAND_CLASSES), params.vs30)
    for soil in params.soils:
        by_land[LAND_CLASSES.index(soil.land)] = soil.vs30
    return np.asarray(by_land[world.layers["land"]])


def _block_means(values: Floats, block: int) -> Floats:
    """Return the means of square blocks; those at the edge may be smaller."""
    rows, columns = (np.arange(0, n, block) for n in values.shape)
    sums = np.add.reduceat(np.add.reduceat(values, rows, axis=0), columns, axis=1)
    ny, nx = (
        np.diff(np.append(at, n)) for at, n in zip((rows, columns), values.shape, strict=True)
    )
    return np.asarray(sums / (ny[:, None] * nx))
