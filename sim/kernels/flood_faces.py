"""Faces with a law of their own: the map's borders, and weirs (levee crests, breaches).

They are a short list beside the grid, evaluated from the depths before a step;
`sim.kernels.flood_sweep.sweep` writes them over what it found there.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.kernels.compile import steady_kernel
from sim.kernels.flood import F4, F8, GRAVITY_M_PER_S2, I8, LEVEL_ROUNDING_M, Ground

#: laws of a border face
FREE, LEVEL, FLOW = range(3)
#: Villemonte 1947 (submerged weirs): q / q_free = (1 - (H2 / H1)^1.5)^0.385
_DROWNED: Final = 0.385
#: difference of heads below which a drowned weir's flow is taken as proportional to it
NEARLY_LEVEL_M: Final = 0.01


@steady_kernel
def weir_flow(head_up_m: float, head_down_m: float, coefficient: float) -> float:
    """Return the unit flow over a broad crest, C H^1.5, less when drowned (Villemonte 1947).

    Within `NEARLY_LEVEL_M` of equal heads the flow goes to zero in a straight line: there the
    formula's slope is infinite, which no explicit step can follow.
    """
    if head_up_m <= 0.0:
        return 0.0
    free: float = coefficient * head_up_m * np.sqrt(head_up_m)
    if head_down_m <= 0.0:
        return free
    drop = max(head_up_m - head_down_m, 0.0)
    least = min(NEARLY_LEVEL_M, head_up_m)
    ratio = min(head_down_m, head_up_m - least) / head_up_m
    drowned: float = free * (1.0 - ratio * np.sqrt(ratio)) ** _DROWNED
    return drowned * min(drop / least, 1.0)


@steady_kernel
def weir_flows(
    out: F4, q_old: F4, depth_m: F8, z: Ground, faces: I8, upper: I8, lower: I8, crest_m: F8,
    invert_m: F8, width: F8, breach: F8, coefficient: float, steps_s: F8, dx_m: float,
    first_over_s: F8, t_s: float,
) -> None:  # fmt: skip
    """Write the unit flows over all weir faces to ``out``.

    The flow moves from its old value towards the formula's by 1 / (1 + 2 dt/dx q/drop): a steady
    overflow has the formula's value exactly, and nearly level water does not chatter (the
    linearised pair of cells is stable for any step, with up to four weirs around a cell).

    Parameters
    ----------
    faces, upper, lower : (n,) int64
        Flat index into ``q_old``; flat padded cells on the face's north or west, and on its south
        or east side.
    crest_m, invert_m : (n,) float64
        Levels of the standing crest and of the breach's sill.
    width : (n,) float64
        Length of crest that the face stands for, as a share of the cell side.
    breach : (n,) float64
        Share of that length which has failed.
    steps_s : (n,) float64
        Step that each face takes now; 0 leaves its flow as it is.
    first_over_s : (n,) float64
        First time with water over the standing crest, updated.
    """
    h = depth_m.ravel()
    ground = z.ravel()
    old = q_old.ravel()
    for k in range(out.size):
        out[k] = old[faces[k]]
        if steps_s[k] == 0.0:
            continue
        a, b = ground[upper[k]] + h[upper[k]], ground[lower[k]] + h[lower[k]]
        high, low = max(a, b), min(a, b)
        over = weir_flow(high - crest_m[k], low - crest_m[k], coefficient)
        if over > 0.0 and t_s < first_over_s[k]:
            first_over_s[k] = t_s
        sill = crest_m[k]
        aim = (1.0 - breach[k]) * over
        if breach[k] > 0.0:
            sill = min(sill, invert_m[k])
            aim += breach[k] * weir_flow(high - invert_m[k], low - invert_m[k], coefficient)
        aim *= width[k]
        was = np.float64(old[faces[k]])
        drop = high - low
        q = 0.0
        if drop > LEVEL_ROUNDING_M and aim > 0.0:
            aim = aim if a > b else -aim
            q = was + (aim - was) / (1.0 + 2.0 * steps_s[k] / dx_m * abs(aim) / drop)
        if (q > 0.0 and a <= sill) or (q < 0.0 and b <= sill):
            q = 0.0
        out[k] = np.float32(q)


@steady_kernel
def border_flows(
    out: F4, q_old: F4, depth_m: F8, z: Ground, manning: F8, faces: I8, cells: I8, inward: F8,
    law: I8, value: F8, film_m: float, steps_s: F8, dx_m: float,
) -> None:  # fmt: skip
    """Write the unit flows over all border faces that are not closed to ``out``.

    Parameters
    ----------
    inward : (n,) float64
        +1 where a positive flow enters the map (west, north), -1 elsewhere.
    law, value : (n,)
        FREE: uniform outflow down the slope ``value``; LEVEL: the water outside, one cell away on
        the same ground, stands at ``value`` (m); FLOW: ``value`` (m2/s) comes in.
    """
    old = q_old.ravel()
    h = depth_m.ravel()
    ground = z.ravel()
    roughness = manning.ravel()
    for k in range(out.size):
        out[k] = old[faces[k]]
        if steps_s[k] == 0.0:
            continue
        dt_s = steps_s[k]
        c = cells[k]
        q = 0.0
        if law[k] == FLOW:
            q = value[k]
        elif law[k] == FREE:
            if h[c] > film_m:
                uniform = h[c] ** (5.0 / 3.0) * np.sqrt(value[k]) / max(roughness[c], 1e-6)
                q = -min(uniform, h[c] * np.sqrt(GRAVITY_M_PER_S2 * h[c]))
        else:
            outside = max(value[k], ground[c])
            deep = max(outside, ground[c] + h[c]) - ground[c]
            if deep > film_m:
                drop = outside - (ground[c] + h[c])
                drop = 0.0 if abs(drop) <= LEVEL_ROUNDING_M else drop
                was = inward[k] * np.float64(old[faces[k]])
                drag = GRAVITY_M_PER_S2 * roughness[c] ** 2 * dt_s * abs(was) / deep ** (7.0 / 3.0)
                q = (was + GRAVITY_M_PER_S2 * deep * drop * dt_s / dx_m) / (1.0 + drag)
                most = deep * np.sqrt(GRAVITY_M_PER_S2 * deep)
                q = max(-most, min(most, q))
        out[k] = np.float32(inward[k] * q)


@steady_kernel
def border_volumes(q: F4, faces: I8, inward: F8, steps_s: F8, dx_m: float) -> tuple[float, float]:
    """Return what came in and what went out over the border faces in this step (m3)."""
    flat = q.ravel()
    came = 0.0
    went = 0.0
    for k in range(faces.size):
        if steps_s[k] == 0.0:
            continue
        volume = inward[k] * np.float64(flat[faces[k]]) * steps_s[k] * dx_m
        if volume > 0.0:
            came += volume
        else:
            went -= volume
    return came, went
