"""The course of a flood: rounds of turns, rain and losses, the largest values, to a given time.

All in compiled code, since a thread that comes back to Python between rounds waits there for those
who look after the people.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np

from sim.kernels.compile import glue_kernel, kernel, lead_kernel
from sim.kernels.flood import F8, GRAVITY_M_PER_S2, I8, TILE
from sim.kernels.flood_columns import (
    DRAINING_S,
    DRAINS,
    ELAPSED_S,
    FIRST_INFLOW,
    LEAST_M2_PER_S,
    N_BOOKED,
    NOW_S,
    PUMPED,
    RAIN,
    RAIN_M,
    SOAKING_S,
    WET_M,
    Flood,
)
from sim.kernels.flood_faces import LEVEL
from sim.kernels.flood_jobs import CALM, LOOK, SETTLE, look
from sim.kernels.flood_round import turns
from sim.kernels.flood_series import integral, value_at
from sim.kernels.flood_sources import take
from sim.kernels.flood_tiles import deeper_than, list_spans, rest, set_levels

#: growth of the deepest water from plan to plan that the next plan foresees, at most
_MOST_GROWTH: Final = 2.0
#: settlings that one takes the place of while no rain falls
_DRY_SETTLINGS: Final = 6
#: a round may take so many times the span from one settling to the next
_ROUND: Final = 2.0


class Pace(NamedTuple):
    """What acts how often, as in `sim.hazards.local_inertial.LocalInertial`."""

    settling_s: float
    look_s: float
    rest_m2_per_s: float
    wet_m: float
    weights: float  #: cells that rain falls on
    drying: bool  #: whether soil drinks the more the drier it is, which its owner must tell


#: elements of the clock: now; when rain and losses last acted and largest values were taken;
#: deepest water at the last plan, and how fast it grew; 1 if soil was told what it can drink
NOW, SETTLED, SEEN, DEEPEST, GROWTH, TOLD = range(6)
N_CLOCK = 6
#: elements of the book (m3), besides those that `turns` books
FALLEN, SOAKED, DRAINED = range(N_BOOKED, N_BOOKED + 3)
N_BOOK = N_BOOKED + 3
#: elements of what is counted: shortest steps, cells stepped, cells a turn in the last round
STEPS, UPDATES, WIDTH = range(3)
N_COUNTED = 3


@glue_kernel
def stable_s(f: Flood, depth_m: float) -> float:
    """Return the longest stable step for a depth."""
    return f.laws.alpha * f.laws.dx_m / math.sqrt(GRAVITY_M_PER_S2 * depth_m)


@glue_kernel
def _pause_s(f: Flood, pace: Pace, clock: F8) -> float:
    """Return the time from one settling to the next: longer while no rain falls.

    At most the time in which no wave can cross a tile.
    """
    deepest_m = max(clock[DEEPEST], f.laws.film_m)
    crossing_s = TILE * f.laws.dx_m / math.sqrt(GRAVITY_M_PER_S2 * deepest_m)
    dry_s = min(_DRY_SETTLINGS * pace.settling_s, crossing_s)
    if integral(f.courses, RAIN, clock[SETTLED], clock[SETTLED] + dry_s) > 0.0:
        return pace.settling_s
    return max(pace.settling_s, dry_s)


@glue_kernel
def _settles(at_s: float, to_s: float, f: Flood, pace: Pace, clock: F8) -> bool:
    """Whether rain and losses act at a time on the way to ``to_s``."""
    return at_s - clock[SETTLED] >= _pause_s(f, pace, clock) or at_s >= to_s


@glue_kernel
def _outside_m(f: Flood, t_s: float) -> float:
    """Take the levels outside of a moment; return the deepest they can push onto a border cell."""
    forced, z = f.forced, f.water.z
    group = FIRST_INFLOW + f.points.inflow_first.size - 1
    for g in range(forced.group_first.size):
        now = value_at(f.courses, group + g, t_s)
        forced.value[forced.group_first[g] : forced.group_last[g]] = now
    most, held = 0.0, False
    for g in range(forced.group_first.size):
        for k in range(forced.group_first[g], forced.group_last[g]):
            if forced.law[k] == LEVEL:
                deep = forced.value[k] - np.float64(z[forced.border_cells[k]])
                most = max(most, deep) if held else deep
                held = True
    return most


@glue_kernel
def _rising_m(f: Flood, pace: Pace, t_s: float, deepest_m: float) -> float:
    """Return the depth that inflows may reach within one step."""
    points, h = f.points, f.water.h
    dt_s = min(stable_s(f, deepest_m), pace.settling_s)
    area_m2 = f.laws.dx_m * f.laws.dx_m
    most = 0.0
    for k in range(points.inflow_first.size - 1):
        series = FIRST_INFLOW + k
        flow = max(value_at(f.courses, series, t_s), value_at(f.courses, series, t_s + dt_s))
        cells = points.inflow_cells[points.inflow_first[k] : points.inflow_first[k + 1]]
        there_m = h[cells[0]]
        for cell in cells:
            there_m = max(there_m, h[cell])
        most = max(most, there_m + flow * dt_s / (cells.size * area_m2))
    return most


@kernel
def in_few_rounds(n_steps: int, most: int) -> int:
    """Return up to a seventh more steps, so that they make few rounds of 2^k, at most ``most``."""
    best, fewest = n_steps, n_steps + 1
    for n in range(n_steps, n_steps + n_steps // 7 + 1):
        rounds, left = n // most, n % most
        while left > 0:
            rounds += left % 2
            left //= 2
        if rounds < fewest:
            best, fewest = n, rounds
    return best


@glue_kernel
def _plan(
    f: Flood, clock: F8, deepest_m: float, incoming_m: float, left_s: float, longest_s: float,
    round_s: float,
) -> tuple[float, int]:  # fmt: skip
    """Set the tiles' levels; return the shortest step (s) and how many make one round.

    Parameters
    ----------
    deepest_m, incoming_m : float
        Deepest water, at least a film; depth that borders and sources may bring at once.
    left_s, longest_s, round_s : float
        The round ends within ``left_s``; its shortest step takes at most ``longest_s``, all
        its steps at most ``round_s``.
    """
    laws, tiles = f.laws, f.tiles
    if clock[DEEPEST] > 0.0:
        clock[GROWTH] = min(max(deepest_m / clock[DEEPEST], 1.0), _MOST_GROWTH)
    clock[DEEPEST] = deepest_m
    growth = clock[GROWTH]
    dt_s = min(stable_s(f, max(deepest_m * growth, incoming_m)), longest_s)
    n_steps = math.ceil(left_s / dt_s * (1.0 - 1e-12))
    dt_s = left_s / n_steps
    levels = min(laws.levels, 1 + int(math.log2(min(round_s / dt_s, n_steps))))
    reach_m = f.crew.reach_m[:levels]
    for level in range(reach_m.size):
        wave = laws.alpha * laws.dx_m / (dt_s * (1 << level))
        reach_m[level] = wave * wave / GRAVITY_M_PER_S2 / growth
    highest = set_levels(tiles.measures, tiles.beside_pinned, laws.film_m, reach_m, tiles.levels)
    n_turns = 1 << highest
    return left_s / in_few_rounds(n_steps, n_turns), n_turns


@glue_kernel
def _round(
    to_s: float, rests: bool, f: Flood, pace: Pace, clock: F8, book: F8, counted: I8
) -> None:
    """Take as many steps as bring all tiles to one time again; then some may rest."""
    from_s = clock[NOW]
    outside_m = _outside_m(f, from_s)
    deepest_m = deeper_than(f.tiles.measures, f.laws.film_m, f.tiles.some)
    deepest_m = max(deepest_m, f.laws.film_m)
    incoming_m = max(outside_m, _rising_m(f, pace, from_s, deepest_m))
    round_s = _ROUND * _pause_s(f, pace, clock)
    dt_s, n_turns = _plan(
        f, clock, deepest_m, incoming_m, to_s - from_s, pace.settling_s, round_s
    )  # fmt: skip
    for k in range(n_turns + 1):
        f.crew.times_s[k] = from_s + dt_s * k
    end_s = from_s + n_turns * dt_s
    if to_s - end_s < 1e-9 * dt_s:
        end_s = to_s
    rained_on = _settles(end_s, to_s, f, pace, clock)
    rained_on = rained_on and integral(f.courses, RAIN, clock[SETTLED], end_s) > 0.0
    stepped = turns(n_turns, dt_s, f, rests or not rained_on)
    for k in range(N_BOOKED):
        book[k] += f.crew.booked[k]
    clock[NOW] = end_s
    counted[STEPS] += n_turns
    counted[UPDATES] += stepped
    counted[WIDTH] = stepped // n_turns


@glue_kernel
def _rest(f: Flood, pace: Pace) -> None:
    """Let water rest until it rains or losses act: in tiles without flow, nor beside one."""
    tiles, laws = f.tiles, f.laws
    deeper_than(tiles.measures, laws.film_m, tiles.some)
    n = list_spans(tiles.some, laws.nx, tiles.seen)
    for r in range(tiles.some.shape[0]):
        for c in range(tiles.some.shape[1]):
            tiles.some[r, c] = 1 - tiles.pinned[r, c]
    f.crew.now[LEAST_M2_PER_S] = pace.rest_m2_per_s
    look(CALM, n, f)
    rest(tiles.some, tiles.warmth, f.water.flows, laws.ny, laws.nx, tiles.resting)


@glue_kernel
def _settle(f: Flood, pace: Pace, clock: F8, book: F8) -> None:
    """Let rain and losses act for the time since they last did, and book it."""
    tiles, laws, now, points = f.tiles, f.laws, f.crew.now, f.points
    area_m2 = laws.dx_m * laws.dx_m
    since_s = clock[NOW] - clock[SETTLED]
    rain_m = integral(f.courses, RAIN, clock[SETTLED], clock[NOW])
    now[RAIN_M], now[SOAKING_S] = rain_m, since_s
    now[DRAINING_S] = integral(f.courses, DRAINS, clock[SETTLED], clock[NOW])
    clock[SETTLED] = clock[NOW]
    if rain_m == 0.0:
        deeper_than(tiles.measures, 0.0, tiles.some)
    else:
        tiles.some[:] = 0
    n = list_spans(tiles.some, laws.nx, tiles.seen)
    look(SETTLE, n, f)
    soaked_m = drained_m = 0.0
    for s in range(n):
        soaked_m += f.losses.taken_m[s, 0]
        drained_m += f.losses.taken_m[s, 1]
    book[FALLEN] += rain_m * pace.weights * area_m2
    book[SOAKED] += soaked_m * area_m2
    book[DRAINED] += drained_m * area_m2
    if points.mobile_cells.size > 0:
        taken_m = take(f.water.h, points.mobile_cells, points.mobile_m_per_s, since_s)
        book[PUMPED] += taken_m * area_m2
    tiles.resting[:] = 0


@glue_kernel
def _look(f: Flood, pace: Pace, clock: F8) -> None:
    """Take the largest values so far, of the water that has stood since the last look."""
    now, tiles = f.crew.now, f.tiles
    now[NOW_S], now[ELAPSED_S], now[WET_M] = clock[NOW], clock[NOW] - clock[SEEN], pace.wet_m
    deeper_than(tiles.measures, f.laws.film_m, tiles.some)
    look(LOOK, list_spans(tiles.some, f.laws.nx, tiles.seen), f)
    clock[SEEN] = clock[NOW]


@lead_kernel
def flow_on(to_s: float, f: Flood, pace: Pace, clock: F8, book: F8, counted: I8) -> bool:
    """Go on to ``to_s`` exactly, in steps within the stability bound, leading the crew.

    Return True when soil must be told first what it can drink now (and ``clock[TOLD]`` be 1).

    Parameters
    ----------
    clock, book, counted
        Times (s), volumes (m3) and counts, by the names above; read and written.
    """
    while clock[NOW] < to_s or clock[TOLD] > 0.0:
        if clock[TOLD] == 0.0:
            rests = clock[SETTLED] == clock[NOW] and _pause_s(f, pace, clock) > pace.settling_s
            _round(to_s, rests, f, pace, clock, book, counted)
            if rests and pace.rest_m2_per_s > 0.0:
                _rest(f, pace)
        if _settles(clock[NOW], to_s, f, pace, clock):
            if pace.drying and clock[TOLD] == 0.0:
                return True
            clock[TOLD] = 0.0
            _settle(f, pace, clock, book)
        if clock[NOW] - clock[SEEN] >= pace.look_s or clock[NOW] >= to_s:
            _look(f, pace, clock)
    return False
