"""One step over spans of awake cells: flows, then depths, a tile row behind each other.

Depths follow one tile row behind the flows, so that both work on what the cache still holds; the
new flows of a row need the old depths and flows of the row above it, and no more.

Tiles may take steps of different length. A tile owns the west and north faces of its cells (and
those of the map's far edges): whenever it steps, the flow over each of them moves its volume out of
one cell and into the other at once, in whichever tile that lies. So nothing is ever under way, and
mass is exact at any moment.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.kernels.compile import row_kernel, steady_kernel
from sim.kernels.flood import F4, F8, I4, I8, TILE, U8, flows_of_span

Small = NDArray[np.int8]
#: rows of a tile's measure: deepest cell of the tile, then of its rims
DEEPEST, WEST, EAST, NORTH, SOUTH = range(5)
_ONE_ON = np.uint64(1)
#: a span costs as much as so many cells more in each of its rows
SPAN_COST: Final = 48
#: relative margin that survives rounding a scaled flow to float32
_FLOAT32_STEPS: Final = 3e-7


@row_kernel
def _copy(to: F4, o: U8, values: F4, a: U8, n: U8) -> None:
    for k in range(n):
        to[o + k] = values[a + k]


@row_kernel
def _balance(h: F8, cell: U8, q: F4, y: U8, south: U8, n: U8, c: float) -> None:
    for k in range(n):
        gain = (np.float64(q[cell + k]) - np.float64(q[cell + _ONE_ON + k])) + (
            np.float64(q[y + k]) - np.float64(q[south + k])
        )
        h[cell + k] += c * gain


@row_kernel
def _balance_bottom(h: F8, cell: U8, q: F4, y: U8, n: U8, c: float) -> None:
    for k in range(n):
        gain = (np.float64(q[cell + k]) - np.float64(q[cell + _ONE_ON + k])) + np.float64(q[y + k])
        h[cell + k] += c * gain


@row_kernel
def _give(h: F8, cell: U8, q: F4, y: U8, n: U8, c: float) -> None:
    for k in range(n):
        h[cell + k] -= c * np.float64(q[y + k])


@steady_kernel
def _depths_of_span(
    row: int, a: int, b: int, ny: int, nx: int, h: F8, q: F4, plane: int, c: float
) -> None:
    """Move the volumes over the faces that the span's tiles own, but for those to the row above."""
    width = nx + 3
    top = row * TILE + 1
    bottom = min(top + TILE, ny + 1)
    end = b if b == nx + 1 else b - 1  # beyond the last column lies another tile's face
    n = U8(end - a)
    for i in range(top, bottom):
        cell, y = i * width + a, plane + i * width + a
        if a > 1:
            h[U8(cell - 1)] -= c * np.float64(q[U8(cell)])
        south = 0.0
        if i + 1 < bottom or i == ny:
            _balance(h, U8(cell), q, U8(y), U8(y + width), n, c)
            south = np.float64(q[U8(plane + (i + 1) * width + b - 1)])
        else:
            _balance_bottom(h, U8(cell), q, U8(y), n, c)
        if end < b:
            last = U8(i * width + end)
            gain = np.float64(q[last]) + (np.float64(q[last + U8(plane)]) - south)
            h[last] += c * gain


@steady_kernel
def give_up(spans: I4, first: int, last: int, width: int, h: F8, q: F4, dt_over_dx: float) -> None:
    """Take out of the line above a tile row what flows into the row's spans."""
    top = spans[first, 0] * TILE + 1
    if top == 1:
        return
    for s in range(first, last):
        a, c = spans[s, 1], dt_over_dx * np.float64(1 << spans[s, 3])
        above, face = U8((top - 1) * width + a), U8(h.size + top * width + a)
        _give(h, above, q, face, U8(spans[s, 2] - a), c)


