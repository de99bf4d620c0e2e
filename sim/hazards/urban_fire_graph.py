"""Which buildings of a town can set each other alight."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.kernels.urban_fire_graph import near_pairs, rows_of_pairs, unscreened
from sim.world.table import Shapes

Floats = NDArray[np.float64]

#: side of a bin, in reaches; about ten houses each in a dense town
_BIN_REACHES: Final = 2.5
#: bins a building at most, so that a few farms in a wide county need no more
_BINS_A_BUILDING: Final = 4


@dataclass(frozen=True, eq=False)
class Graph:
    """Neighbours of each building, both ways.

    Attributes
    ----------
    offsets : (n + 1,) int64
        Neighbours of building ``i`` are ``neighbour[offsets[i]:offsets[i + 1]]``.
    neighbour : (edges,) int32
    gap_m : (edges,) float32
        Distance between walls.
    """

    offsets: NDArray[np.int64]
    neighbour: NDArray[np.int32]
    gap_m: NDArray[np.float32]

    @property
    def n_edges(self) -> int:
        """Pairs, counted both ways."""
        return len(self.neighbour)

    def of(self, row: int) -> NDArray[np.int32]:
        """Return the neighbours of one building."""
        return self.neighbour[self.offsets[row] : self.offsets[row + 1]]


def graph_of(
    x_m: Floats,
    y_m: Floats,
    footprint_m2: NDArray[np.floating],
    *,
    reach_m: float,
    outlines: Shapes | None = None,
) -> Graph:
    """Return which buildings stand within ``reach_m`` of each other and see each other.

    Parameters
    ----------
    x_m, y_m : (n,) float64
        Centres.
    footprint_m2 : (n,) float
        Areas; without outlines a building is a square of its area with sides along the axes.
    reach_m : float
        Widest gap between walls.
    outlines : Shapes, optional
        True footprints.
    """
    area_m2 = np.asarray(footprint_m2, dtype=np.float64)
    if len(x_m) == 0:
        none = np.zeros(0)
        return Graph(np.zeros(1, np.int64), none.astype(np.int32), none.astype(np.float32))
    corners, corner_x, corner_y = _corners(outlines)
    boxes_m = _squares(x_m, y_m, area_m2) if len(corners) == 0 else _bounds(outlines)
    pairs = near_pairs(boxes_m, corners, corner_x, corner_y, reach_m, _bin_m(boxes_m, reach_m))
    all_of_them = rows_of_pairs(len(x_m), *pairs)
    return Graph(*unscreened(*all_of_them, x_m, y_m, np.sqrt(area_m2 / math.pi)))


def _corners(outlines: Shapes | None) -> tuple[NDArray[np.int64], Floats, Floats]:
    if outlines is None or outlines.n == 0:
        return np.zeros(0, np.int64), np.zeros(0), np.zeros(0)
    return outlines.offsets, outlines.x_m, outlines.y_m


def _squares(x_m: Floats, y_m: Floats, area_m2: Floats) -> Floats:
    half_m = 0.5 * np.sqrt(area_m2)
    return np.column_stack((x_m - half_m, y_m - half_m, x_m + half_m, y_m + half_m))


def _bounds(outlines: Shapes | None) -> Floats:
    assert outlines is not None
    begins = outlines.offsets[:-1]
    return np.column_stack(
        (
            np.minimum.reduceat(outlines.x_m, begins),
            np.minimum.reduceat(outlines.y_m, begins),
            np.maximum.reduceat(outlines.x_m, begins),
            np.maximum.reduceat(outlines.y_m, begins),
        )
    )


def _bin_m(boxes_m: Floats, reach_m: float) -> float:
    """Return a side of bins that are neither crowded nor mostly empty."""
    east_m = float(boxes_m[:, 2].max() - boxes_m[:, 0].min())
    north_m = float(boxes_m[:, 3].max() - boxes_m[:, 1].min())
    fewest_m = math.sqrt(east_m * north_m / (_BINS_A_BUILDING * len(boxes_m)))
    return max(_BIN_REACHES * reach_m, fewest_m)
