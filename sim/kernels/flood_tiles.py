"""Which cells need work: tiles wake when water comes, and sleep when it is gone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.kernels.compile import steady_kernel
from sim.kernels.flood import F8, I4, TILE_COLUMNS
from sim.kernels.flood_sweep import DEEPEST, EAST, NORTH, SOUTH, WEST

#: steps a tile stays awake after its last water: one that writes zero flows into each buffer
_COOLING = np.int8(3)

#: steps left awake, a tile
Heat = NDArray[np.int8]


@steady_kernel
def wake(
    measures: F8, pinned: Heat, heat: Heat, film_m: float, everything: bool, nx: int,
    spans: I4,
) -> tuple[int, int, float]:  # fmt: skip
    """List spans of awake tiles; return how many spans, tiles, and the deepest water (m).

    A tile wakes when one of its cells, or a cell of a neighbour's rim beside it, is deeper than
    the film; it falls asleep after its flows have been zero in both buffers.
    """
    n = 0
    n_tiles = 0
    deepest = 0.0
    rows, columns = heat.shape
    for r in range(rows):
        start = -1
        for c in range(columns):
            deepest = max(deepest, measures[DEEPEST, r, c])
            awake = (
                everything
                or pinned[r, c] > 0
                or measures[DEEPEST, r, c] > film_m
                or (c > 0 and measures[EAST, r, c - 1] > film_m)
                or (c + 1 < columns and measures[WEST, r, c + 1] > film_m)
                or (r > 0 and measures[SOUTH, r - 1, c] > film_m)
                or (r + 1 < rows and measures[NORTH, r + 1, c] > film_m)
            )
            heat[r, c] = _COOLING if awake else max(heat[r, c] - 1, 0)
            if heat[r, c] > 0:
                n_tiles += 1
                if start < 0:
                    start = c
            if start >= 0 and (heat[r, c] == 0 or c + 1 == columns):
                end = c if heat[r, c] == 0 else c + 1
                spans[n, 0] = r
                spans[n, 1] = start * TILE_COLUMNS + 1
                spans[n, 2] = min(end * TILE_COLUMNS, nx) + 1
                n += 1
                start = -1
    return n, n_tiles, deepest
