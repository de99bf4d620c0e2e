"""Water that comes and goes without crossing a face: rain, soil, drains, inflow points, pumps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.kernels.compile import fast_kernel, row_kernel, steady_kernel
from sim.kernels.flood import F4, F8, I4, I8, TILE
from sim.kernels.flood_tiles import measure

Flags = NDArray[np.bool_]


@fast_kernel
def row_sum(values: F8) -> float:
    """Return the sum of a row, added in any order."""
    total = 0.0
    for k in range(values.size):
        total += values[k]
    return total


@row_kernel
def _settle_row(
    depth_m: F8, weight: F4, soil: F4, drain: F4,
    rain_m: float, soaking_s: float, draining_s: float, soaked: F8, drained: F8,
) -> None:  # fmt: skip
    for k in range(depth_m.size):
        h = depth_m[k] + rain_m * np.float64(weight[k])
        can = soaking_s * np.float64(soil[k])
        left = h - can if h > can else 0.0
        soaked[k] = h - left
        can = draining_s * np.float64(drain[k])
        rest = left - can if left > can else 0.0
        drained[k] = left - rest
        depth_m[k] = rest


@steady_kernel
def settle(
    spans: I4, first: int, last: int, ny: int, depth_m: F8, weight: F4, soil: F4, drain: F4,
    rain_m: float, soaking_s: float, draining_s: float, taken_m: F8, measures: F8,
) -> None:  # fmt: skip
    """Let rain fall on ``spans[first:last]``, then soil and drains take what they can; measure.

    Parameters
    ----------
    weight : float32
        Share of the rain that falls on each cell (0 on walls).
    soil, drain : float32
        Capacities, m/s.
    rain_m : float
        Rain since the last settling.
    soaking_s, draining_s : float
        Time since then; for drains times the share of them that worked.
    taken_m : (n, 2) float64
        Depths soaked and drained of each span, summed over its cells; written.
    measures : float64
        Of tiles, as in `sim.kernels.flood_tiles.measure`; written.
    """
    soaked = np.empty(depth_m.shape[1])
    drained = np.empty(depth_m.shape[1])
    for s in range(first, last):
        taken_m[s] = 0.0
        top = spans[s, 0] * TILE + 1
        a, b = spans[s, 1], spans[s, 2]
        for i in range(top, min(top + TILE, ny + 1)):
            _settle_row(
                depth_m[i, a:b], weight[i, a:b], soil[i, a:b], drain[i, a:b],
                rain_m, soaking_s, draining_s, soaked[: b - a], drained[: b - a],
            )  # fmt: skip
            taken_m[s, 0] += row_sum(soaked[: b - a])
            taken_m[s, 1] += row_sum(drained[: b - a])
        measure(spans, s, s + 1, ny, depth_m.view(np.uint64), measures.view(np.uint64))


@steady_kernel
def pour(depth_m: F8, cells: I8, first: I8, volumes_m3: F8, area_m2: float) -> None:
    """Spread the volume of each inflow over its cells (``cells[first[k]:first[k + 1]]``)."""
    flat = depth_m.ravel()
    for k in range(volumes_m3.size):
        n = first[k + 1] - first[k]
        for c in cells[first[k] : first[k + 1]]:
            flat[c] += volumes_m3[k] / (n * area_m2)


@steady_kernel
def take(depth_m: F8, cells: I8, rates_m_per_s: F8, elapsed_s: float) -> float:
    """Take water at a rate from cells, as far as there is any; return the depths taken (m)."""
    flat = depth_m.ravel()
    taken_m = 0.0
    for k in range(cells.size):
        h = flat[cells[k]]
        left = max(0.0, h - rates_m_per_s[k] * elapsed_s)
        flat[cells[k]] = left
        taken_m += h - left
    return taken_m


@steady_kernel
def pump(
    depth_m: F8, cells: I8, outlets: I8, capacity_m3_per_s: F8, dt_s: float, start_m: F8,
    stop_m: F8, on: Flags, moved_m3: F8, area_m2: float,
) -> float:  # fmt: skip
    """Run all pumps for one step; return the volume that left the map (m3).

    A pump starts when its sump is deeper than ``start_m`` and runs until it is at most
    ``stop_m``. ``outlets`` is -1 for out of the map. ``on`` and ``moved_m3`` are updated.
    """
    flat = depth_m.ravel()
    gone_m3 = 0.0
    for k in range(cells.size):
        h = flat[cells[k]]
        on[k] = h > stop_m[k] if on[k] else h > start_m[k]
        if not on[k]:
            continue
        left = max(0.0, h - capacity_m3_per_s[k] * dt_s / area_m2)
        taken_m = h - left
        flat[cells[k]] = left
        moved_m3[k] += taken_m * area_m2
        if outlets[k] >= 0:
            flat[outlets[k]] += taken_m
        else:
            gone_m3 += taken_m * area_m2
    return gone_m3
