"""One step over spans of awake cells: flows, then depths, a tile row behind each other.

Depths follow one tile row behind the flows, so that both work on what the cache still holds; the
new flows of a row need the old depths of the row above it, and no more.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.kernels.compile import steady_kernel
from sim.kernels.flood import F4, F8, I4, I8, TILE_COLUMNS, TILE_ROWS, flows_of_span

#: rows of a tile's measure: deepest cell of the tile, then of its rims
DEEPEST, WEST, EAST, NORTH, SOUTH = range(5)
#: relative margin that survives rounding a scaled flow to float32
_FLOAT32_STEPS: Final = 3e-7


@steady_kernel
def _balance(depth_m: F8, q: F4, q_next: F4, q_north: F4, q_south: F4, dt_over_dx: float) -> None:
    for k in range(depth_m.size):
        gain = (np.float64(q[k]) - np.float64(q_next[k])) + (
            np.float64(q_north[k]) - np.float64(q_south[k])
        )
        depth_m[k] += dt_over_dx * gain


@steady_kernel
def _deepest(bits: I8) -> np.int64:
    most = np.int64(0)
    least = np.int64(0)
    for k in range(bits.size):
        most = max(most, bits[k])
        least = min(least, bits[k])
    return most if least >= 0 else least


@steady_kernel
def _measure_row(
    i: int, first: bool, row: int, a: int, b: int, bits: I8, measures: I8, negative: I8, found: int
) -> int:
    """Take one row of cells into the measures of its tiles, list cells below zero."""
    for left in range(a, b, TILE_COLUMNS):
        right = min(left + TILE_COLUMNS, b)
        column = (left - 1) // TILE_COLUMNS
        most = _deepest(bits[i, left:right])
        if most < 0:
            most = np.int64(0)
            for j in range(left, right):
                most = max(most, bits[i, j])
                if bits[i, j] < 0:
                    if found < negative.size:
                        negative[found] = i * bits.shape[1] + j
                    found += 1
        west, east = max(bits[i, left], 0), max(bits[i, right - 1], 0)
        if first:
            measures[NORTH, row, column] = most
            measures[DEEPEST, row, column] = most
            measures[WEST, row, column] = west
            measures[EAST, row, column] = east
        else:
            measures[DEEPEST, row, column] = max(measures[DEEPEST, row, column], most)
            measures[WEST, row, column] = max(measures[WEST, row, column], west)
            measures[EAST, row, column] = max(measures[EAST, row, column], east)
        measures[SOUTH, row, column] = most
    return found


@steady_kernel
def measure(spans: I4, first: int, last: int, ny: int, bits: I8, measures: I8, negative: I8) -> int:
    """Measure the spans' tiles and list cells below zero; return how many there are.

    Parameters
    ----------
    spans : (n, 3) int32
        Tile row, first and last + 1 padded column; ``first`` to ``last`` - 1 are done.
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
        row, a, b = spans[s, 0], spans[s, 1], spans[s, 2]
        top = row * TILE_ROWS + 1
        for i in range(top, min(top + TILE_ROWS, ny + 1)):
            found = _measure_row(i, i == top, row, a, b, bits, measures, negative, found)
    return found


@steady_kernel
def new_depths(
    spans: I4, first: int, last: int, ny: int, depth_m: F8, bits: I8, q_new: F4,
    dt_over_dx: float, measures: I8, negative: I8, found: int,
) -> int:  # fmt: skip
    """Add the flows over all four faces to the spans' depths and measure them.

    Depths may go below zero; those cells are appended to ``negative`` behind the first ``found``,
    and the new count is returned.
    """
    for s in range(first, last):
        row, a, b = spans[s, 0], spans[s, 1], spans[s, 2]
        top = row * TILE_ROWS + 1
        for i in range(top, min(top + TILE_ROWS, ny + 1)):
            _balance(
                depth_m[i, a:b], q_new[0, i, a:b], q_new[0, i, a + 1 : b + 1],
                q_new[1, i, a:b], q_new[1, i + 1, a:b], dt_over_dx,
            )  # fmt: skip
            found = _measure_row(i, i == top, row, a, b, bits, measures, negative, found)
    return found


