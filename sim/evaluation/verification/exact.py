"""Exact solutions of moving water to hold a solver against; wide channels, SI units."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

FloatArray = NDArray[np.floating]

GRAVITY_M_PER_S2: Final = 9.81


def local_inertial_wave_m(
    behind_front_m: FloatArray, speed_m_per_s: float, manning_n: float
) -> FloatArray:
    """Return depths of the wave that runs over a dry flat bed at a constant speed, ``q = u h``.

    Put ``h(u t - x)`` into the local inertial equations, which have no advection: then
    ``(g h - u^2) h' = g n^2 u^2 / h^(1/3)``, and with ``h = u^2 / g`` at the front
    ``3/7 g h^(7/3) - 3/4 u^2 h^(4/3)`` grows by ``g n^2 u^2`` a metre.

    Parameters
    ----------
    behind_front_m : (n,) float
        ``u t - x``; the depth is 0 where it is not positive.
    """
    g, u2 = GRAVITY_M_PER_S2, speed_m_per_s**2
    front_m = u2 / g
    farthest_m = max(float(np.max(behind_front_m)), 0.0)
    deepest_m = 2 * front_m + (7 / 3 * manning_n**2 * u2 * farthest_m + front_m ** (7 / 3)) ** (
        3 / 7
    )
    # x as a function of h is explicit: a dense table of it is inverted by interpolation
    depth_m = front_m + (deepest_m - front_m) * np.linspace(0, 1, 200_001) ** 2
    grown = 3 / 7 * g * depth_m ** (7 / 3) - 3 / 4 * u2 * depth_m ** (4 / 3)
    along_m = (grown - grown[0]) / (g * manning_n**2 * u2)
    return np.where(behind_front_m > 0, np.interp(behind_front_m, along_m, depth_m), 0.0)


def shallow_water_wave_m(
    behind_front_m: FloatArray, speed_m_per_s: float, manning_n: float
) -> FloatArray:
    """Return the same wave's depths under the full equations, Hunter et al. (2005)."""
    grown = 7 / 3 * (manning_n * speed_m_per_s) ** 2 * np.maximum(behind_front_m, 0.0)
    return np.asarray(grown ** (3 / 7))


def dam_break_m(x_m: FloatArray, t_s: float, left_m: float, right_m: float) -> FloatArray:
    """Return depths after a dam at x = 0 fails on a smooth flat bed.

    Ritter (1892) for a dry right side, Stoker (1957) for a wet one.
    """
    g = GRAVITY_M_PER_S2
    c_left, c_right = np.sqrt(g * left_m), np.sqrt(g * right_m)
    fan_m = 4 / (9 * g) * (c_left - x_m / (2 * t_s)) ** 2
    if right_m == 0:
        wet_m = np.where(x_m < 2 * c_left * t_s, fan_m, 0.0)
        return np.where(x_m < -c_left * t_s, left_m, wet_m)
    c_mid = _stoker_celerity_m_per_s(c_left, c_right)
    shock = 2 * c_mid**2 * (c_left - c_mid) / (c_mid**2 - c_right**2)
    calm_m = np.where(x_m < shock * t_s, c_mid**2 / g, right_m)
    moved_m = np.where(x_m < (2 * c_left - 3 * c_mid) * t_s, fan_m, calm_m)
    return np.where(x_m < -c_left * t_s, left_m, moved_m)


def dam_break_front_m(t_s: float, left_m: float, right_m: float) -> float:
    """Return how far the front of `dam_break_m` has run."""
    g = GRAVITY_M_PER_S2
    c_left, c_right = np.sqrt(g * left_m), np.sqrt(g * right_m)
    if right_m == 0:
        return float(2 * c_left * t_s)
    c_mid = _stoker_celerity_m_per_s(c_left, c_right)
    return float(2 * c_mid**2 * (c_left - c_mid) / (c_mid**2 - c_right**2) * t_s)