@steady_kernel
def _finish(
    spans: I4, first: int, last: int, ny: int, nx: int, h: F8, q: F4, band: F4,
    forced_first: I8, forced_faces: I8, forced_q: F4, dt_over_dx: float, gives: bool,
) -> None:  # fmt: skip
    """Put the flows of one tile row in place and find its depths."""
    if first == last:
        return
    width, plane = nx + 3, h.size
    row = spans[first, 0]
    top = row * TILE + 1
    for s in range(first, last):
        a, n = spans[s, 1], U8(spans[s, 2] - spans[s, 1])
        for i in range(top, min(top + TILE, ny + 1)):
            o = (i - top) * width + a
            _copy(q, U8(i * width + a), band, U8(o), n)
            _copy(q, U8(plane + i * width + a), band, U8(TILE * width + o), n)
    for k in range(forced_first[row], forced_first[row + 1]):
        q[forced_faces[k]] = forced_q[k]
    if gives:
        give_up(spans, first, last, width, h, q, dt_over_dx)
    for s in range(first, last):
        c = dt_over_dx * np.float64(1 << spans[s, 3])
        _depths_of_span(row, spans[s, 1], spans[s, 2], ny, nx, h, q, plane, c)


@steady_kernel
def row_flows(
    spans: I4, first: int, last: int, ny: int, h: F8, z: F8, gn2: F4, q: F4, band: F4,
    film_m: np.float32, theta: np.float32, adaptive: np.float32 | None, dt_s: float, dx_m: float,
    drop: F4, deep: F4,
) -> None:  # fmt: skip
    """Find the new flows of one tile row (``spans[first:last]``); put them into ``band``."""
    for s in range(first, last):
        span_s = dt_s * np.float64(1 << spans[s, 3])
        flows_of_span(
            spans[s, 0], spans[s, 1], spans[s, 2], ny, drop.size // 4, h.size, h, z, gn2, q, band,
            film_m, theta, adaptive, np.float32(span_s), np.float32(span_s / dx_m), drop, deep,
        )  # fmt: skip


@steady_kernel
def sweep(
    spans: I4, first: int, last: int, ny: int, nx: int, h: F8, z: F8, gn2: F4, q: F4, bands: F4,
    head: bool, tail: bool, forced_first: I8, forced_faces: I8, forced_q: F4,
    film_m: np.float32, theta: np.float32, adaptive: np.float32 | None, dt_s: float, dx_m: float,
) -> None:  # fmt: skip
    """Step a block of whole tile rows: new flows over faces they own, and depths on both sides.

    Depths may go below zero; `repaired` mends that. Blocks of one step may run side by side: where
    two meet, `row_flows` has found the flows of the two rows before (``tail`` of the upper block,
    ``head`` of the lower one), and `give_up` for the lower row follows when both are done. The bits
    are those of one block.

    Parameters
    ----------
    spans : (n, 4) int32
        Tile row; first and last + 1 padded column; level: its step is ``dt_s`` times 2^level. The
        block is ``spans[first:last]``.
    h, z, gn2, q
        Depth, ground, g n^2 of the cells and flows, flat.
    bands : (4, 2 TILE width) float32
        Flows of tile rows on the way; the last two hold those of the head and of the tail.
    forced_first, forced_faces, forced_q
        Flows that have a law of their own: those of tile row r are ``forced_first[r]`` to
        ``forced_first[r + 1]`` - 1; flat indices into ``q``, m2/s.
    """
    drop = np.empty(4 * (nx + 3), dtype=np.float32)
    deep = np.empty(4 * (nx + 3), dtype=np.float32)
    before = s = first
    turn = was = 0
    while s < last:
        start = s
        while s < last and spans[s, 0] == spans[start, 0]:
            s += 1
        band = 2 if head and start == first else 3 if tail and s == last else turn
        if band < 2:
            row_flows(
                spans, start, s, ny, h, z, gn2, q, bands[band], film_m, theta, adaptive, dt_s,
                dx_m, drop, deep,
            )  # fmt: skip
        _finish(
            spans, before, start, ny, nx, h, q, bands[was], forced_first, forced_faces, forced_q,
            dt_s / dx_m, not (head and before == first),
        )  # fmt: skip
        before, was, turn = start, band, 1 - turn
    _finish(
        spans, before, last, ny, nx, h, q, bands[was], forced_first, forced_faces, forced_q,
        dt_s / dx_m, not (head and before == first),
    )  # fmt: skip


