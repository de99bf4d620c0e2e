"""Which cells need work, and how often: tiles wake when water comes, deep ones take short steps."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.kernels.compile import row_kernel, steady_kernel
from sim.kernels.flood import F4, F8, I4, TILE, U8, Small

Bits = NDArray[np.uint64]
#: measures of a tile: deepest cells of its quarters and of the lines along its sides
NORTH_WEST, NORTH_EAST, SOUTH_WEST, SOUTH_EAST, NORTH, SOUTH, WEST, EAST = range(8)
#: rows and columns of a quarter: water that is farther away does not arrive within a round, which
#: has as many steps at most, as a step takes it one cell on
NEAR: Final = TILE // 2
#: lines along a side whose water is deep for the neighbour too: farther than a wave runs in a round
#: (4.8 cells in 8 steps)
RIM: Final = 5
#: all bits of a float32 but its sign
_NO_SIGN: Final = np.int32(0x7FFFFFFF)
#: rounds that an awake tile takes part in before it may sleep; the last writes flows of zero
_WARM: Final = np.int8(2)


@row_kernel
def _by_column(most: Bits, bits: Bits, top: int, ny: int, width: int, a: U8, b: U8) -> None:
    """Find the greatest of each column of a tile row: its rims, its halves, all of it.

    In five lines of ``most``: northern and southern rim, northern and southern half, all.
    """
    room = U8(most.size // 5)
    north, south, upper, lower, all_of_it = U8(0), room, room * U8(2), room * U8(3), room * U8(4)
    for k in range(a, b):
        for o in (north, south, upper, lower):
            most[o + k] = 0
    for j in range(TILE):
        if top + j > ny:
            break
        cell = U8((top + j) * width)
        o = north if j < RIM else upper if j < NEAR else lower if j < TILE - RIM else south
        for k in range(a, b):
            most[o + k] = max(most[o + k], bits[cell + k])
    for k in range(a, b):
        most[upper + k] = max(most[upper + k], most[north + k])
        most[lower + k] = max(most[lower + k], most[south + k])
        most[all_of_it + k] = max(most[upper + k], most[lower + k])


@row_kernel
def _deepest(most: Bits, first: int, n: int) -> np.uint64:
    """Return the greatest of ``n`` numbers from ``first`` on."""
    deepest = np.uint64(0)
    for k in range(n):
        deepest = max(deepest, most[U8(first + k)])
    return deepest


@steady_kernel
def measure(spans: I4, first: int, last: int, ny: int, depths: Bits, measures: Bits) -> None:
    """Measure the tiles of ``spans[first:last]``, none of whose cells is below zero.

    Parameters
    ----------
    spans : (n, 4) int32
        Tile row, first and last + 1 padded column, level (not used).
    depths : uint64
        The padded depths seen as integers: for depths of zero and more the order is the same, and
        maxima of integers vectorise.
    measures : (8, tile rows, tile columns) uint64
        Deepest cell of each quarter of a tile and of `RIM` lines along its sides; written, as
        integers.
    """
    width = depths.shape[1]
    bits = depths.ravel()
    room = width + TILE
    most = np.empty(5 * room, np.uint64)
    north, south, upper, lower, whole = 0, room, 2 * room, 3 * room, 4 * room
    for s in range(first, last):
        row, a, b = spans[s, 0], spans[s, 1], spans[s, 2]
        _by_column(most, bits, row * TILE + 1, ny, width, U8(a), U8(b))
        if (b - a) % TILE > 0:  # beyond the map's last column there is nothing
            for o in range(b, 5 * room, room):
                most[o : o + TILE] = 0
        for left in range(a, b, TILE):
            c, middle = (left - 1) // TILE, left + NEAR
            measures[NORTH_WEST, row, c] = _deepest(most, upper + left, NEAR)
            measures[NORTH_EAST, row, c] = _deepest(most, upper + middle, NEAR)
            measures[SOUTH_WEST, row, c] = _deepest(most, lower + left, NEAR)
            measures[SOUTH_EAST, row, c] = _deepest(most, lower + middle, NEAR)
            measures[NORTH, row, c] = _deepest(most, north + left, TILE)
            measures[SOUTH, row, c] = _deepest(most, south + left, TILE)
            measures[WEST, row, c] = _deepest(most, whole + left, RIM)
            measures[EAST, row, c] = _deepest(most, whole + left + TILE - RIM, RIM)


@steady_kernel
def deepest_of(measures: F8, r: int, c: int) -> float:
    """Return the depth of a tile's deepest cell."""
    deepest: float = max(measures[NORTH_WEST, r, c], measures[NORTH_EAST, r, c])
    for quarter in (SOUTH_WEST, SOUTH_EAST):
        deepest = max(deepest, measures[quarter, r, c])
    return deepest


