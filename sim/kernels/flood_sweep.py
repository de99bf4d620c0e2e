"""One step over spans of awake cells: flows, then depths, line behind line.

Depths follow two lines behind the flows, so that both work on what the nearest cache still holds;
the new flows of a line need the old depths of the two lines above it, and no more.

Tiles may take steps of different length. A tile owns the west and north faces of its cells (and
those of the map's far edges): whenever it steps, the flow over each of them moves its volume out of
one cell and into the other at once, in whichever tile that lies. So nothing is ever under way, and
mass is exact at any moment.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.kernels.compile import row_kernel, steady_kernel
from sim.kernels.fetching import soon
from sim.kernels.flood import F4, F8, I4, I8, TILE, U8, Ground, flows_of_line, slopes_to_north
from sim.kernels.flood_repair import SIGN, list_negative

_ONE_ON = np.uint64(1)
#: a span costs as much as so many cells more in each of its lines
SPAN_COST: Final = 8
#: lines whose flows are under way: a line's depths are found two lines behind its flows
_UNDER_WAY: Final = 3
#: lines ahead of the flows that memory is asked for; it must be there for the slopes, a line ahead
_AHEAD: Final = 3
#: elements of 8 and of 4 bytes in a line of a cache
_DOUBLES, _FLOATS = 8, 16


@row_kernel
def _fetch(
    spans: I4, first: int, last: int, line: int, width: int, h: F8, z: Ground, gn2: F4, q: F4
) -> None:  # fmt: skip
    """Ask for what a line's flows and depths are found from."""
    cell = U8(line * width)
    north = U8(h.size) + cell
    for s in range(first, last):
        a, b = U8(spans[s, 1]), U8(spans[s, 2])
        for k in range(a, b, U8(_DOUBLES)):
            soon(h, cell + k)
        for k in range(a, b, U8(_FLOATS)):
            soon(z, cell + k)
            soon(gn2, cell + k)
            soon(q, cell + k)
            soon(q, north + k)


@row_kernel
def _copy(
    spans: I4, first: int, last: int, width: int, to: F4, x: U8, y: U8, values: F4, o: U8
) -> None:
    """Copy the flows of a line's west and north faces; offsets are those of column 0."""
    north = o + U8(width)
    for s in range(first, last):
        a, b = U8(spans[s, 1]), U8(spans[s, 2])
        for k in range(a, b):
            to[x + k] = values[o + k]
        for k in range(a, b):
            to[y + k] = values[north + k]


@row_kernel
def give_up(
    spans: I4, first: int, last: int, width: int, h: F8, q: F4, dt_over_dx: float
) -> np.uint64:  # fmt: skip
    """Take out of the line above a tile row what flows into the row's spans; return signs."""
    signs = np.uint64(0)
    top = spans[first, 0] * TILE + 1
    if top == 1:
        return signs
    cell, y = U8((top - 1) * width), U8(h.size + top * width)
    for s in range(first, last):
        c = dt_over_dx * np.float64(1 << spans[s, 3])
        for k in range(U8(spans[s, 1]), U8(spans[s, 2])):
            left = h[cell + k] - c * np.float64(q[y + k])
            h[cell + k] = left
            signs |= np.float64(left).view(np.uint64)
    return signs


@row_kernel
def _finish_line(
    spans: I4, first: int, last: int, i: int, south: int, edge: int, h: F8, q: F4, lines: F4,
    forced_first: I8, forced_faces: I8, forced_q: F4, dt_over_dx: float, gives: bool,
) -> np.uint64:  # fmt: skip
    """Put the flows of one line of a tile row's spans in place and find its depths; return signs.

    The volumes over the faces that its cells own are moved, but for those over north faces of a
    tile row's first line unless it ``gives``; and those over south faces, which stand in ``lines``
    from ``south`` on. Beyond a span's last column lies another tile's face, but for the map's
    last column, which ends at ``edge``. The highest bit of what is returned is set if a depth was
    left below zero.
    """
    width = edge + 2
    # offsets of column 0
    cell, y, below = U8(i * width), U8(h.size + i * width), U8(south)
    west = U8(i % _UNDER_WAY * 2 * width)
    north = west + U8(width)
    for s in range(first, last):
        a, b = U8(spans[s, 1]), U8(spans[s, 2])
        for k in range(a, b):
            q[cell + k] = lines[west + k]
        for k in range(a, b):
            q[y + k] = lines[north + k]
    for f in range(forced_first[i], forced_first[i + 1]):
        q[forced_faces[f]] = forced_q[f]
    signs = np.uint64(0)
    for s in range(first, last):
        c = dt_over_dx * np.float64(1 << spans[s, 3])
        a, b = U8(spans[s, 1]), U8(spans[s, 2])
        end = b if spans[s, 2] == edge else b - _ONE_ON
        if gives:
            for k in range(a, b):
                left = h[cell + k - U8(width)] - c * np.float64(q[y + k])
                h[cell + k - U8(width)] = left
                signs |= np.float64(left).view(np.uint64)
        if a > _ONE_ON:
            left = h[cell + a - _ONE_ON] - c * np.float64(q[cell + a])
            h[cell + a - _ONE_ON] = left
            signs |= np.float64(left).view(np.uint64)
        for k in range(a, end):
            gain = (np.float64(q[cell + k]) - np.float64(q[cell + _ONE_ON + k])) + (
                np.float64(q[y + k]) - np.float64(lines[below + k])
            )
            left = h[cell + k] + c * gain
            h[cell + k] = left
            signs |= np.float64(left).view(np.uint64)
        for k in range(end, b):
            gain = np.float64(q[cell + k]) + (np.float64(q[y + k]) - np.float64(lines[below + k]))
            left = h[cell + k] + c * gain
            h[cell + k] = left
            signs |= np.float64(left).view(np.uint64)
    return signs