@steady_kernel
def cut(spans: I4, n: int, most: int, least_cells: int, cuts: I8) -> int:
    """Cut spans between tile rows into blocks of like work; return how many.

    Parameters
    ----------
    most : int
        Blocks wanted, ``cuts.size - 1`` at most.
    least_cells : int
        Work that is worth a thread; a block also has two rows at least.
    cuts : (m,) int64
        Block k is ``spans[cuts[k]:cuts[k + 1]]``; written.
    """
    total = 0
    for s in range(n):
        total += (spans[s, 2] - spans[s, 1] + SPAN_COST) * TILE
    parts = max(1, min(most, total // least_cells))
    cuts[0] = 0
    blocks = rows = done = 0
    for s in range(n):
        begins = s == 0 or spans[s, 0] != spans[s - 1, 0]
        if begins and rows >= 2 and done * parts >= (blocks + 1) * total:
            blocks += 1
            cuts[blocks] = s
            rows = 0
        rows += 1 if begins else 0
        done += (spans[s, 2] - spans[s, 1] + SPAN_COST) * TILE
    if blocks > 0 and rows < 2:
        blocks -= 1
    cuts[blocks + 1] = n
    return blocks + 1


@steady_kernel
def _owner_step(
    cell: int, other: int, side: int, width: int, ny: int, nx: int, step_s: F8
) -> float:
    """Return the step with which the owner of a cell's face moved its flow; 0 when it rested."""
    far = cell if side % 2 == 0 else other
    i, j = far // width, far % width
    if i > ny or j > nx:  # the map's far edges belong to the cell inside
        i, j = cell // width, cell % width
    step: float = step_s[(i - 1) // TILE, (j - 1) // TILE]
    return step


@steady_kernel
def repaired(cells: I8, n: int, depth_m: F8, q: F4, step_s: F8, dx_m: float, touched: Small) -> int:
    """Let no cell give more than it had: scale the outflows of negative cells; return how often.

    What is not given is handed back by the receiving neighbour, which joins the queue when that
    leaves it short; so mass is exact, and since a cell held no less than zero before its outflows
    the queue runs dry with every depth at or above zero.

    Parameters
    ----------
    cells : (m,) int64
        Flat padded indices of negative cells, ``n`` of them; longer than ``n``: the queue's ring.
    step_s : (tile rows, tile columns) float64
        Length of the step each tile just took; 0 where it rested.
    touched : (tile rows, tile columns) int8
        0 is written where depths changed.
    """
    ny, nx, width = depth_m.shape[0] - 3, depth_m.shape[1] - 3, depth_m.shape[1]
    plane = depth_m.size
    h = depth_m.ravel()
    flow = q.ravel()
    done = 0
    # sides west, east, north, south: the neighbour, the face, the sign of outflow
    others = (-1, 1, -width, width)
    faces = (0, 1, plane, plane + width)
    while n > 0:
        c = cells[done % cells.size]
        done += 1
        n -= 1
        short = -h[c]
        touched[(c // width - 1) // TILE, (c % width - 1) // TILE] = 0
        out = 0.0
        for side in range(4):
            sign = 1.0 if side % 2 else -1.0
            given = sign * np.float64(flow[c + faces[side]])
            if given > 0.0:
                step = _owner_step(c, c + others[side], side, width, ny, nx, step_s)
                out += step / dx_m * given
        if short > 0.0 and out > 0.0:
            keep = max(0.0, 1.0 - short / out - _FLOAT32_STEPS)
            for side in range(4):
                sign = 1.0 if side % 2 else -1.0
                given = sign * np.float64(flow[c + faces[side]])
                other = c + others[side]
                step = _owner_step(c, other, side, width, ny, nx, step_s)
                if given <= 0.0 or step == 0.0:
                    continue
                flow[c + faces[side]] = np.float32(sign * given * keep)
                back = step / dx_m * (given - sign * np.float64(flow[c + faces[side]]))
                h[c] += back
                i, j = other // width, other % width
                if i in (0, ny + 1) or j in (0, nx + 1):
                    continue  # it had left the map
                h[other] -= back
                touched[(i - 1) // TILE, (j - 1) // TILE] = 0
                if h[other] < 0.0:
                    cells[(done + n) % cells.size] = other
                    n += 1
        # what may be left below zero is the rounding of these sums, or minus zero
        h[c] = max(0.0, abs(h[c]) if h[c] == 0.0 else h[c])
    return done