@steady_kernel
def _arriving(measures: F8, r: int, c: int) -> float:
    """Return the depth of the deepest cell of a tile and of the quarters around it."""
    rows, columns = measures.shape[1:]
    deepest = deepest_of(measures, r, c)
    if c > 0:
        deepest = max(deepest, measures[NORTH_EAST, r, c - 1], measures[SOUTH_EAST, r, c - 1])
    if c + 1 < columns:
        deepest = max(deepest, measures[NORTH_WEST, r, c + 1], measures[SOUTH_WEST, r, c + 1])
    if r > 0:
        deepest = max(deepest, measures[SOUTH_WEST, r - 1, c], measures[SOUTH_EAST, r - 1, c])
    if r + 1 < rows:
        deepest = max(deepest, measures[NORTH_WEST, r + 1, c], measures[NORTH_EAST, r + 1, c])
    if r > 0 and c > 0:
        deepest = max(deepest, measures[SOUTH_EAST, r - 1, c - 1])
    if r > 0 and c + 1 < columns:
        deepest = max(deepest, measures[SOUTH_WEST, r - 1, c + 1])
    if r + 1 < rows and c > 0:
        deepest = max(deepest, measures[NORTH_EAST, r + 1, c - 1])
    if r + 1 < rows and c + 1 < columns:
        deepest = max(deepest, measures[NORTH_WEST, r + 1, c + 1])
    return deepest


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
            here = deepest_of(measures, r, c)
            deepest = max(deepest, here)
            chosen[r, c] = 0 if here > least_m else -1
    return deepest


@steady_kernel
def set_levels(measures: F8, beside: Small, film_m: float, reach_m: F8, levels: Small) -> int:
    """Give each tile the longest step its surroundings allow; return the highest level in use.

    Besides its own water that of its neighbours' rims counts, so that no wave
    reaches it unforeseen before levels are set again.

    Parameters
    ----------
    beside : int8
        1 where the level is 0: at and beside tiles with sources and borders.
    reach_m : (n levels,) float64
        Deepest water for which each level is stable; falling.
    """
    highest = 0
    rows, columns = levels.shape
    for r in range(rows):
        for c in range(columns):
            deepest = deepest_of(measures, r, c)
            if c > 0:
                deepest = max(deepest, measures[EAST, r, c - 1])
            if c + 1 < columns:
                deepest = max(deepest, measures[WEST, r, c + 1])
            if r > 0:
                deepest = max(deepest, measures[SOUTH, r - 1, c])
            if r + 1 < rows:
                deepest = max(deepest, measures[NORTH, r + 1, c])
            level = 0 if beside[r, c] > 0 else reach_m.size - 1
            while level > 0 and deepest > reach_m[level]:
                level -= 1
            levels[r, c] = level
            if deepest > film_m:
                highest = max(highest, level)
    for r in range(rows):
        for c in range(columns):
            levels[r, c] = min(levels[r, c], highest)
    return highest


