"""Which cells need work, and how often: tiles wake when water comes, deep ones take short steps."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.kernels.compile import row_kernel, steady_kernel
from sim.kernels.flood import F4, F8, I4, I8, TILE, U8
from sim.kernels.flood_sweep import DEEPEST, EAST, NORTH, SOUTH, WEST, Small

Bits = NDArray[np.uint64]
#: rows or columns along a tile's sides whose water matters to its neighbours: farther than a wave
#: runs in the steps between two settings of levels (4.8 cells in 8 steps)
NEAR: Final = 5
_SIGN: Final = np.uint64(1 << 63)
#: steps that an awake tile takes before it may sleep; the last writes flows of zero
_WARM: Final = np.int8(2)


@row_kernel
def _most(most: Bits, bits: Bits, top: int, bottom: int, width: int, a: int, b: int) -> None:
    """Find the greatest of lines ``top`` to ``bottom`` - 1 in each column from ``a`` to ``b``."""
    for k in range(U8(a), U8(b)):
        most[k] = 0
    for i in range(top, bottom):
        cell = U8(i * width)
        for k in range(U8(a), U8(b)):
            most[k] = max(most[k], bits[cell + k])


@steady_kernel
def _list_negative(
    top: int, bottom: int, a: int, b: int, width: int, bits: Bits, negative: I8, found: int
) -> int:
    for i in range(top, bottom):
        for cell in range(i * width + a, i * width + b):
            if bits[cell] >= _SIGN:
                if found < negative.size:
                    negative[found] = cell
                found += 1
    return found


@steady_kernel
def _reduce(
    north: Bits, middle: Bits, south: Bits, o: int, n: int, row: int, column: int, measures: Bits
) -> np.uint64:
    """Write one tile's measures from the maxima of its columns in three bands of rows."""
    up = down = west = east = deepest = np.uint64(0)
    for k in range(n):
        most = max(north[o + k], middle[o + k], south[o + k])
        up, down, deepest = max(up, north[o + k]), max(down, south[o + k]), max(deepest, most)
        if k < NEAR:
            west = max(west, most)
        if k >= n - NEAR:
            east = max(east, most)
    measures[DEEPEST, row, column] = deepest
    measures[WEST, row, column] = west
    measures[EAST, row, column] = east
    measures[NORTH, row, column] = up
    measures[SOUTH, row, column] = down
    return deepest


@steady_kernel
def measure(
    spans: I4, first: int, last: int, ny: int, depths: Bits, measures: Bits, negative: I8
) -> int:
    """Measure the tiles of ``spans[first:last]``, list cells below zero; return how many.

    Parameters
    ----------
    spans : (n, 4) int32
        Tile row, first and last + 1 padded column, level (not used).
    depths : uint64
        The padded depths seen as integers: for depths of zero and more the order is the same,
        those below zero are greater than all, and maxima of integers vectorise.
    measures : (5, tile rows, tile columns) uint64
        Deepest cell of each tile, and of the `NEAR` rows or columns along its sides; written, as
        integers. Those of a tile with negative cells are wrong until they are mended.
    negative : (m,) int64
        Flat padded indices, written; counting goes on when it is full.
    """
    width = depths.shape[1]
    bits = depths.ravel()
    north = np.empty(width, np.uint64)
    middle = np.empty(width, np.uint64)
    south = np.empty(width, np.uint64)
    found = 0
    for s in range(first, last):
        row, a, b = spans[s, 0], spans[s, 1], spans[s, 2]
        top = row * TILE + 1
        bottom = min(top + TILE, ny + 1)
        _most(north, bits, top, min(top + NEAR, bottom), width, a, b)
        _most(middle, bits, top + NEAR, bottom - NEAR, width, a, b)
        _most(south, bits, max(bottom - NEAR, top), bottom, width, a, b)
        for left in range(a, b, TILE):
            right = min(left + TILE, b)
            column = (left - 1) // TILE
            most = _reduce(north, middle, south, left, right - left, row, column, measures)
            if most >= _SIGN:
                found = _list_negative(top, bottom, left, right, width, bits, negative, found)
    return found


@steady_kernel
def list_spans(chosen: Small, nx: int, spans: I4) -> int:
    """Write runs of tiles that are chosen (not negative) with equal values; return how many.

    The value goes into the span's fourth column, its level.
    """
    n = 0
    rows, columns = chosen.shape
    for r in range(rows):
        start = 0
        for c in range(1, columns + 1):
            if c < columns and chosen[r, c] == chosen[r, start]:
                continue
            if chosen[r, start] >= 0:
                spans[n, 0] = r
                spans[n, 1] = start * TILE + 1
                spans[n, 2] = min(c * TILE, nx) + 1
                spans[n, 3] = chosen[r, start]
                n += 1
            start = c
    return n


@steady_kernel
def deeper_than(measures: F8, least_m: float, chosen: Small) -> float:
    """Choose the tiles with water deeper than ``least_m``; return the deepest of all (m)."""
    deepest = 0.0
    rows, columns = chosen.shape
    for r in range(rows):
        for c in range(columns):
            deepest = max(deepest, measures[DEEPEST, r, c])
            chosen[r, c] = 0 if measures[DEEPEST, r, c] > least_m else -1
    return deepest