@steady_kernel
def _finish(
    spans: I4, first: int, last: int, i: int, ny: int, nx: int, h: F8, q: F4, lines: F4,
    forced_first: I8, forced_faces: I8, forced_q: F4, dt_over_dx: float, seam_row: int, below: I8,
    found: int,
) -> int:  # fmt: skip
    """Finish a line of a tile row: what flows over its south faces stands in ``lines``.

    It is the next line's, or the border's, or none of this tile row's. Return how many cells were
    found below zero so far.
    """
    if first == last:
        return found
    width = nx + 3
    row = spans[first, 0]
    top = row * TILE + 1
    south = (i + 1) % _UNDER_WAY * 2 * width + width
    if i + 1 == min(top + TILE, ny + 1):
        south = _UNDER_WAY * 2 * width
        for k in range(width):
            lines[south + k] = q[h.size + (ny + 1) * width + k] if i == ny else np.float32(0.0)
        for f in range(forced_first[i], forced_first[i + 1]):
            beyond = forced_faces[f] - h.size - (i + 1) * width
            if beyond >= 0:
                lines[south + beyond] = forced_q[f]
    gives = i == top and row != seam_row and i > 1
    signs = _finish_line(
        spans, first, last, i, south, nx + 1, h, q, lines, forced_first, forced_faces, forced_q,
        dt_over_dx, gives,
    )  # fmt: skip
    if signs >= SIGN:
        for line in range(i - 1 if gives else i, i + 1):
            found = list_negative(spans, first, last, line, width, h, below, found)
    return found


@steady_kernel
def flows_at_seam(
    spans: I4, above: int, at: int, below: int, ny: int, nx: int, h: F8, z: Ground, gn2: F4, q: F4,
    seam: F4, film_m: np.float32, theta: np.float32, adaptive: np.float32 | None, dt_s: float,
    dx_m: float,
) -> None:  # fmt: skip
    """Find the flows of lines that need cells of both blocks, which meet at span ``at``.

    Parameters
    ----------
    above, at, below : int
        The tile row above the seam is ``spans[above:at]``, the one below ``spans[at:below]``.
    seam : (6 width,) float32
        Flows of the last line above and of the first two lines below, written.
    """
    width = nx + 3
    drop = np.empty(4 * width, dtype=np.float32)
    deep = np.empty(4 * width, dtype=np.float32)
    last_above, top = (spans[at - 1, 0] + 1) * TILE, spans[at, 0] * TILE + 1
    first, last, begin, end = above, at, last_above, last_above + 1
    o = 0
    for _ in range(2):
        for i in range(begin - 1, begin + 1):
            slopes_to_north(spans, first, last, i, width, h, z, drop, deep)
        for i in range(begin, end):
            flows_of_line(
                spans, first, last, i, width, h, z, gn2, q, seam, o, film_m, theta, adaptive, dt_s,
                dx_m, drop, deep,
            )  # fmt: skip
            o += 2 * width
        first, last, begin, end = at, below, top, min(top + 2, ny + 1)


@steady_kernel
def _force_north(
    i: int, width: int, plane: int, forced_first: I8, forced_faces: I8, forced_q: F4, lines: F4,
    o: int,
) -> None:  # fmt: skip
    """Put forced flows over the north faces of line i where the line above it looks for them."""
    for k in range(forced_first[i], forced_first[i + 1]):
        column = forced_faces[k] - plane - i * width
        if 0 <= column < width:
            lines[o + width + column] = forced_q[k]