@row_kernel
def _fastest(
    most: I4, bits: I4, plane: int, top: int, bottom: int, width: int, a: U8, b: U8
) -> None:  # fmt: skip
    """Find the greatest flow of each column of a tile row, without its sign, as an integer."""
    for k in range(a, b):
        most[k] = 0
    for i in range(top, bottom):
        west, north = U8(i * width), U8(plane + i * width)
        for k in range(a, b):
            most[k] = max(most[k], bits[west + k] & _NO_SIGN, bits[north + k] & _NO_SIGN)


@steady_kernel
def find_calm(
    spans: I4, first: int, last: int, q: F4, least_q: np.float32, ny: int, calm: Small
) -> None:  # fmt: skip
    """Take tiles of ``spans[first:last]`` from the calm ones (1) if one of their flows is greater.

    Greater than ``least_q`` (m2/s).
    """
    width = q.shape[2]
    bits, least = q.view(np.int32).ravel(), np.float32(least_q).view(np.int32)
    most = np.empty(width, np.int32)
    for s in range(first, last):
        r, a, b = spans[s, 0], spans[s, 1], spans[s, 2]
        top = r * TILE + 1
        _fastest(most, bits, q[0].size, top, min(top + TILE, ny + 1), width, U8(a), U8(b))
        for left in range(a, b, TILE):
            for k in range(left, min(left + TILE, b)):
                if most[k] > least:
                    calm[r, (left - 1) // TILE] = 0


@steady_kernel
def rest(calm: Small, warmth: Small, q: F4, ny: int, nx: int, resting: Small) -> None:
    """Send tiles to rest that are calm among eight calm neighbours; their flows stop."""
    rows, columns = calm.shape
    for r in range(rows):
        for c in range(columns):
            resting[r, c] = 1
            for i in range(max(r - 1, 0), min(r + 2, rows)):
                for j in range(max(c - 1, 0), min(c + 2, columns)):
                    resting[r, c] = min(resting[r, c], calm[i, j])
            if resting[r, c] == 0 or warmth[r, c] == 0:  # the flows of those asleep are zero
                continue
            top, left = r * TILE + 1, c * TILE + 1
            q[:, top : min(top + TILE, ny + 1), left : min(left + TILE, nx + 1)] = 0.0


@steady_kernel
def wake(
    measures: F8, pinned: Small, warmth: Small, resting: Small, film_m: float, everything: bool,
    touched: Small,
) -> None:  # fmt: skip
    """Say which tiles are awake for a round.

    A tile is awake when one of its cells, or one so near it in a neighbour that its water may
    arrive before the round ends, is deeper than the film; it sleeps after a round has found all
    its flows zero.

    Parameters
    ----------
    warmth : int8
        0 where a tile sleeps; written.
    touched : int8
        0 where depths may change: tiles that are awake and their western and northern neighbours,
        whose faces they own; else -1; written.
    """
    rows, columns = warmth.shape
    touched[:] = -1
    for r in range(rows):
        for c in range(columns):
            if resting[r, c] > 0:
                continue
            awake = everything or pinned[r, c] > 0 or _arriving(measures, r, c) > film_m
            warmth[r, c] = _WARM if awake else max(warmth[r, c] - 1, 0)
            if warmth[r, c] == 0:
                continue
            touched[r, c] = 0
            if c > 0:
                touched[r, c - 1] = 0
            if r > 0:
                touched[r - 1, c] = 0


@steady_kernel
def choose(
    turn: int, warmth: Small, levels: Small, resting: Small, dt_s: float, stepping: Small,
    step_s: F8,
) -> None:  # fmt: skip
    """Choose the tiles that step in a turn: the awake ones whose level divides it.

    Parameters
    ----------
    stepping : int8
        Level where a tile steps, else -1; written.
    step_s : float64
        Length of each tile's step, 0 where it rests; written.
    """
    rows, columns = levels.shape
    for r in range(rows):
        for c in range(columns):
            steps = warmth[r, c] > 0 and resting[r, c] == 0 and turn % (1 << levels[r, c]) == 0
            stepping[r, c] = levels[r, c] if steps else -1
            step_s[r, c] = dt_s * (1 << levels[r, c]) if steps else 0.0