@steady_kernel
def sweep(
    spans: I4, first: int, last: int, ny: int, depth_m: F8, bits: I8, z: F8, gn2: F4,
    q_old: F4, q_new: F4, forced_first: I8, forced_faces: I8, forced_q: F4,
    film_m: np.float32, theta: np.float32, adaptive: np.float32,
    dt_s: float, dt_over_dx: float, measures: I8, negative: I8,
) -> tuple[int, int]:  # fmt: skip
    """Write new flows over the faces of the spans, and new depths except in the last tile row.

    That row waits for the faces below it: `new_depths` does it when they are known.

    Parameters
    ----------
    forced_first, forced_faces, forced_q
        Flows that have a law of their own: those of tile row r are ``forced_first[r]`` to
        ``forced_first[r + 1]`` - 1; flat indices into ``q_new``, m2/s.

    Returns
    -------
    tuple of int
        The first span that waits; how many cells are below zero.
    """
    here = np.empty(depth_m.shape[1], dtype=np.float64)
    above = np.empty(depth_m.shape[1], dtype=np.float64)
    drop = np.empty(depth_m.shape[1], dtype=np.float32)
    deep = np.empty(depth_m.shape[1], dtype=np.float32)
    flat = q_new.ravel()
    done = first
    found = 0
    s = first
    while s < last:
        row = spans[s, 0]
        start = s
        while s < last and spans[s, 0] == row:
            flows_of_span(
                row, spans[s, 1], spans[s, 2], ny, depth_m, z, gn2, q_old, q_new, film_m, theta,
                adaptive, np.float32(dt_s), np.float32(dt_over_dx), here, above, drop, deep,
            )  # fmt: skip
            s += 1
        for k in range(forced_first[row], forced_first[row + 1]):
            flat[forced_faces[k]] = forced_q[k]
        found = new_depths(
            spans, done, start, ny, depth_m, bits, q_new, dt_over_dx, measures, negative, found
        )
        done = start
    return done, found


@steady_kernel
def _face_of(side: int, i: int, j: int) -> tuple[int, int, int, float]:
    """Return axis and place of face 0 west, 1 east, 2 north, 3 south, and outflow's sign."""
    return side // 2, i + (side == 3), j + (side == 1), 1.0 if side % 2 else -1.0


@steady_kernel
def repaired(cells: I8, n: int, depth_m: F8, q_new: F4, dt_over_dx: float) -> int:
    """Let no cell give more than it had: scale the outflows of negative cells, and return how many.

    What is not given is handed back by the receiving neighbour, which joins the queue when that
    leaves it short; so mass is exact, and since a cell held no less than zero before its outflows
    the queue runs dry with every depth at or above zero.

    Parameters
    ----------
    cells : (m,) int64
        Flat padded indices of negative cells, ``n`` of them; longer than ``n``: the queue's ring.
    """
    ny, nx, width = depth_m.shape[0] - 3, depth_m.shape[1] - 3, depth_m.shape[1]
    done = 0
    while n > 0:
        i, j = divmod(cells[done % cells.size], width)
        done += 1
        n -= 1
        short = -depth_m[i, j]
        out = 0.0
        for side in range(4):
            axis, fi, fj, sign = _face_of(side, i, j)
            out += dt_over_dx * max(0.0, sign * np.float64(q_new[axis, fi, fj]))
        if short > 0.0 and out > 0.0:
            keep = max(0.0, 1.0 - short / out - _FLOAT32_STEPS)
            for side in range(4):
                axis, fi, fj, sign = _face_of(side, i, j)
                flow = sign * np.float64(q_new[axis, fi, fj])
                if flow > 0.0:
                    q_new[axis, fi, fj] = np.float32(sign * flow * keep)
                    back = dt_over_dx * (flow - sign * np.float64(q_new[axis, fi, fj]))
                    oi, oj = i + (side == 3) - (side == 2), j + (side == 1) - (side == 0)
                    depth_m[i, j] += back
                    if oi in (0, ny + 1) or oj in (0, nx + 1):
                        continue  # it had left the map
                    depth_m[oi, oj] -= back
                    if depth_m[oi, oj] < 0.0:
                        cells[(done + n) % cells.size] = oi * width + oj
                        n += 1
        # what may be left below zero is the rounding of these sums, or minus zero
        depth_m[i, j] = max(0.0, abs(depth_m[i, j]) if depth_m[i, j] == 0.0 else depth_m[i, j])
    return done