def _stoker_celerity_m_per_s(c_left: float, c_right: float) -> float:
    """Return the wave celerity between fan and shock."""

    def mismatch(c: float) -> float:
        return float(
            -8 * c_right**2 * c**2 * (c_left - c) ** 2
            + (c**2 - c_right**2) ** 2 * (c**2 + c_right**2)
        )

    return float(brentq(mismatch, c_right * (1 + 1e-9), c_left))


def macdonald_depth_m(x_m: FloatArray) -> FloatArray:
    """Return the steady subcritical depths of a 1 km channel with a smooth rise in the middle.

    MacDonald et al. (1997), as in SWASHES (Delestre et al. 2013, IJNMF 72:269), section 3.2.1.
    """
    hump = np.exp(-16 * (x_m / 1000 - 0.5) ** 2)
    return np.asarray((4 / GRAVITY_M_PER_S2) ** (1 / 3) * (1 + 0.5 * hump))


def bed_under_m(
    depth_m: Callable[[FloatArray], FloatArray],
    flow_m2_per_s: Callable[[FloatArray], FloatArray],
    x_m: FloatArray,
    *,
    length_m: float,
    manning_n: float,
    advection: bool,
) -> FloatArray:
    """Return the bed over which a flow has given steady depths; 0 at the downstream end.

    ``z' = -h' - n^2 q^2 / h^(10/3)``, and with advection ``+ q^2 h' / (g h^3) - 2 q q' / (g h^2)``.

    Parameters
    ----------
    depth_m, flow_m2_per_s : callable
        Depth and unit flow over x.
    x_m : (n,) float
        Where the bed is wanted, 0..`length_m`.
    advection : bool
        True for the full shallow water equations, False for the local inertial ones.
    """
    fine_m = np.linspace(0, length_m, 20_001)
    depth, flow = depth_m(fine_m), flow_m2_per_s(fine_m)
    depth_rise, flow_rise = np.gradient(depth, fine_m), np.gradient(flow, fine_m)
    slope = -depth_rise - manning_n**2 * flow**2 / depth ** (10 / 3)
    if advection:
        slope += flow**2 * depth_rise / (GRAVITY_M_PER_S2 * depth**3)
        slope -= 2 * flow * flow_rise / (GRAVITY_M_PER_S2 * depth**2)
    steps_m = (slope[1:] + slope[:-1]) / 2 * np.diff(fine_m)
    bed_m = np.concatenate([[0.0], np.cumsum(steps_m)])
    return np.asarray(np.interp(x_m, fine_m, bed_m - bed_m[-1]))


def planar_surface_m(
    x_m: FloatArray, y_m: FloatArray, t_s: float, *, radius_m: float, deep_m: float, shift_m: float
) -> FloatArray:
    """Return the level of Thacker's tilted plane that circles in a paraboloid, around its centre.

    Thacker (1981), SWASHES section 4.2.2; the bed is ``deep (r^2 / radius^2 - 1)``.
    """
    turn = np.sqrt(2 * GRAVITY_M_PER_S2 * deep_m) / radius_m * t_s
    tilt = 2 * x_m * np.cos(turn) + 2 * y_m * np.sin(turn) - shift_m
    return np.asarray(shift_m * deep_m / radius_m**2 * tilt)


def spill_level_m(elevation_m: FloatArray, pit: tuple[int, int]) -> float:
    """Return the level at which water standing in a pit finds a way further down.

    Water rises cell by cell over the lowest rim (a priority flood, Barnes et al. 2014) until the
    next cell lies below the level reached; infinity when the whole map is its basin.
    """
    ny, nx = elevation_m.shape
    rim = [(float(elevation_m[pit]), pit)]
    seen = {pit}
    level_m = float(elevation_m[pit])
    while rim:
        ground_m, (row, column) = heappop(rim)
        if ground_m < level_m:
            return level_m
        level_m = ground_m
        for near in ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)):
            if 0 <= near[0] < ny and 0 <= near[1] < nx and near not in seen:
                seen.add(near)
                heappush(rim, (float(elevation_m[near]), near))
    return float("inf")
