"""Fire in a town: from building to building by an event queue, in each building by its curve.

Every burning building waits in the queue for the next of its neighbours to catch. What is known
when it begins to spread (Hamada's times, chance, the winds to come) fixes those moments; water on a
fire stops its clock, so a run in many ticks and a run in one end alike.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.kernels.compile import bare_kernel, kernel
from sim.kernels.people import draw
from sim.kernels.urban_fire_growth import Curve, age_at_heat_s, burnt_j, curve_of, heat_w
from sim.kernels.urban_fire_pace import front_speeds, speed_towards
from sim.kernels.urban_fire_queue import again, drop_first, next_edge, wait
from sim.kernels.urban_fire_state import (
    ACTIVE,
    BURNING,
    BURNT_OUT,
    LIT,
    PUT_OUT,
    UNTOUCHED,
    WAITING,
    Fires,
    Laws,
    Town,
    Winds,
)

# -- catching fire --------------------------------------------------------------------------------


@bare_kernel
def luck(laws: Laws, row: int, other: int) -> float:
    """Return the factor on the time from one building to another: lognormal, median 1."""
    if laws.sigma == 0.0:
        return 1.0
    pair = (row << 31) | other
    radius = math.sqrt(-2.0 * math.log(1.0 - draw(laws.key_a, pair)))
    return math.exp(laws.sigma * radius * math.cos(2.0 * math.pi * draw(laws.key_b, pair)))


@bare_kernel
def arrival_s(town: Town, laws: Laws, winds: Winds, row: int, edge: int, begins_s: float) -> float:
    """Return when a neighbour catches from a fire that spreads from ``begins_s`` on.

    Each window of wind does its part of the way.
    """
    other = town.neighbour[edge]
    dx, dy = town.x_m[other] - town.x_m[row], town.y_m[other] - town.y_m[row]
    away_m = math.sqrt(dx * dx + dy * dy)
    if away_m == 0.0:
        return begins_s
    plan_m = 0.5 * (town.plan_m[row] + town.plan_m[other])
    resistant = 0.5 * (town.resistant[row] + town.resistant[other])
    left, at_s = luck(laws, row, other) / laws.pace, begins_s
    for k in range(len(winds.until_s)):
        if winds.until_s[k] <= at_s:
            continue
        speeds = front_speeds(plan_m, town.gap_m[edge], resistant, winds.speed_m_per_s[k])
        along = (dx * winds.east[k] + dy * winds.north[k]) / away_m
        across = (dx * winds.north[k] - dy * winds.east[k]) / away_m
        whole_s = away_m / speed_towards(speeds, along, across)
        if at_s + left * whole_s <= winds.until_s[k]:
            return at_s + left * whole_s
        left -= (winds.until_s[k] - at_s) / whole_s
        at_s = winds.until_s[k]
    return np.inf


@bare_kernel
def curve_at(town: Town, laws: Laws, row: int, fuel_j: float) -> Curve:
    """Return the design fire of a building with so much fuel."""
    return curve_of(town.growth_w_per_s2[row], town.peak_w[row], fuel_j, laws.decay_share)


@bare_kernel
def _catch(
    town: Town, laws: Laws, winds: Winds, fires: Fires, row: int, at_s: float, source: int
) -> float:
    """Set a building alight; return when the first neighbour is due, inf when none is.

    From outside it burns at once as strongly as a fire that broke out; a fire lit inside must
    first grow to that, and only then its neighbours' time begins.
    """
    curve = curve_at(town, laws, row, town.fuel_j[row])
    breakout_s = age_at_heat_s(curve, laws.breakout_w)
    spreads_s = at_s
    if source < 0:
        spreads_s += breakout_s
        breakout_s = 0.0
    fires.state[row], fires.source[row], fires.lit_s[row] = BURNING, source, at_s
    fires.start_s[row] = at_s - breakout_s
    fires.fuel_j[row] = town.fuel_j[row]
    fires.end_s[row] = fires.start_s[row] + curve.end_s
    fires.order[fires.counts[LIT]] = row
    fires.counts[LIT] += 1
    fires.active[fires.counts[ACTIVE]] = row
    fires.counts[ACTIVE] += 1
    first_s = np.inf
    for edge in range(town.offsets[row], town.offsets[row + 1]):
        other = town.neighbour[edge]
        if town.catches[other] and fires.state[other] == UNTOUCHED:
            fires.due_s[edge] = arrival_s(town, laws, winds, row, edge, spreads_s)
            first_s = min(first_s, fires.due_s[edge])
    return first_s


@kernel
def light(town: Town, laws: Laws, winds: Winds, fires: Fires, row: int, at_s: float) -> bool:
    """Light a building inside; return False when it burns or has burnt already."""
    if fires.state[row] != UNTOUCHED:
        return False
    first_s = _catch(town, laws, winds, fires, row, at_s, -1)
    if first_s < np.inf:
        wait(fires, row, first_s)
    return True


@bare_kernel
def _put_back(town: Town, fires: Fires, row: int, to_s: float) -> bool:
    """Put back the clock of the first of the queue by its time under mastery, if there was any."""
    mastered = fires.mastered_s[row] < np.inf
    lost_s = fires.held_s[row] - fires.shifted_s[row]
    if mastered:
        lost_s += to_s - fires.mastered_s[row]
    if lost_s <= 0.0 and not mastered:
        return False
    fires.shifted_s[row] += lost_s
    for edge in range(town.offsets[row], town.offsets[row + 1]):
        fires.due_s[edge] += lost_s
    again(town, fires, row, np.nextafter(to_s, np.inf) if mastered else 0.0)
    return True


@kernel
def spread(
    town: Town,
    laws: Laws,
    winds: Winds,
    fires: Fires,
    water_m3_per_s: NDArray[np.float32],
    to_s: float,
) -> None:
    """Let fire go from building to building up to ``to_s``.

    Time under mastery does not count: its clock is put back by it when its turn comes. A building
    under enough water of its own catches at the earliest when this call's time is over.
    """
    while fires.counts[WAITING] > 0 and fires.queue_s[0] <= to_s:
        row, at_s = fires.queue_row[0], fires.queue_s[0]
        if at_s >= fires.end_s[row] or fires.state[row] != BURNING:
            drop_first(fires)
            continue
        if _put_back(town, fires, row, to_s):
            continue
        edge = next_edge(town, fires, row)
        if edge < 0 or fires.due_s[edge] > at_s:  # another fire was faster
            again(town, fires, row, 0.0)
            continue
        other = town.neighbour[edge]
        if water_m3_per_s[other] >= town.shield_m3_per_s[other]:
            fires.due_s[edge] = np.nextafter(to_s, np.inf)
            again(town, fires, row, 0.0)
            continue
        first_s = _catch(town, laws, winds, fires, other, at_s, row)
        again(town, fires, row, 0.0)
        if first_s < np.inf:
            wait(fires, other, first_s)


# -- burning --------------------------------------------------------------------------------------


@bare_kernel
def heat_now_w(town: Town, laws: Laws, fires: Fires, row: int, now_s: float) -> float:
    """Return the heat of a burning building."""
    if fires.mastered_s[row] < np.inf:
        mastered_for_s = now_s - fires.mastered_s[row]
        return float(fires.mastered_w[row] * math.exp(-mastered_for_s / laws.quench_s))
    curve = curve_at(town, laws, row, fires.fuel_j[row])
    return heat_w(curve, now_s - fires.start_s[row])


@kernel
def fight(
    town: Town, laws: Laws, fires: Fires, water_m3_per_s: NDArray[np.float32], now_s: float
) -> None:
    """Judge which fires the water masters from now on; one it lets go of grows again."""
    for k in range(fires.counts[ACTIVE]):
        row = fires.active[k]
        heat = heat_now_w(town, laws, fires, row, now_s)
        enough = water_m3_per_s[row] > 0.0
        enough = enough and water_m3_per_s[row] >= heat * town.need_m3_per_j[row]
        mastered = fires.mastered_s[row] < np.inf
        if enough and not mastered:
            curve = curve_at(town, laws, row, fires.fuel_j[row])
            fires.fuel_j[row] -= burnt_j(curve, now_s - fires.start_s[row])
            fires.mastered_s[row], fires.mastered_w[row] = now_s, heat
            fires.end_s[row] = now_s + laws.quench_s * math.log(max(heat / laws.out_w, 1.0))
        elif mastered and not enough:
            _let_go(town, laws, fires, row, heat, now_s)


@bare_kernel
def _let_go(town: Town, laws: Laws, fires: Fires, row: int, heat: float, now_s: float) -> None:
    """Let a fire grow again from its heat, with the fuel that is left."""
    left_j = fires.fuel_j[row] - (fires.mastered_w[row] - heat) * laws.quench_s
    fires.held_s[row] += now_s - fires.mastered_s[row]
    fires.mastered_s[row] = np.inf
    growth = town.growth_w_per_s2[row]
    age_s = math.sqrt(heat / growth)
    fires.fuel_j[row] = max(left_j, 0.0) + growth * age_s**3 / 3.0
    curve = curve_at(town, laws, row, fires.fuel_j[row])
    fires.start_s[row] = now_s - age_s
    fires.end_s[row] = max(fires.start_s[row] + curve.end_s, now_s)


@kernel
def burn(
    town: Town, laws: Laws, fires: Fires, now_s: float, out_heat_w: NDArray[np.float32]
) -> int:
    """Write the heat of every fire now; return how many of `Fires.done` are newly out."""
    n_active, n_done = 0, 0
    for k in range(fires.counts[ACTIVE]):
        row = fires.active[k]
        if fires.end_s[row] <= now_s:
            fires.state[row] = PUT_OUT if fires.mastered_s[row] < np.inf else BURNT_OUT
            out_heat_w[row] = 0.0
            fires.done[n_done] = row
            n_done += 1
        else:
            out_heat_w[row] = heat_now_w(town, laws, fires, row, now_s)
            fires.active[n_active] = row
            n_active += 1
    fires.counts[ACTIVE] = n_active
    return n_done