@steady_kernel
def sweep(
    spans: I4, first: int, last: int, ny: int, nx: int, h: F8, z: Ground, gn2: F4, q: F4, lines: F4,
    head: F4, tail: F4,
    forced_first: I8, forced_faces: I8, forced_q: F4,
    film_m: np.float32, theta: np.float32, adaptive: np.float32 | None, dt_s: float, dx_m: float,
    below: I8,
) -> int:  # fmt: skip
    """Step a block of whole tile rows: new flows over faces they own, and depths on both sides.

    Depths may go below zero; `sim.kernels.flood_repair.repaired` mends that. Return how often one
    did. Blocks of one step may run side by side: where two meet, `flows_at_seam` has found the
    flows that need cells of both, and `give_up` for the lower row follows when both are done. The
    bits are those of one block.

    Parameters
    ----------
    spans : (n, 4) int32
        Tile row; first and last + 1 padded column; level: its step is ``dt_s`` times 2^level. The
        block is ``spans[first:last]``.
    h, z, gn2, q
        Depth, ground, g n^2 of the cells and flows, flat.
    lines : (7 width,) float32
        Flows of three lines on the way, and one to work in.
    head, tail : (6 width,) or (0,) float32
        Flows at the seams to the blocks above and below; empty where there is none.
    forced_first, forced_faces, forced_q
        Flows that have a law of their own: those of line i are ``forced_first[i]`` to
        ``forced_first[i + 1]`` - 1; flat indices into ``q``, m2/s.
    below : (m,) int64
        Cells found below zero, written; some twice, and a later flow may have filled some again.
        Counting goes on when it is full.
    """
    found = 0
    if first == last:
        return found
    width = nx + 3
    drop = np.empty(4 * width, dtype=np.float32)
    deep = np.empty(4 * width, dtype=np.float32)
    seam_row = spans[first, 0] if head.size > 0 else -1
    above = start = s = first  # spans[above:start] are the tile row above spans[start:s]
    top = bottom = 0
    while s < last:
        above, start = start, s
        s = _end_of_row(spans, s, last)
        if spans[above, 0] + 1 < spans[start, 0]:
            for i in range(bottom - 2, bottom):
                found = _finish(
                    spans, above, start, i, ny, nx, h, q, lines, forced_first, forced_faces,
                    forced_q, dt_s / dx_m, seam_row, below, found,
                )  # fmt: skip
            above = start
        top = spans[start, 0] * TILE + 1
        bottom = min(top + TILE, ny + 1)
        for i in range(top - 1, top + 1):
            slopes_to_north(spans, start, s, i, width, h, z, drop, deep)
        for i in range(top, bottom):
            o = i % _UNDER_WAY * 2 * width
            if i + _AHEAD <= bottom:
                _fetch(spans, start, s, i + _AHEAD, width, h, z, gn2, q)
            elif s < last:
                _fetch(spans, s, _end_of_row(spans, s, last), i + _AHEAD, width, h, z, gn2, q)
            if start == first and i < top + 2 and head.size > 0:
                seam = U8((i - top + 1) * 2 * width)
                _copy(spans, start, s, width, lines, U8(o), U8(o + width), head, seam)
                slopes_to_north(spans, start, s, i + 1, width, h, z, drop, deep)
            elif s == last and i + 1 == bottom and tail.size > 0:
                _copy(spans, start, s, width, lines, U8(o), U8(o + width), tail, U8(0))
            else:
                flows_of_line(
                    spans, start, s, i, width, h, z, gn2, q, lines, o, film_m, theta, adaptive,
                    dt_s, dx_m, drop, deep,
                )  # fmt: skip
            _force_north(i, width, h.size, forced_first, forced_faces, forced_q, lines, o)
            a, b = (start, s) if i - 2 >= top else (above, start)
            found = _finish(
                spans, a, b, i - 2, ny, nx, h, q, lines, forced_first, forced_faces,
                forced_q, dt_s / dx_m, seam_row, below, found,
            )  # fmt: skip
    for i in range(bottom - 2, bottom):
        a, b = (start, s) if i >= top else (above, start)
        found = _finish(
            spans, a, b, i, ny, nx, h, q, lines, forced_first, forced_faces, forced_q,
            dt_s / dx_m, seam_row, below, found,
        )  # fmt: skip
    return found


@steady_kernel
def _end_of_row(spans: I4, s: int, last: int) -> int:
    """Return the first span from ``s`` on that lies in another tile row."""
    row = spans[s, 0]
    while s < last and spans[s, 0] == row:
        s += 1
    return s


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
