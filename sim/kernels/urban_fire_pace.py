"""How fast fire goes from building to building: Hamada's times in the form that HAZUS uses.

Source: M. Hamada (1951, 1975) for Japanese towns of wooden houses; the form with the correction for
little wind is that of HAZUS (FEMA, Technical Manual, "Fire following earthquake").
"""

from __future__ import annotations

import math
from typing import Final

from sim.kernels.compile import bare_kernel

#: below this wind, m/s, HAZUS blends the ellipse into a circle
LOW_WIND_M_PER_S: Final = 10.0
_S_PER_MIN: Final = 60.0


@bare_kernel
def _step_min(plan_m: float, gap_m: float, resistant: float, calm: float, gust: float) -> float:
    """Return minutes to burn through a building and over a gap that a wind shortens."""
    wood = 3.0 + 0.375 * plan_m + 8.0 * gap_m / (calm + gust)
    stone = 5.0 + 0.625 * plan_m + 16.0 * gap_m / (calm + gust)
    return (1.0 - resistant) * wood + resistant * stone


@bare_kernel
def hamada_min(
    plan_m: float, gap_m: float, resistant: float, wind_m_per_s: float
) -> tuple[float, float, float]:
    """Return minutes until the next building burns: downwind, to the side, upwind.

    Parameters
    ----------
    plan_m, gap_m : float
        Side of the buildings in plan; distance between walls.
    resistant : float
        Share of fire-resistant buildings.
    wind_m_per_s : float
    """
    v = wind_m_per_s
    down = _step_min(plan_m, gap_m, resistant, 25.0, 2.5 * v) / (
        1.6 * (1.0 + 0.1 * v + 0.007 * v * v)
    )
    side = _step_min(plan_m, gap_m, resistant, 5.0, 0.25 * v) / (1.0 + 0.005 * v * v)
    up = _step_min(plan_m, gap_m, resistant, 5.0, 0.2 * v) / (1.0 + 0.002 * v * v)
    return down, side, up


@bare_kernel
def front_speeds(
    plan_m: float, gap_m: float, resistant: float, wind_m_per_s: float
) -> tuple[float, float, float]:
    """Return the speed of a long-burning front downwind, to the side and upwind, m/s.

    It is what Hamada's distances grow by a second; in little wind all three go over into
    ``sqrt((down + up) / 2 * side)``, so that a fire without wind is a circle.
    """
    down_min, side_min, up_min = hamada_min(plan_m, gap_m, resistant, wind_m_per_s)
    step = (plan_m + gap_m) / _S_PER_MIN
    down, side, up = step / down_min, step / side_min, step / up_min
    if wind_m_per_s < LOW_WIND_M_PER_S:
        windy = wind_m_per_s / LOW_WIND_M_PER_S
        calm = (1.0 - windy) * math.sqrt(0.5 * (down + up) * side)
        down, side, up = down * windy + calm, side * windy + calm, up * windy + calm
    return down, side, up


@bare_kernel
def speed_towards(speeds_m_per_s: tuple[float, float, float], along: float, across: float) -> float:
    """Return the speed in a direction: two half ellipses, joined across the wind.

    Parameters
    ----------
    speeds_m_per_s : tuple of float
        Of `front_speeds`.
    along, across : float
        Cosine and sine of the angle to where the wind blows.
    """
    down, side, up = speeds_m_per_s
    head = down if along >= 0.0 else up
    return 1.0 / math.sqrt((along / head) ** 2 + (across / side) ** 2)


@bare_kernel
def hamada_reach_m(
    plan_m: float, gap_m: float, resistant: float, wind_m_per_s: float, after_min: float
) -> tuple[float, float, float]:
    """Return how far fire has come from its origin: downwind, to each side, upwind, m.

    Holds once the fire has taken its first step to the side, with the correction for little wind.
    """
    down_min, side_min, up_min = hamada_min(plan_m, gap_m, resistant, wind_m_per_s)
    step_m, first_m = plan_m + gap_m, 0.5 * plan_m + gap_m
    down = step_m * after_min / down_min
    side = first_m + step_m * (after_min - side_min) / side_min
    up = first_m + step_m * (after_min - up_min) / up_min
    if wind_m_per_s < LOW_WIND_M_PER_S:
        windy = wind_m_per_s / LOW_WIND_M_PER_S
        calm = (1.0 - windy) * math.sqrt(0.5 * (down + up) * side)
        down, side, up = down * windy + calm, side * windy + calm, up * windy + calm
    return down, side, up


@bare_kernel
def hamada_burnt(
    plan_m: float, gap_m: float, resistant: float, wind_m_per_s: float, after_min: float
) -> float:
    """Return how many buildings have burnt: 1.5 of the half axes' product, by their density."""
    down, side, up = hamada_reach_m(plan_m, gap_m, resistant, wind_m_per_s, after_min)
    return 1.5 * side * (down + up) / (plan_m + gap_m) ** 2
