"""The kinds of work that a flood's threads share, part by part.

`share` is for the thread that leads, `help_with` for those that have nothing else to do: they stay
in compiled code until the leader sends them home. The bits are those of one thread.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.kernels.compile import glue_kernel, lead_kernel
from sim.kernels.crew import finish, offer, take, wait_for_work, wait_until_done
from sim.kernels.flood_columns import (
    DRAINING_S,
    DT_S,
    ELAPSED_S,
    KIND,
    LEAST_M2_PER_S,
    N_PARTS,
    NOW_S,
    RAIN_M,
    SOAKING_S,
    WET_M,
    Flood,
)
from sim.kernels.flood_faces import border_flows, weir_flows
from sim.kernels.flood_maxima import observe
from sim.kernels.flood_sources import settle
from sim.kernels.flood_sweep import cut, flows_at_seam, sweep
from sim.kernels.flood_tiles import find_calm, measure

#: kinds of work: a step, its flows beside seams, those with laws of their own; tiles measured;
#: rain and losses; the largest values so far; tiles with hardly a flow
SWEEP, SEAM, FORCE, MEASURE, SETTLE, LOOK, CALM = range(7)
#: a look at a cell takes so small a part of its step
_LOOKS: Final = 10
#: faces with a law of their own that are worth a part
_LEAST_FORCED: Final = 500


@glue_kernel
def _force(first: int, last: int, f: Flood) -> None:
    """Find the flows over borders and weirs ``first`` to ``last`` - 1 from the depths of now."""
    water, forced, laws = f.water, f.forced, f.laws
    steps_s, step_of = forced.steps_s, f.tiles.step_of
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
        laws.dx_m, forced.first_over_s[a:b], f.crew.now[NOW_S],
    )  # fmt: skip


@glue_kernel
def _row_ends(f: Flood, at: int, n: int) -> tuple[int, int]:
    """Return where the tile row before span ``at`` begins and where that of ``at`` ends."""
    spans = f.tiles.spans
    first, last = at - 1, at + 1
    while first > 0 and spans[first - 1, 0] == spans[at - 1, 0]:
        first -= 1
    while last < n and spans[last, 0] == spans[at, 0]:
        last += 1
    return first, last


@glue_kernel
def row_below(f: Flood, seam: int, parts: int) -> tuple[int, int]:
    """Return the spans of the tile row below a seam: the first, and the one after the last."""
    at = f.crew.cuts[seam]
    return at, _row_ends(f, at, f.crew.cuts[parts])[1]


@glue_kernel
def _find_seam(seam: int, f: Flood) -> None:
    """Find the flows beside the seam between two parts of a step."""
    water, laws, crew = f.water, f.laws, f.crew
    at = crew.cuts[seam]
    above, below = _row_ends(f, at, crew.cuts[crew.job[N_PARTS] + 1])
    flows_at_seam(
        f.tiles.spans, above, at, below, laws.ny, laws.nx, water.h, water.z,
        water.gn2, water.q, crew.seams[seam], np.float32(laws.film_m), laws.theta,
        laws.adaptive, crew.now[DT_S], laws.dx_m,
    )  # fmt: skip


@glue_kernel
def _sweep(part: int, f: Flood) -> None:
    """Step a block of tile rows."""
    water, forced, laws, crew = f.water, f.forced, f.laws, f.crew
    head = crew.seams[part, : crew.seams.shape[1] if part > 0 else 0]
    tail = crew.seams[part + 1, : crew.seams.shape[1] if part + 1 < crew.job[N_PARTS] else 0]
    crew.found[part] = sweep(
        f.tiles.spans, crew.cuts[part], crew.cuts[part + 1], laws.ny, laws.nx, water.h,
        water.z, water.gn2, water.q, crew.lines[part], head, tail,
        forced.first, forced.faces, forced.ordered, np.float32(laws.film_m), laws.theta,
        laws.adaptive, crew.now[DT_S], laws.dx_m, crew.below[part],
    )  # fmt: skip


@glue_kernel
def _look(first: int, last: int, f: Flood) -> None:
    """Do the work in hand, of the kinds that look at cells, in ``tiles.seen[first:last]``."""
    kind, now = f.crew.job[KIND], f.crew.now
    water, tiles, laws, losses, seen = f.water, f.tiles, f.laws, f.losses, f.seen
    if kind == MEASURE:
        measure(tiles.seen, first, last, laws.ny, water.bits, tiles.bits)
    elif kind == SETTLE:
        settle(
            tiles.seen, first, last, laws.ny, water.depths, losses.weight, losses.soil,
            losses.drain, now[RAIN_M], now[SOAKING_S], now[DRAINING_S], losses.taken_m,
            tiles.measures,
        )  # fmt: skip
    elif kind == LOOK:
        observe(
            tiles.seen, first, last, laws.ny, water.depths, water.flows, np.float32(laws.film_m),
            np.float32(now[WET_M]), np.float32(now[NOW_S]), np.float32(now[ELAPSED_S]),
            seen.max_depth_m, seen.max_speed_m_per_s, seen.max_hazard_rating, seen.arrival_s,
            seen.wet_s,
        )  # fmt: skip
    else:
        find_calm(
            tiles.seen,
            first,
            last,
            water.flows,
            np.float32(now[LEAST_M2_PER_S]),
            laws.ny,
            tiles.some,
        )


@glue_kernel
def _do(part: int, f: Flood) -> None:
    """Do one part of the work that the crew has in hand."""
    kind, parts = f.crew.job[KIND], f.crew.job[N_PARTS]
    if kind == SWEEP:
        _sweep(part, f)
    elif kind == SEAM:
        _find_seam(part + 1, f)
    elif kind == FORCE:
        n = f.forced.tiles.size
        _force(n * part // parts, n * (part + 1) // parts, f)
    else:
        _look(f.crew.cuts[part], f.crew.cuts[part + 1], f)


@lead_kernel
def _work(parts: int, f: Flood) -> None:
    """Do all parts of the work in hand, as the leader; or help until sent home, if it is in none.

    One kernel for both, since each would take as long to compile.
    """
    numbers = f.crew.numbers
    if parts > 1:
        offer(numbers, parts)
    while True:
        part = 0
        if parts == 0:
            part = wait_for_work(numbers)
        elif parts > 1:
            part = take(numbers)
        if part < 0:
            break
        _do(part, f)
        if parts == 1:
            return
        finish(numbers)
    if parts > 0:
        wait_until_done(numbers, parts)


@glue_kernel
def share(kind: int, parts: int, f: Flood) -> None:
    """Do all parts of a kind of work."""
    # a kind handed over as a number would make a kernel of its own
    f.crew.job[KIND], f.crew.job[N_PARTS] = kind, parts
    _work(parts, f)


@glue_kernel
def force(f: Flood) -> None:
    """Find all flows that have a law of their own."""
    share(FORCE, max(1, min(f.crew.parts, f.forced.tiles.size // _LEAST_FORCED)), f)


@glue_kernel
def look(kind: int, n: int, f: Flood) -> None:
    """Do work of a kind that looks at cells in ``tiles.seen[:n]``."""
    crew = f.crew
    share(kind, cut(f.tiles.seen, n, crew.parts, _LOOKS * crew.least_cells, crew.cuts), f)


def help_with(f: Flood) -> None:
    """Take parts of the work of the thread that leads, until it sends the helpers home."""
    _work(0, f)
