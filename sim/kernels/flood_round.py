"""Turns of a flood, many in one call: what enters, who steps, the sweep, what is below zero.

A turn is the shortest step. `turns` takes a whole round of them without coming back to Python, so
that people can be looked after at the same time. Threads that have nothing else to do may help
(`help_with`): the bits are those of one.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from sim.kernels.compile import steady_kernel
from sim.kernels.crew import finish, offer, shared_numbers, take, wait_for_work, wait_until_done
from sim.kernels.flood import F4, F8, I4, I8, TILE, Ground
from sim.kernels.flood_faces import border_flows, border_volumes, weir_flows
from sim.kernels.flood_sources import Flags, pour, pump
from sim.kernels.flood_sweep import (
    SIGN,
    Small,
    cut,
    flows_at_seam,
    give_up,
    list_negative,
    repaired,
    sweep,
)
from sim.kernels.flood_tiles import choose, list_spans, measure, wake

#: relative margin below the film from which a tile is awake
_NEARLY: float = 1e-6


class Water(NamedTuple):
    """Columns of cells and faces, padded (see `sim.kernels.flood`)."""

    h: F8
    z: Ground
    manning: F8
    gn2: F4
    q: F4


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
    seen: I4  #: of tiles whose depths may change in a round


class Forced(NamedTuple):
    """Faces with a law of their own: those of borders first, then weirs."""

    tiles: I8  #: tile that owns each face
    steps_s: F8  #: step that each takes now
    order: I8  #: their order by line; in this order also:
    faces: I8
    first: I8  #: first of each line
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


class Crew(NamedTuple):
    """Threads that share a step, and where each part of their work has room."""

    parts: int  #: at most
    least_cells: int  #: cells whose step is worth a part
    numbers: I8  #: see `sim.kernels.crew`
    job: I8  #: kind of the work in hand, and how many parts it has
    now_s: F8  #: one number: when the step in hand begins
    cuts: I8  #: part k is the spans from ``cuts[k]`` to ``cuts[k + 1]`` - 1
    lines: F4  #: (parts, 7 width): flows of lines on the way, as `sweep` wants them
    seams: F4  #: (parts + 1, 6 width): flows beside the seam above part k
    below: I8  #: (parts + 1, m): cells below zero that each part found, and those at seams
    found: I8  #: how many


def crew_of(parts: int, nx: int, least_cells: int) -> Crew:
    """Return a crew for maps ``nx`` cells wide."""
    width = nx + 3
    return Crew(
        parts, least_cells, shared_numbers(), np.zeros(2, np.int64), np.zeros(1),
        np.zeros(parts + 1, np.int64),
        np.zeros((parts, 7 * width), np.float32), np.zeros((parts + 1, 6 * width), np.float32),
        np.zeros((parts + 1, _NEGATIVE), np.int64), np.zeros(parts + 1, np.int64),
    )  # fmt: skip


#: elements of `Crew.job`, and kinds of work
_KIND, _N_PARTS = 0, 1
_SWEEP, _MEASURE, _FORCE = range(3)
#: measuring a cell takes so small a part of its step
_MEASURING: Final = 10
#: faces with a law of their own that are worth a part
_LEAST_FORCED: Final = 500
#: room for the first cells found below zero
_NEGATIVE: Final = 1 << 14
#: what `turns` books: volumes (m3) over inflows, pumped out, over borders in and out
INFLOW, PUMPED, BORDER_IN, BORDER_OUT = range(4)
N_BOOKED = 4


@steady_kernel
def _begin(
    number: int, t_s: float, dt_s: float, water: Water, tiles: Tiles, forced: Forced,
    points: Points, given: Given, laws: Laws, crew: Crew, booked: F8,
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
    choose(number, tiles.warmth, tiles.levels, tiles.resting, dt_s, tiles.stepping, tiles.step_s)
    if forced.tiles.size > 0:
        for g in range(forced.group_first.size):
            forced.value[forced.group_first[g] : forced.group_last[g]] = given.values[number, g]
        crew.now_s[0] = t_s
        parts = max(1, min(crew.parts, forced.tiles.size // _LEAST_FORCED))
        _share(_FORCE, parts, water, tiles, forced, laws, dt_s, crew)
        for k in range(forced.order.size):
            forced.ordered[k] = forced.flows[forced.order[k]]
    return list_spans(tiles.stepping, laws.nx, tiles.spans)


@steady_kernel
def _force(
    first: int, last: int, t_s: float, water: Water, tiles: Tiles, forced: Forced, laws: Laws
) -> None:
    """Find the flows over borders and weirs ``first`` to ``last`` - 1 from the depths of now."""
    steps_s, step_of = forced.steps_s, tiles.step_s.ravel()
    for k in range(first, last):
        steps_s[k] = step_of[forced.tiles[k]]
    n = forced.border_faces.size
    a, b = min(first, n), min(last, n)
    border_flows(
        forced.flows[a:b], water.q, water.h, water.z, water.manning, forced.border_faces[a:b],
        forced.border_cells[a:b], forced.inward[a:b], forced.law[a:b], forced.value[a:b],
        laws.film_m, steps_s[a:b], laws.dx_m,
    )  # fmt: skip
    a, b = max(first - n, 0), max(last - n, 0)
    weir_flows(
        forced.flows[n + a : n + b], water.q, water.h, water.z, forced.weir_faces[a:b],
        forced.upper[a:b], forced.lower[a:b], forced.crest_m[a:b], forced.invert_m[a:b],
        forced.width[a:b], forced.breach[a:b], laws.weir_coefficient, steps_s[n + a : n + b],
        laws.dx_m, forced.first_over_s[a:b], t_s,
    )  # fmt: skip


@steady_kernel
def _do(
    part: int, water: Water, tiles: Tiles, forced: Forced, laws: Laws, dt_s: float, crew: Crew
) -> None:  # fmt: skip
    """Do one part of the work that the crew has in hand."""
    if crew.job[_KIND] == _FORCE:
        n, parts = forced.tiles.size, crew.job[_N_PARTS]
        first, last = n * part // parts, n * (part + 1) // parts
        _force(first, last, crew.now_s[0], water, tiles, forced, laws)
        return
    first, last = crew.cuts[part], crew.cuts[part + 1]
    if crew.job[_KIND] == _MEASURE:
        measure(
            tiles.seen, first, last, laws.ny, water.h.view(np.uint64),
            tiles.measures.view(np.uint64),
        )  # fmt: skip
        return
    head = crew.seams[part, : crew.seams.shape[1] if part > 0 else 0]
    tail = crew.seams[part + 1, : crew.seams.shape[1] if part + 1 < crew.job[_N_PARTS] else 0]
    crew.found[part] = sweep(
        tiles.spans, first, last, laws.ny, laws.nx, water.h.ravel(), water.z.ravel(),
        water.gn2.ravel(), water.q.ravel(), crew.lines[part], head, tail, forced.first,
        forced.faces, forced.ordered, np.float32(laws.film_m), laws.theta, laws.adaptive, dt_s,
        laws.dx_m, crew.below[part],
    )  # fmt: skip


@steady_kernel
def _share(
    kind: int, parts: int, water: Water, tiles: Tiles, forced: Forced, laws: Laws, dt_s: float,
    crew: Crew,
) -> None:  # fmt: skip
    """Do all parts of a kind of work, with helpers if there are several."""
    crew.job[_KIND], crew.job[_N_PARTS] = kind, parts
    if parts == 1:
        _do(0, water, tiles, forced, laws, dt_s, crew)
        return
    offer(crew.numbers, parts)
    while True:
        part = take(crew.numbers)
        if part < 0:
            break
        _do(part, water, tiles, forced, laws, dt_s, crew)
        finish(crew.numbers)
    wait_until_done(crew.numbers, parts)


@steady_kernel
def _row_ends(spans: I4, n: int, at: int) -> tuple[int, int]:
    """Return where the tile row before span ``at`` begins and where that of ``at`` ends."""
    first, last = at - 1, at + 1
    while first > 0 and spans[first - 1, 0] == spans[at - 1, 0]:
        first -= 1
    while last < n and spans[last, 0] == spans[at, 0]:
        last += 1
    return first, last


@steady_kernel
def _step(
    n: int, water: Water, tiles: Tiles, forced: Forced, laws: Laws, dt_s: float, crew: Crew
) -> int:  # fmt: skip
    """Find new flows and depths in ``tiles.spans[:n]``, one block of tile rows a part.

    Return the number of parts.
    """
    h, z, gn2, q = water.h.ravel(), water.z.ravel(), water.gn2.ravel(), water.q.ravel()
    parts = cut(tiles.spans, n, crew.parts, crew.least_cells, crew.cuts)
    for k in range(1, parts):
        above, below = _row_ends(tiles.spans, n, crew.cuts[k])
        flows_at_seam(
            tiles.spans, above, crew.cuts[k], below, laws.ny, laws.nx, h, z, gn2, q,
            crew.seams[k], np.float32(laws.film_m), laws.theta, laws.adaptive, dt_s, laws.dx_m,
        )  # fmt: skip
    _share(_SWEEP, parts, water, tiles, forced, laws, dt_s, crew)
    width, found = laws.nx + 3, 0
    for k in range(1, parts):
        at = crew.cuts[k]
        _, below = _row_ends(tiles.spans, n, at)
        if give_up(tiles.spans, at, below, width, h, q, dt_s / laws.dx_m) >= SIGN:
            line = tiles.spans[at, 0] * TILE
            found = list_negative(tiles.spans, at, below, line, width, h, crew.below[parts], found)
    crew.found[parts] = found
    return parts


@steady_kernel
def _below_zero(parts: int, water: Water, crew: Crew) -> I8:
    """Return the cells below zero that the parts of a step found, in order."""
    found = crew.found[: parts + 1]
    if found.max() > crew.below.shape[1]:
        cells = _search(water)
    else:
        cells = np.empty(found.sum(), np.int64)
        done = 0
        for k in range(parts + 1):
            cells[done : done + found[k]] = crew.below[k, : found[k]]
            done += found[k]
    bits = water.h.view(np.uint64).ravel()
    cells.sort()  # so that tiles on or off, and hands, give the same bits
    kept = 0
    for k in range(cells.size):
        if bits[cells[k]] >= SIGN and (kept == 0 or cells[k] != cells[kept - 1]):
            cells[kept] = cells[k]
            kept += 1
    return cells[:kept]


@steady_kernel
def _search(water: Water) -> I8:
    """Return all cells below zero, however many."""
    return np.flatnonzero(water.h.view(np.uint64) >= SIGN)


@steady_kernel
def _mend(parts: int, water: Water, tiles: Tiles, laws: Laws, crew: Crew) -> None:
    """Repair the cells that a step left below zero."""
    if crew.found[: parts + 1].max() == 0:
        return
    below = _below_zero(parts, water, crew)
    if below.size > 0:
        queue = np.zeros(4 * below.size + 64, np.int64)
        queue[: below.size] = below
        repaired(queue, below.size, water.h, water.q, tiles.step_s, laws.dx_m)


@steady_kernel
def _book_borders(water: Water, forced: Forced, laws: Laws, booked: F8) -> None:
    """Book what crossed borders."""
    n = forced.border_faces.size
    if n > 0:
        came, went = border_volumes(
            water.q, forced.border_faces, forced.inward, forced.steps_s[:n], laws.dx_m
        )
        booked[BORDER_IN] += came
        booked[BORDER_OUT] += went


@steady_kernel
def _cells_of(spans: I4, n: int) -> int:
    """Return how many cells lie in the first ``n`` spans."""
    cells = 0
    for s in range(n):
        cells += (spans[s, 2] - spans[s, 1]) * TILE
    return cells


@steady_kernel
def turns(
    n_turns: int, t_s: float, dt_s: float, water: Water, tiles: Tiles, forced: Forced,
    points: Points, given: Given, laws: Laws, crew: Crew, booked: F8, measures: bool,
) -> int:  # fmt: skip
    """Take a round of turns from ``t_s``, leading the crew; return how many cells stepped.

    Parameters
    ----------
    crew : Crew
        Its helpers are threads that run `help_with` meanwhile; none need come.
    booked : (`N_BOOKED`,) float64
        Volumes so far (m3), added to.
    measures : bool
        Whether tiles whose depths may have changed are measured at the end.
    """
    wake(
        tiles.measures, tiles.pinned, tiles.warmth, tiles.resting, laws.film_m * (1.0 - _NEARLY),
        laws.everything, tiles.touched,
    )  # fmt: skip
    stepped = 0
    for number in range(n_turns):
        now_s = t_s + number * dt_s
        n = _begin(number, now_s, dt_s, water, tiles, forced, points, given, laws, crew, booked)
        parts = _step(n, water, tiles, forced, laws, dt_s, crew)
        _mend(parts, water, tiles, laws, crew)
        _book_borders(water, forced, laws, booked)
        stepped += _cells_of(tiles.spans, n)
    if not measures:
        return stepped
    n = list_spans(tiles.touched, laws.nx, tiles.seen)
    parts = cut(tiles.seen, n, crew.parts, _MEASURING * crew.least_cells, crew.cuts)
    _share(_MEASURE, parts, water, tiles, forced, laws, dt_s, crew)
    return stepped


@steady_kernel
def help_with(
    water: Water, tiles: Tiles, forced: Forced, laws: Laws, dt_s: float, crew: Crew
) -> None:  # fmt: skip
    """Take parts of the work of the thread that is in `turns`, until it sends the helpers home."""
    while True:
        part = wait_for_work(crew.numbers)
        if part < 0:
            return
        _do(part, water, tiles, forced, laws, dt_s, crew)
        finish(crew.numbers)
