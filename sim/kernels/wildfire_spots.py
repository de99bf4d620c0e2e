"""Burning brands: what a burning cell throws ahead of the fire, and where it sets light."""

from __future__ import annotations

from math import cos, exp, log, pi, sin, sqrt
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.kernels.compile import bare_kernel
from sim.kernels.wildfire import F4, F8, I4, I8, Ground, Growth, Queue, push, window_of

#: igniting brands followed from one cell
MOST: Final = 4
#: draws that belong to a cell: how many brands, and two for each
_DRAWS: Final = 16
_GRAVITY_M_PER_S2: Final = 9.81
#: air of 300 K: density times specific heat times temperature, J/m3 (Sardoy et al. 2008)
_AIR_J_PER_M3: Final = 1.1 * 1121.0 * 300.0

_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_MIX_1: Final = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2: Final = np.uint64(0x94D049BB133111EB)


class Brands(NamedTuple):
    """Everything that brands depend on.

    Attributes
    ----------
    key : (1,) uint64
        Of the chance: `sim.core.rng.Streams.key`.
    per_cell : (w, c) float
        Brands expected from a burning cell that would set light where they land.
    heat_j_per_m2 : (w, c) float
    wind_m_per_s, east, north : (w,) float
        Wind that carries them and the unit vector it blows to.
    cell_m, crosswind, delay_s : (1,) float
        Side of a cell; spread across the wind over the distance; time from landing to flames.
    width : (1,) int64
        Cells in a row of the framed grid.
    found_cell, found_from : (m,) int32
        Where brands landed and from where; `found_s` when the new fires are to burn.
    n : (1,) int64
    """

    key: NDArray[np.uint64]
    per_cell: F8
    heat_j_per_m2: F8
    wind_m_per_s: F8
    east: F8
    north: F8
    cell_m: F8
    crosswind: F8
    delay_s: F8
    width: I8
    found_cell: I4
    found_from: I4
    found_s: F4
    n: I8


@bare_kernel
def uniform(key: np.uint64, row: int) -> float:
    """Return the draw of a row: the same as ``Streams.at`` gives for this key."""
    z = key + (np.uint64(row) + np.uint64(1)) * _GOLDEN
    z = (z ^ (z >> np.uint64(30))) * _MIX_1
    z = (z ^ (z >> np.uint64(27))) * _MIX_2
    z = z ^ (z >> np.uint64(31))
    return float(z >> np.uint64(11)) * 2.0**-53


@bare_kernel
def flight_of(intensity_w_per_m: float, wind_m_per_s: float) -> tuple[float, float]:
    """Return mean and deviation of the logarithm of the distance (m) that brands fly.

    Sardoy et al. (2008), doi 10.1016/j.combustflame.2008.04.008: brands that still burn on landing,
    driven by buoyancy below a Froude number of 1 and by wind above.
    """
    power = intensity_w_per_m * 1e-6
    plume_m = (intensity_w_per_m / (_AIR_J_PER_M3 * sqrt(_GRAVITY_M_PER_S2))) ** (2.0 / 3.0)
    if wind_m_per_s < sqrt(_GRAVITY_M_PER_S2 * plume_m):
        mean = 1.47 * power**0.54 * wind_m_per_s**-0.55 + 1.14
        return mean, 0.86 * power**-0.21 * wind_m_per_s**0.44 + 0.19
    mean = 1.32 * power**0.26 * wind_m_per_s**0.11 - 0.02
    return mean, 4.95 * power**-0.01 * wind_m_per_s**-0.02 - 3.48


@bare_kernel
def how_many(expected: float, luck: float) -> int:
    """Return a Poisson number by inversion, `MOST` at most."""
    part = exp(-expected)
    below, n = part, 0
    while luck > below and n < MOST:
        n += 1
        part *= expected / n
        below += part
    return n


@bare_kernel
def throw(ground: Ground, growth: Growth, brands: Brands, queue: Queue, cell: int) -> None:
    """Let a cell that has just begun to burn throw its brands; there must be room for `MOST`."""
    t_s = ground.arrive_s[cell]
    w, kind = window_of(growth.ends_s, t_s), ground.kind[cell]
    wind = brands.wind_m_per_s[w]
    intensity = brands.heat_j_per_m2[w, kind] * ground.pace_m_per_s[cell]
    if brands.per_cell[w, kind] <= 0.0 or wind <= 0.0 or intensity <= 0.0:
        return
    key, first = brands.key[0], cell * _DRAWS
    mean, deviation = flight_of(intensity, wind)
    for i in range(how_many(brands.per_cell[w, kind], uniform(key, first))):
        far = sqrt(-2.0 * log(1.0 - uniform(key, first + 1 + 2 * i)))
        turn = 2.0 * pi * uniform(key, first + 2 + 2 * i)
        along_m = exp(mean + deviation * far * cos(turn))
        across_m = brands.crosswind[0] * along_m * far * sin(turn)
        east_m = along_m * brands.east[w] + across_m * brands.north[w]
        north_m = along_m * brands.north[w] - across_m * brands.east[w]
        lights_s = t_s + along_m / wind + brands.delay_s[0]
        land(ground, growth, brands, queue, cell, east_m, north_m, lights_s)


@bare_kernel
def land(
    ground: Ground,
    growth: Growth,
    brands: Brands,
    queue: Queue,
    cell: int,
    east_m: float,
    north_m: float,
    lights_s: float,
) -> None:
    """Set light where a brand comes down, when that is ahead of the fire on ground that burns."""
    columns = round(east_m / brands.cell_m[0])
    rows = -round(north_m / brands.cell_m[0])
    width = brands.width[0]
    row, column = cell // width + rows, cell % width + columns
    inside = 0 <= row < len(ground.kind) // width and 0 <= column < width
    if not inside or max(abs(rows), abs(columns)) < 2:
        return
    end = row * width + column
    if ground.hold_s[end] > lights_s or ground.arrive_s[end] <= lights_s:
        return
    window = window_of(growth.ends_s, lights_s)
    a = growth.a_m_per_s[window, ground.kind[end]]
    if a <= 0.0:
        return
    ground.arrive_s[end] = lights_s
    ground.origin[end] = ground.origin[cell]
    ground.pace_m_per_s[end] = a
    push(queue, lights_s, end)
    n = brands.n[0]
    brands.found_cell[n] = end
    brands.found_from[n] = cell
    brands.found_s[n] = ground.arrive_s[end]
    brands.n[0] = n + 1
