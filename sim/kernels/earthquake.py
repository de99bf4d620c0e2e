"""Earthquake loops: ellipses of equal shaking, damage states of many buildings, free road width."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.kernels.compile import kernel, row_kernel

Floats = NDArray[np.float64]

#: how exactly a semi-axis is found, km
_EXACT_KM = 1e-5


@kernel
def semi_major_km(
    along_km: Floats,
    across_km: Floats,
    major_slope: float,
    major_near_km: float,
    minor_slope: float,
    minor_near_km: float,
    level_gap: float,
    farthest_km: float,
    out: Floats,
) -> None:
    """Find the longer semi-axis of the ellipse of equal shaking through each site.

    Shaking falls along the longer axis as ``A + slope ln(a + near)`` and along the shorter one by
    a law of its own; both are equal at the two ends of an ellipse. The ellipse grows with ``a``,
    so halving finds the one that passes the site.

    Parameters
    ----------
    along_km, across_km : (n,) float
        Site from the epicentre, along and across the longer axis.
    major_slope, minor_slope, major_near_km, minor_near_km : float
        The two laws.
    level_gap : float
        A of the longer axis minus A of the shorter one.
    farthest_km : float
        No ellipse is longer.
    out : (n,) float
        The semi-axis, km; `farthest_km` for sites beyond.
    """
    for i in range(len(along_km)):
        low, high = 0.0, farthest_km
        while high - low > _EXACT_KM:
            a = 0.5 * (low + high)
            level = level_gap + major_slope * math.log(a + major_near_km)
            b = max(math.exp(level / minor_slope) - minor_near_km, 1e-9)
            if (along_km[i] / a) ** 2 + (across_km[i] / b) ** 2 > 1.0:
                low = a
            else:
                high = a
        out[i] = 0.5 * (low + high)


@row_kernel
def damage_states(
    ln_pga: NDArray[np.float32],
    site: NDArray[np.int32],
    ln_limits: NDArray[np.float32],
    out: NDArray[np.uint8],
) -> None:
    """Count for each building how many of its four limits the shaking at its site exceeds.

    Parameters
    ----------
    ln_pga : (fields, sites) float32
        Natural logarithm of the peak ground acceleration.
    site : (n,) int32
        Column of `ln_pga` of each building.
    ln_limits : (4, n) float32
        Logarithm of the acceleration at which slight, moderate, extensive and complete damage
        begin in this very building, in the same unit.
    out : (fields, n) uint8
        0 (none) to 4 (complete).
    """
    slight, moderate, extensive, complete = ln_limits[0], ln_limits[1], ln_limits[2], ln_limits[3]
    for f in range(ln_pga.shape[0]):
        shaking, states = ln_pga[f], out[f]
        for i in range(site.shape[0]):
            x = shaking[site[i]]
            states[i] = (
                np.uint8(x >= slight[i])
                + np.uint8(x >= moderate[i])
                + np.uint8(x >= extensive[i])
                + np.uint8(x >= complete[i])
            )


@kernel
def free_widths_m(
    first: NDArray[np.int64],
    left: NDArray[np.bool_],
    from_m: Floats,
    to_m: Floats,
    limit_m: Floats,
    half_width_m: Floats,
    out: Floats,
) -> None:
    """Return the narrowest place that heaps of debris leave on each road.

    Heaps on the two sides of a road meet only where they lie opposite each other.

    Parameters
    ----------
    first : (n + 1,) int64
        Heaps ``first[r]:first[r + 1]`` lie at road r.
    left : (m,) bool
        On which side of the road's line.
    from_m, to_m : (m,) float
        Where along the road a heap begins and ends.
    limit_m : (m,) float
        Distance from the road's line to the foot of the heap; negative beyond the line.
    half_width_m : (n,) float
    out : (n,) float
        Free width; infinity where no heap reaches the road.
    """
    for r in range(len(half_width_m)):
        half, narrowest = half_width_m[r], np.inf
        for i in range(first[r], first[r + 1]):
            if limit_m[i] >= half:
                continue
            here = max(half + limit_m[i], 0.0)
            for j in range(first[r], first[r + 1]):
                opposite = left[j] != left[i] and from_m[j] < to_m[i] and from_m[i] < to_m[j]
                if opposite and limit_m[j] < half:
                    here = min(here, max(limit_m[i] + limit_m[j], 0.0))
            narrowest = min(narrowest, here)
        out[r] = narrowest
