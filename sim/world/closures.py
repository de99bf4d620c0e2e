"""Roads under water close, and open again when it has gone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.kernels.roads import max_over_cells
from sim.world.grid import Grid
from sim.world.table import Shapes
from sim.world.world import World


def edge_cells(
    shapes: Shapes, grid: Grid, on_ground: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the cells that each edge passes, as (offsets, cells).

    Parameters
    ----------
    shapes : Shapes
        Polylines of the edges; sampled every half cell.
    grid : Grid
    on_ground : (n,) bool
        False for bridges, which pass over the water and have no cells.
    """
    starts = np.delete(np.arange(len(shapes.x_m)), shapes.offsets[1:] - 1)
    edge_of_segment = np.repeat(np.arange(shapes.n), np.diff(shapes.offsets) - 1)
    dx_m = shapes.x_m[starts + 1] - shapes.x_m[starts]
    dy_m = shapes.y_m[starts + 1] - shapes.y_m[starts]
    n_samples = np.maximum(1, np.ceil(np.hypot(dx_m, dy_m) / (0.5 * grid.cell_m)).astype(int)) + 1
    segment = np.repeat(np.arange(len(starts)), n_samples)
    first = np.concatenate(([0], np.cumsum(n_samples)[:-1]))
    along = (np.arange(len(segment)) - first[segment]) / (n_samples[segment] - 1)
    cell = grid.cell_of(
        shapes.x_m[starts][segment] + along * dx_m[segment],
        shapes.y_m[starts][segment] + along * dy_m[segment],
    )
    edge = edge_of_segment[segment]
    keep = (cell >= 0) & on_ground[edge]
    pairs = np.unique(np.column_stack((edge[keep], cell[keep])), axis=0)
    offsets = np.searchsorted(pairs[:, 0], np.arange(shapes.n + 1))
    return offsets.astype(np.int64), np.ascontiguousarray(pairs[:, 1])


@dataclass(frozen=True)
class Change:
    """What one look at the water did to the roads; arrays of edge rows."""

    closed: NDArray[np.int64]
    reopened: NDArray[np.int64]


class Closures:
    """Which road edges are closed by water now.

    An edge closes when water anywhere on it reaches ``close_depth_m`` and opens again when all of
    it is at ``reopen_depth_m`` or less; the gap keeps it from flickering.

    Attributes
    ----------
    cells : pair of arrays
        Offsets and flat cells of the edges, as `edge_cells` returns them.
    depth_m, max_depth_m : (n,) float32
        Deepest water on the edge, now and so far.
    closed : (n,) bool
        By water.
    barred : (n,) bool
        By guards and barriers, whatever the water does.
    """

    def __init__(self, world: World, *, close_depth_m: float, reopen_depth_m: float) -> None:
        if not 0 <= reopen_depth_m <= close_depth_m:
            raise ValueError(
                f"reopen_depth_m={reopen_depth_m} must lie in 0..close_depth_m={close_depth_m}"
            )
        self.close_depth_m = close_depth_m
        self.reopen_depth_m = reopen_depth_m
        self.cells = edge_cells(world.road_shapes, world.grid, ~world.roads.bridge)
        self.depth_m = np.zeros(world.roads.n, dtype=np.float32)
        self.max_depth_m = np.zeros(world.roads.n, dtype=np.float32)
        self.closed = np.zeros(world.roads.n, dtype=bool)
        self.barred = np.zeros(world.roads.n, dtype=bool)

    @property
    def shut(self) -> NDArray[np.bool_]:
        """Edges nobody may enter now."""
        return self.closed | self.barred

    def update(self, depth_m: NDArray[np.float32]) -> Change:
        """Look at the water and return which edges closed and which opened again."""
        max_over_cells(*self.cells, depth_m.reshape(-1), self.depth_m)
        np.maximum(self.max_depth_m, self.depth_m, out=self.max_depth_m)
        closing = ~self.closed & (self.depth_m >= self.close_depth_m)
        opening = self.closed & (self.depth_m <= self.reopen_depth_m)
        self.closed ^= closing | opening
        return Change(np.flatnonzero(closing), np.flatnonzero(opening))
