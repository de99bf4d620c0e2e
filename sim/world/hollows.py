"""Streets that lie below the mean ground of their cell: water stands in an underpass first.

A cell has one ground level, and an underpass is narrower than most cells. Its ground is the mean
over the cell, so that it holds as much water as the underpass does. How deep the water stands on
the street follows from how that volume lies: in each cell the share that the underpass takes fills
first, then all of it, and at one level in all cells of an underpass.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from sim.world.world import World

Floats = NDArray[np.float64]
Cells = NDArray[np.int64]
_TOUCHING: Final = np.ones((3, 3), dtype=bool)


class _Underpass(NamedTuple):
    """Cells that touch each other, and the level up to which so much water fills them."""

    cells: Cells
    floor_m: Floats
    held_m: Floats  #: summed over the cells, rising
    level_m: Floats


class Hollows:
    """The cells with an underpass in them.

    Parameters
    ----------
    world : World
        Its layers ``underpass_share`` and ``underpass_drop_m``; without them there are none.
    """

    def __init__(self, world: World) -> None:
        share, drop_m = (world.layers.get(name) for name in ("underpass_share", "underpass_drop_m"))
        if share is None or drop_m is None:
            share, drop_m = np.ones(world.grid.shape), np.zeros(world.grid.shape)
        self._share = share.reshape(-1).astype(np.float64)
        self._drop_m = drop_m.reshape(-1).astype(np.float64)
        self._ground_m = world.layers["elevation_m"].reshape(-1).astype(np.float64)
        number, n = ndimage.label(drop_m > 0, structure=_TOUCHING)
        self._number: Cells = number.reshape(-1).astype(np.int64) - 1
        self._all = [self._filled(np.flatnonzero(self._number == k)) for k in range(n)]

    def _filled(self, cells: Cells) -> _Underpass:
        floor_m = self._ground_m[cells] - self._drop_m[cells]
        full_m = floor_m + self._drop_m[cells] / (1 - self._share[cells])
        level_m = np.sort(np.concatenate((floor_m, full_m, full_m.max(keepdims=True) + 100.0)))
        held_m = self._held_m(cells, level_m[:, None] - floor_m).sum(axis=1)
        return _Underpass(cells, floor_m, held_m, level_m)

    def _held_m(self, cells: Cells, street_m: Floats) -> Floats:
        """Return the mean depth in cells with water so deep on their streets."""
        spread_m = street_m - self._drop_m[cells]
        return np.asarray(np.maximum(np.maximum(street_m * self._share[cells], spread_m), 0.0))

    def drop_m(self, cells: Cells) -> Floats:
        """Return how far the streets of cells lie below their ground."""
        drop_m: Floats = self._drop_m[cells]
        return drop_m

    def on_streets_m(self, depth_m: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return how deep water stands on the streets of cells: (ny, nx), not to be written into.

        With a share s of a cell below the rest by d / (1 - s), where d is the drop, water on its
        street y deep holds ``max(s y, y - d)`` on the mean of the cell.
        """
        if not self._all:
            return depth_m
        street_m: NDArray[np.float32] = depth_m.copy()
        flat, held_m = street_m.reshape(-1), depth_m.reshape(-1)
        for cells, floor_m, upto_m, level_m in self._all:
            level = np.interp(held_m[cells].sum(dtype=np.float64), upto_m, level_m)
            flat[cells] = np.maximum(level - floor_m, 0.0)
        return street_m

    def sump(self, cell: int, street_m: float) -> tuple[int, float]:
        """Return where a pump for a cell draws, and the mean depth there at a depth on the street.

        In an underpass it draws from the lowest cell, whose street is where the depth is meant.
        """
        if self._number[cell] < 0:
            return cell, street_m
        cells = self._all[self._number[cell]].cells
        lowest = cells[[int(np.argmin(self._ground_m[cells]))]]
        return int(lowest[0]), float(self._held_m(lowest, np.array([street_m]))[0])
