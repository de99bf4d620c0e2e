"""The raster all layers share: square cells in metres, row 0 in the north."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class Grid:
    """A north-up raster in one metric coordinate system.

    Attributes
    ----------
    ny, nx : int
        Rows (north to south) and columns (west to east).
    cell_m : float
        Side of a cell.
    west_m, north_m : float
        Coordinates of the outer corner of cell (0, 0).
    crs : str
        ``"EPSG:32651"`` for a real map, ``"LOCAL"`` for a schematic one.
    """

    ny: int
    nx: int
    cell_m: float
    west_m: float = 0.0
    north_m: float = 0.0
    crs: str = "LOCAL"

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return (self.ny, self.nx)

    @property
    def cell_area_m2(self) -> float:
        """Area of a cell."""
        return self.cell_m * self.cell_m

    @property
    def bounds_m(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        east = self.west_m + self.nx * self.cell_m
        return (self.west_m, self.north_m - self.ny * self.cell_m, east, self.north_m)

    def cell_of(self, x_m: ArrayLike, y_m: ArrayLike) -> NDArray[np.int64]:
        """Return flat cell indices (row * nx + column) of points; -1 outside."""
        column = np.floor((np.asarray(x_m) - self.west_m) / self.cell_m).astype(np.int64)
        row = np.floor((self.north_m - np.asarray(y_m)) / self.cell_m).astype(np.int64)
        inside = (row >= 0) & (row < self.ny) & (column >= 0) & (column < self.nx)
        return np.where(inside, row * self.nx + column, -1)

    def centres_m(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return x of the columns (nx,) and y of the rows (ny,)."""
        x_m: NDArray[np.float64] = (
            self.west_m + (np.arange(self.nx, dtype=np.float64) + 0.5) * self.cell_m
        )
        y_m: NDArray[np.float64] = (
            self.north_m - (np.arange(self.ny, dtype=np.float64) + 0.5) * self.cell_m
        )
        return x_m, y_m
