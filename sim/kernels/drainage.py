"""Ground that drains: priority flood with a slope, and the check that it worked."""

from __future__ import annotations

import heapq

import numpy as np
from numpy.typing import NDArray

from sim.kernels.compile import kernel

_DY = np.array([-1, -1, -1, 0, 0, 1, 1, 1])
_DX = np.array([-1, 0, 1, -1, 1, -1, 0, 1])


@kernel
def fill_to_drain(
    ground_m: NDArray[np.float64], outlet: NDArray[np.bool_], step_m: float
) -> NDArray[np.float64]:
    """Return the ground raised where it must be, so that every cell has a lower neighbour.

    Priority flood with an increment: Barnes, Lehman & Mulla 2014, doi 10.1016/j.cageo.2013.04.024.

    Parameters
    ----------
    ground_m : (ny, nx) float64
    outlet : (ny, nx) bool
        Cells where water may stay or leave; they keep their level.
    step_m : float
        Least fall from a raised cell to the next on its way out.
    """
    ny, nx = ground_m.shape
    filled = ground_m.copy()
    done = outlet.copy()
    heap = [(0.0, 0)]
    heap.pop()
    for y in range(ny):
        for x in range(nx):
            if outlet[y, x]:
                heap.append((filled[y, x], y * nx + x))  # noqa: PERF401 - as numba wants it
    heapq.heapify(heap)
    while len(heap) > 0:
        level, cell = heapq.heappop(heap)
        y, x = cell // nx, cell % nx
        for k in range(8):
            ny_, nx_ = y + _DY[k], x + _DX[k]
            if ny_ < 0 or ny_ >= ny or nx_ < 0 or nx_ >= nx or done[ny_, nx_]:
                continue
            done[ny_, nx_] = True
            filled[ny_, nx_] = max(filled[ny_, nx_], level + step_m)
            heapq.heappush(heap, (filled[ny_, nx_], ny_ * nx + nx_))
    return filled


@kernel
def without_lower_neighbour(ground_m: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return the cells from which a drop, going to the steepest of 8 neighbours, goes nowhere."""
    ny, nx = ground_m.shape
    stuck = np.ones((ny, nx), dtype=np.bool_)
    for y in range(ny):
        for x in range(nx):
            for k in range(8):
                y2, x2 = y + _DY[k], x + _DX[k]
                if 0 <= y2 < ny and 0 <= x2 < nx and ground_m[y2, x2] < ground_m[y, x]:
                    stuck[y, x] = False
                    break
    return stuck
