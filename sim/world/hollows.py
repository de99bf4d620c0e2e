"""Streets that lie below the mean ground of their cell: water stands in an underpass first.

A cell has one ground level, and an underpass is narrower than most cells. Its ground is the mean
over the cell, so that it holds as much water as the underpass does; how deep the water stands on
the street follows from how that volume lies: the share of the cell that the underpass takes fills
first, then all of it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.world.world import World

Floats = NDArray[np.float64]


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
        self.cells = np.flatnonzero(self._drop_m > 0)

    def drop_m(self, cells: NDArray[np.int64]) -> Floats:
        """Return how far the streets of cells lie below their ground."""
        drop_m: Floats = self._drop_m[cells]
        return drop_m

    def on_streets_m(self, depth_m: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return how deep water stands on the streets of cells: (ny, nx), not to be written into.

        With a share s of the cell below the rest by d / (1 - s), where d is the drop, water of mean
        depth h stands h / s deep until it spreads over all of the cell, then h + d.
        """
        if len(self.cells) == 0:
            return depth_m
        street_m: NDArray[np.float32] = depth_m.copy()
        flat, held_m = street_m.reshape(-1), depth_m.reshape(-1)[self.cells].astype(np.float64)
        share, drop_m = self._share[self.cells], self._drop_m[self.cells]
        flat[self.cells] = np.minimum(held_m / share, held_m + drop_m)
        return street_m

    def held_m(self, cell: int, street_m: ArrayLike) -> Floats:
        """Return the mean depth in a cell with water so deep on its street."""
        street = np.asarray(street_m, np.float64)
        return np.asarray(np.maximum(street * self._share[cell], street - self._drop_m[cell]))
