"""Cells that a step left below zero: found, and mended without losing a drop."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.kernels.compile import steady_kernel
from sim.kernels.flood import F4, F8, I4, I8, TILE

#: set in the bits of what is below zero
SIGN: Final = np.uint64(1 << 63)
#: relative margin that survives rounding a scaled flow to float32
_FLOAT32_STEPS: Final = 3e-7


@steady_kernel
def list_negative(
    spans: I4, first: int, last: int, line: int, width: int, h: F8, below: I8, found: int
) -> int:  # fmt: skip
    """List cells of a line in and just west of spans that are below zero; return how many now."""
    bits = h.view(np.uint64)
    for s in range(first, last):
        for cell in range(line * width + spans[s, 1] - 1, line * width + spans[s, 2]):
            if bits[cell] >= SIGN:
                if found < below.size:
                    below[found] = cell
                found += 1
    return found


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
def repaired(cells: I8, n: int, depth_m: F8, q: F4, step_s: F8, dx_m: float) -> int:
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
                if h[other] < 0.0:
                    cells[(done + n) % cells.size] = other
                    n += 1
        # what may be left below zero is the rounding of these sums, or minus zero
        h[c] = max(0.0, abs(h[c]) if h[c] == 0.0 else h[c])
    return done
