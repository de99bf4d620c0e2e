"""What water on the ground means for road edges."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.kernels.compile import kernel


@kernel
def max_over_cells(
    offsets: NDArray[np.int64],
    cells: NDArray[np.int64],
    same: NDArray[np.int64],
    values: NDArray[np.float32],
    out: NDArray[np.float32],
) -> None:
    """Write each edge's largest value over its cells into ``out``; 0 for an edge without cells.

    Parameters
    ----------
    offsets : (n + 1,) int64
        Cells of edge i are ``cells[offsets[i]:offsets[i + 1]]``.
    cells : (m,) int64
        Flat cell indices.
    same : (n,) int64
        An edge of the same cells that comes no later: the other direction of a street, or itself.
    values : (ny * nx,) float32
        A layer, flattened.
    out : (n,) float32
        Written in place.
    """
    for edge in range(len(offsets) - 1):
        if same[edge] < edge:
            out[edge] = out[same[edge]]
            continue
        largest = np.float32(0.0)
        for k in range(offsets[edge], offsets[edge + 1]):
            largest = max(largest, values[cells[k]])
        out[edge] = largest