@steady_kernel
def set_levels(measures: F8, pinned: Small, film_m: float, reach_m: F8, levels: Small) -> int:
    """Give each tile the longest step its surroundings allow; return the highest level in use.

    Besides its own water that of its neighbours' near rows and columns counts, so that no wave
    reaches it unforeseen before levels are set again; beside sources and borders the level is 0.

    Parameters
    ----------
    reach_m : (n levels,) float64
        Deepest water for which each level is stable; falling.
    """
    highest = 0
    rows, columns = levels.shape
    for r in range(rows):
        for c in range(columns):
            deepest = measures[DEEPEST, r, c]
            if c > 0:
                deepest = max(deepest, measures[EAST, r, c - 1])
            if c + 1 < columns:
                deepest = max(deepest, measures[WEST, r, c + 1])
            if r > 0:
                deepest = max(deepest, measures[SOUTH, r - 1, c])
            if r + 1 < rows:
                deepest = max(deepest, measures[NORTH, r + 1, c])
            level = reach_m.size - 1
            if pinned[max(r - 1, 0) : r + 2, max(c - 1, 0) : c + 2].any():
                level = 0
            while level > 0 and deepest > reach_m[level]:
                level -= 1
            levels[r, c] = level
            if deepest > film_m:
                highest = max(highest, level)
    for r in range(rows):
        for c in range(columns):
            levels[r, c] = min(levels[r, c], highest)
    return highest


@steady_kernel
def find_calm(
    measures: F8, pinned: Small, film_m: float, q: F4, least_q: np.float32, ny: int, nx: int,
    first: int, last: int, calm: Small,
) -> None:  # fmt: skip
    """Mark tiles (1) of rows ``first`` to ``last`` - 1 over whose faces at most ``least_q`` flows.

    In m2/s.
    """
    columns = calm.shape[1]
    for r in range(first, last):
        for c in range(columns):
            calm[r, c] = 0 if pinned[r, c] > 0 else 1
            if calm[r, c] == 0 or measures[DEEPEST, r, c] <= film_m:
                continue
            most = np.float32(0.0)
            for i in range(r * TILE + 1, min(r * TILE + TILE, ny) + 1):
                for j in range(c * TILE + 1, min(c * TILE + TILE, nx) + 1):
                    most = max(most, abs(q[0, i, j]), abs(q[1, i, j]))
                if most > least_q:
                    break
            calm[r, c] = 0 if most > least_q else 1


@steady_kernel
def rest(calm: Small, q: F4, ny: int, nx: int, resting: Small) -> None:
    """Send tiles to rest that are calm among eight calm neighbours; their flows stop."""
    rows, columns = calm.shape
    for r in range(rows):
        for c in range(columns):
            resting[r, c] = 1
            for i in range(max(r - 1, 0), min(r + 2, rows)):
                for j in range(max(c - 1, 0), min(c + 2, columns)):
                    resting[r, c] = min(resting[r, c], calm[i, j])
            if resting[r, c] == 0:
                continue
            top, left = r * TILE + 1, c * TILE + 1
            q[:, top : min(top + TILE, ny + 1), left : min(left + TILE, nx + 1)] = 0.0


@steady_kernel
def choose(
    turn: int, measures: F8, pinned: Small, warmth: Small, levels: Small, resting: Small,
    film_m: float,
    everything: bool, dt_s: float, stepping: Small, touched: Small, step_s: F8,
) -> int:  # fmt: skip
    """Choose the tiles that step in this turn; return how many.

    A tile is awake when one of its cells, or one near it in a neighbour, is deeper than the film;
    it sleeps after a step has found all its flows zero. Of the awake ones those whose level
    divides the turn step now.

    Parameters
    ----------
    stepping : int8
        Level where a tile steps, else -1; written.
    touched : int8
        0 where depths may change: tiles that step and their western and northern neighbours,
        whose faces they own; else -1; written.
    step_s : float64
        Length of each tile's step, 0 where it rests; written.
    """
    n = 0
    rows, columns = levels.shape
    touched[:] = -1
    for r in range(rows):
        for c in range(columns):
            stepping[r, c] = -1
            step_s[r, c] = 0.0
            if turn % (1 << levels[r, c]) != 0 or resting[r, c] > 0:
                continue
            awake = (
                everything
                or pinned[r, c] > 0
                or measures[DEEPEST, r, c] > film_m
                or (c > 0 and measures[EAST, r, c - 1] > film_m)
                or (c + 1 < columns and measures[WEST, r, c + 1] > film_m)
                or (r > 0 and measures[SOUTH, r - 1, c] > film_m)
                or (r + 1 < rows and measures[NORTH, r + 1, c] > film_m)
            )
            warmth[r, c] = _WARM if awake else max(warmth[r, c] - 1, 0)
            if warmth[r, c] == 0:
                continue
            n += 1
            stepping[r, c] = levels[r, c]
            step_s[r, c] = dt_s * (1 << levels[r, c])
            touched[r, c] = 0
            if c > 0:
                touched[r, c - 1] = 0
            if r > 0:
                touched[r - 1, c] = 0
    return n
