"""Which cells need work: tiles wake when water comes, and sleep when it is gone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.kernels.compile import steady_kernel
from sim.kernels.flood import F8, I4, I8, TILE_COLUMNS, TILE_ROWS

#: steps a tile stays awake after its last water: one that writes zero flows into each buffer
_COOLING = np.int8(3)
#: rows of a tile's measure: deepest cell of the tile, then of its rims
DEEPEST, WEST, EAST, NORTH, SOUTH = range(5)
Heat = NDArray[np.int8]


@steady_kernel
def _deepest(bits: I8) -> np.int64:
    most = np.int64(0)
    least = np.int64(0)
    for k in range(bits.size):
        most = max(most, bits[k])
        least = min(least, bits[k])
    return most if least >= 0 else least


@steady_kernel
def measure(
    spans: I4, first: int, last: int, ny: int, nx: int, bits: I8, measures: I8, negative: I8
) -> int:
    """Measure the spans' tiles and list cells below zero; return how many there are.

    Parameters
    ----------
    bits : int64
        The padded depths seen as integers: for depths of zero and more the order is the same, and
        maxima of integers vectorise.
    measures : (5, tile rows, tile columns) int64
        Deepest cell of each tile and of its four rims, written; depths seen as integers.
    negative : (m,) int64
        Flat padded indices, written; counting goes on when it is full.
    """
    found = 0
    for s in range(first, last):
        row = spans[s, 0]
        top = row * TILE_ROWS + 1
        bottom = min(top + TILE_ROWS, ny + 1)
        first_tile = (spans[s, 1] - 1) // TILE_COLUMNS
        for column in range(first_tile, (spans[s, 2] - 2) // TILE_COLUMNS + 1):
            a = column * TILE_COLUMNS + 1
            b = min(a + TILE_COLUMNS, nx + 1)
            deepest = west = east = north = south = np.int64(0)
            for i in range(top, bottom):
                most = _deepest(bits[i, a:b])
                if most < 0:
                    for j in range(a, b):
                        if bits[i, j] < 0:
                            if found < negative.size:
                                negative[found] = i * bits.shape[1] + j
                            found += 1
                    most = np.int64(0)
                if i == top:
                    north = most
                south = most
                deepest = max(deepest, most)
                west = max(west, bits[i, a])
                east = max(east, bits[i, b - 1])
            measures[DEEPEST, row, column] = deepest
            measures[WEST, row, column] = west
            measures[EAST, row, column] = east
            measures[NORTH, row, column] = north
            measures[SOUTH, row, column] = south
    return found


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
