"""Turns of a flood, many in one call: what enters, who steps, the sweep, what is below zero.

A turn is the shortest step. `turns` takes a whole round of them without coming back to Python, so
that people can be looked after at the same time; wide floods whose sweeps are shared out between
threads go turn by turn with `begin` and `end`, with the same bits.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.kernels.compile import steady_kernel
from sim.kernels.flood import F4, F8, I4, I8, TILE
from sim.kernels.flood_faces import border_flows, border_volumes, weir_flows
from sim.kernels.flood_sources import Flags, pour, pump
from sim.kernels.flood_sweep import Small, repaired, sweep
from sim.kernels.flood_tiles import choose, list_spans, measure

#: relative margin below the film from which a tile is awake
_NEARLY: float = 1e-6


class Water(NamedTuple):
    """Columns of cells and faces, padded (see `sim.kernels.flood`)."""

    h: F8
    z: F8
    manning: F8
    gn2: F4
    q: F4
    bands: F4  #: flows of tile rows on the way, as `sweep` wants them


class Tiles(NamedTuple):
    """What is known of tiles, and lists of them that a turn makes."""

    measures: F8
    pinned: Small
    warmth: Small
    levels: Small
    resting: Small
    stepping: Small
    touched: Small
    step_s: F8
    spans: I4  #: of tiles that step
    seen: I4  #: of tiles whose depths may have changed


class Forced(NamedTuple):
    """Faces with a law of their own: those of borders first, then weirs."""

    tiles: I8  #: tile that owns each face
    order: I8  #: their order by tile row; in this order also:
    faces: I8
    first: I8  #: first of each tile row
    flows: F4  #: m2/s, now, borders first
    ordered: F4
    border_faces: I8
    border_cells: I8
    inward: F8
    law: I8
    value: F8
    group_first: I8  #: borders whose value changes: rows from first to last - 1
    group_last: I8
    weir_faces: I8
    upper: I8
    lower: I8
    crest_m: F8
    invert_m: F8
    width: F8
    breach: F8
    first_over_s: F8


class Points(NamedTuple):
    """Single cells where water enters or is pumped."""

    inflow_cells: I8
    inflow_first: I8
    pump_cells: I8
    outlets: I8
    capacity_m3_per_s: F8
    start_m: F8  #: infinite without power
    stop_m: F8
    on: Flags
    moved_m3: F8


class Given(NamedTuple):
    """What series say of each turn of a round."""

    inflow_m3: F8  #: (turns, hydrographs)
    values: F8  #: (turns, groups of borders)


class Laws(NamedTuple):
    """Numbers that stay the same."""

    ny: int
    nx: int
    dx_m: float
    film_m: float
    theta: np.float32
    adaptive: np.float32 | None
    weir_coefficient: float
    everything: bool  #: whether dry tiles step too


#: what `turns` books: volumes (m3) over inflows, pumped out, over borders in and out
INFLOW, PUMPED, BORDER_IN, BORDER_OUT = range(4)
N_BOOKED = 4


@steady_kernel
def begin(
    number: int, t_s: float, dt_s: float, water: Water, tiles: Tiles, forced: Forced,
    points: Points, given: Given, laws: Laws, booked: F8,
) -> int:  # fmt: skip
    """Let water enter, choose who steps and find the forced flows; return how many spans step."""
    area_m2 = laws.dx_m * laws.dx_m
    if points.inflow_cells.size > 0:
        volumes = given.inflow_m3[number]
        pour(water.h, points.inflow_cells, points.inflow_first, volumes, area_m2)
        booked[INFLOW] += volumes.sum()
    if points.pump_cells.size > 0:
        booked[PUMPED] += pump(
            water.h, points.pump_cells, points.outlets, points.capacity_m3_per_s * dt_s,
            points.start_m, points.stop_m, points.on, points.moved_m3, area_m2,
        )  # fmt: skip
    choose(
        number, tiles.measures, tiles.pinned, tiles.warmth, tiles.levels, tiles.resting,
        laws.film_m * (1.0 - _NEARLY), laws.everything, dt_s, tiles.stepping, tiles.touched,
        tiles.step_s,
    )  # fmt: skip
    _force(number, t_s, water, tiles, forced, given, laws)
    return list_spans(tiles.stepping, laws.nx, tiles.spans)


@steady_kernel
def _steps(forced: Forced, step_s: F8) -> F8:
    """Return the step that each forced face takes now."""
    steps_s = np.empty(forced.tiles.size)
    flat = step_s.ravel()
    for k in range(steps_s.size):
        steps_s[k] = flat[forced.tiles[k]]
    return steps_s


@steady_kernel
def _force(
    number: int, t_s: float, water: Water, tiles: Tiles, forced: Forced, given: Given, laws: Laws
) -> None:
    """Find the flows over borders and weirs from the depths before the step."""
    if forced.tiles.size == 0:
        return
    steps_s = _steps(forced, tiles.step_s)
    n = forced.border_faces.size
    for g in range(forced.group_first.size):
        forced.value[forced.group_first[g] : forced.group_last[g]] = given.values[number, g]
    border_flows(
        forced.flows[:n], water.q, water.h, water.z, water.manning, forced.border_faces,
        forced.border_cells, forced.inward, forced.law, forced.value, laws.film_m, steps_s[:n],
        laws.dx_m,
    )  # fmt: skip
    weir_flows(
        forced.flows[n:], water.q, water.h, water.z, forced.weir_faces, forced.upper, forced.lower,
        forced.crest_m, forced.invert_m, forced.width, forced.breach, laws.weir_coefficient,
        steps_s[n:], laws.dx_m, forced.first_over_s, t_s,
    )  # fmt: skip
    for k in range(forced.order.size):
        forced.ordered[k] = forced.flows[forced.order[k]]


@steady_kernel
def _mend(n: int, water: Water, tiles: Tiles, laws: Laws, negative: I8) -> int:
    """Measure ``tiles.seen[:n]`` and repair cells below zero; return how many there were."""
    bits, seen = water.h.view(np.uint64), tiles.measures.view(np.uint64)
    found = measure(tiles.seen, 0, n, laws.ny, bits, seen, negative)
    if found == 0:
        return 0
    if found > negative.size:
        negative = np.empty(found, np.int64)
        measure(tiles.seen, 0, n, laws.ny, bits, seen, negative)
    queue = np.zeros(4 * found + 64, np.int64)
    queue[:found] = np.sort(negative[:found])  # so that tiles on or off give the same bits
    tiles.touched[:] = -1
    repaired(queue, found, water.h, water.q, tiles.step_s, laws.dx_m, tiles.touched)
    n = list_spans(tiles.touched, laws.nx, tiles.seen)
    measure(tiles.seen, 0, n, laws.ny, bits, seen, negative)
    return found


@steady_kernel
def end(
    water: Water, tiles: Tiles, forced: Forced, laws: Laws, negative: I8, booked: F8
) -> None:  # fmt: skip
    """Measure what the step changed, mend what is below zero, and book what crossed borders."""
    _mend(list_spans(tiles.touched, laws.nx, tiles.seen), water, tiles, laws, negative)
    n = forced.border_faces.size
    if n > 0:
        steps_s = _steps(forced, tiles.step_s)
        came, went = border_volumes(
            water.q, forced.border_faces, forced.inward, steps_s[:n], laws.dx_m
        )
        booked[BORDER_IN] += came
        booked[BORDER_OUT] += went


@steady_kernel
def cells_of(spans: I4, n: int) -> int:
    """Return how many cells lie in the first ``n`` spans."""
    cells = 0
    for s in range(n):
        cells += (spans[s, 2] - spans[s, 1]) * TILE
    return cells


@steady_kernel
def turns(
    n_turns: int, t_s: float, dt_s: float, water: Water, tiles: Tiles, forced: Forced,
    points: Points, given: Given, laws: Laws, negative: I8, booked: F8,
) -> int:  # fmt: skip
    """Take a round of turns from ``t_s``; return how many cells stepped.

    Parameters
    ----------
    negative : int64
        Room for cells below zero.
    booked : (`N_BOOKED`,) float64
        Volumes so far (m3), added to.
    """
    h, z, gn2, q = water.h.ravel(), water.z.ravel(), water.gn2.ravel(), water.q.ravel()
    stepped = 0
    for number in range(n_turns):
        now_s = t_s + number * dt_s
        n = begin(number, now_s, dt_s, water, tiles, forced, points, given, laws, booked)
        sweep(
            tiles.spans, 0, n, laws.ny, laws.nx, h, z, gn2, q, water.bands, False, False,
            forced.first, forced.faces, forced.ordered, np.float32(laws.film_m), laws.theta,
            laws.adaptive, dt_s, laws.dx_m,
        )  # fmt: skip
        end(water, tiles, forced, laws, negative, booked)
        stepped += cells_of(tiles.spans, n)
    return stepped
