"""Turns of a flood: what enters, who steps, the sweep, what is below zero.

A turn is the shortest step; `turns` takes a whole round of them.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.kernels.compile import glue_kernel, steady_kernel
from sim.kernels.flood import F4, F8, I4, I8, TILE
from sim.kernels.flood_columns import (
    BORDER_IN,
    BORDER_OUT,
    DT_S,
    FIRST_INFLOW,
    INFLOW,
    NOW_S,
    PUMPED,
    Flood,
)
from sim.kernels.flood_faces import border_volumes
from sim.kernels.flood_jobs import MEASURE, SEAM, SWEEP, force, look, row_below, share
from sim.kernels.flood_repair import SIGN, list_negative, repaired
from sim.kernels.flood_series import integral
from sim.kernels.flood_sources import pour, pump
from sim.kernels.flood_sweep import cut, give_up
from sim.kernels.flood_tiles import choose, list_spans, wake

#: relative margin below the film from which a tile is awake
_NEARLY: Final = 1e-6


@glue_kernel
def _let_in(from_s: float, to_s: float, dt_s: float, f: Flood) -> None:
    """Let water enter and be pumped."""
    water, points, booked = f.water, f.points, f.crew.booked
    area_m2 = f.laws.dx_m * f.laws.dx_m
    came_m3 = 0.0
    for k in range(points.volumes_m3.size):
        points.volumes_m3[k] = integral(f.courses, FIRST_INFLOW + k, from_s, to_s)
        came_m3 += points.volumes_m3[k]
    if points.inflow_cells.size > 0:
        pour(water.h, points.inflow_cells, points.inflow_first, points.volumes_m3, area_m2)
        booked[INFLOW] += came_m3
    if points.pump_cells.size > 0:
        booked[PUMPED] += pump(
            water.h, points.pump_cells, points.outlets, points.capacity_m3_per_s, dt_s,
            points.start_m, points.stop_m, points.on, points.moved_m3, area_m2,
        )  # fmt: skip


@glue_kernel
def _begin(number: int, dt_s: float, f: Flood) -> int:
    """Let water enter, choose who steps and find the forced flows; return how many spans step."""
    tiles, forced, crew = f.tiles, f.forced, f.crew
    from_s, to_s = crew.times_s[number], crew.times_s[number + 1]
    _let_in(from_s, to_s, dt_s, f)
    choose(number, tiles.warmth, tiles.levels, tiles.resting, dt_s, tiles.stepping, tiles.step_s)
    crew.now[DT_S], crew.now[NOW_S] = dt_s, from_s
    if forced.tiles.size > 0:
        group = FIRST_INFLOW + f.points.inflow_first.size - 1
        for g in range(forced.group_first.size):
            mean = integral(f.courses, group + g, from_s, to_s) / (to_s - from_s)
            forced.value[forced.group_first[g] : forced.group_last[g]] = mean
        force(f)
        for k in range(forced.order.size):
            forced.ordered[k] = forced.flows[forced.order[k]]
    return list_spans(tiles.stepping, f.laws.nx, tiles.spans)


@glue_kernel
def _step(n: int, dt_s: float, f: Flood) -> int:
    """Find new flows and depths in ``tiles.spans[:n]``, one block of tile rows a part.

    Return the number of parts.
    """
    tiles, crew = f.tiles, f.crew
    parts = cut(tiles.spans, n, crew.parts, crew.least_cells, crew.cuts)
    if parts > 1:
        share(SEAM, parts - 1, f)
    share(SWEEP, parts, f)
    h, q = f.water.h, f.water.q
    width, found = f.laws.nx + 3, 0
    for k in range(1, parts):
        at, below = row_below(f, k, parts)
        if give_up(tiles.spans, at, below, width, h, q, dt_s / f.laws.dx_m) >= SIGN:
            line = tiles.spans[at, 0] * TILE
            found = list_negative(tiles.spans, at, below, line, width, h, crew.below[parts], found)
    crew.found[parts] = found
    return parts


@steady_kernel
def _all_below_zero(bits: NDArray[np.uint64]) -> I8:
    """Return the cells below zero, in order."""
    n = 0
    for cell in range(bits.size):
        if bits[cell] >= SIGN:
            n += 1
    cells = np.empty(n, np.int64)
    n = 0
    for cell in range(bits.size):
        if bits[cell] >= SIGN:
            cells[n] = cell
            n += 1
    return cells


@steady_kernel
def _below_zero(below: I8, found: I8, h: F8) -> I8:
    """Return the cells below zero that the parts of a step found, in order.

    Loops are written out: numpy's sums and maxima took 4 s of the first compile.
    """
    bits = h.view(np.uint64).ravel()
    n = 0
    for k in range(found.size):
        if found[k] > below.shape[1]:
            return _all_below_zero(bits)
        n += found[k]
    cells = np.empty(n, np.int64)
    n = 0
    for k in range(found.size):
        for cell in below[k, : found[k]]:
            cells[n] = cell
            n += 1
    cells.sort()  # so that tiles on or off, and hands, give the same bits
    kept = 0
    for cell in cells:
        if bits[cell] >= SIGN and (kept == 0 or cell != cells[kept - 1]):
            cells[kept] = cell
            kept += 1
    return cells[:kept]


@steady_kernel
def _mend(below: I8, found: I8, h: F8, q: F4, step_s: F8, dx_m: float) -> None:
    """Repair the cells that a step left below zero."""
    cells = _below_zero(below, found, h)
    if cells.size > 0:
        queue = np.zeros(4 * cells.size + 64, np.int64)
        for k in range(cells.size):
            queue[k] = cells[k]
        repaired(queue, cells.size, h, q, step_s, dx_m)


@glue_kernel
def _end(parts: int, f: Flood) -> None:
    """Mend what a step left below zero, and book what crossed borders."""
    water, forced, crew = f.water, f.forced, f.crew
    found = 0
    for k in range(parts + 1):
        found += crew.found[k]
    if found > 0:
        found_now = crew.found[: parts + 1]
        _mend(crew.below, found_now, water.depths, water.flows, f.tiles.step_s, f.laws.dx_m)
    if forced.border_faces.size > 0:
        came, went = border_volumes(
            water.q, forced.border_faces, forced.inward,
            forced.steps_s[: forced.border_faces.size], f.laws.dx_m,
        )  # fmt: skip
        crew.booked[BORDER_IN] += came
        crew.booked[BORDER_OUT] += went


@steady_kernel
def _cells_of(spans: I4, n: int) -> int:
    """Return how many cells lie in the first ``n`` spans."""
    cells = 0
    for s in range(n):
        cells += (spans[s, 2] - spans[s, 1]) * TILE
    return cells


@glue_kernel
def turns(n_turns: int, dt_s: float, f: Flood, measures: bool) -> int:
    """Take a round of turns at ``crew.times_s``, leading the crew; return how many cells stepped.

    ``crew.booked`` says what came and went. Without ``measures`` tiles whose depths may have
    changed must be measured before anything else is done.
    """
    tiles, laws = f.tiles, f.laws
    wake(
        tiles.measures, tiles.pinned, tiles.warmth, tiles.resting, laws.film_m * (1.0 - _NEARLY),
        laws.everything, tiles.touched,
    )  # fmt: skip
    f.crew.booked[:] = 0.0
    stepped = 0
    for number in range(n_turns):
        n = _begin(number, dt_s, f)
        _end(_step(n, dt_s, f), f)
        stepped += _cells_of(tiles.spans, n)
    if measures:
        look(MEASURE, list_spans(tiles.touched, laws.nx, tiles.seen), f)
    return stepped
