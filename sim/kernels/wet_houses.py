"""In which houses water may endanger people: all houses in one pass a tick."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.kernels.compile import kernel


@kernel
def look_at_houses(
    depth_m: NDArray[np.float32],
    speed_m_per_s: NDArray[np.float32],
    now_s: float,
    wet_m: np.float32,
    floor_m: np.float32,
    fast_m_per_s: np.float32,
    wet_since_s: NDArray[np.float64],
    next_m: NDArray[np.float32],
    risen: NDArray[np.bool_],
    found: NDArray[np.int64],
) -> int:
    """Find the houses in deep or fast water, and return how many there are.

    Parameters
    ----------
    depth_m, speed_m_per_s : (n,) float32
        Water at each house.
    now_s : float
    wet_m, floor_m, fast_m_per_s : float32
        Least depth that counts at all, depth above which water is deep, speed from which it is
        fast.
    wet_since_s : (n,) float64
        When a house last began to stand in water; infinity while it does not. Written.
    next_m : (n,) float32
        Depth at which people look again: ``wet_m`` more than at the last look. Written.
    risen : (n,) bool
        Written: whether they look again now.
    found : (n,) int64
        Written up to the returned count, rising.
    """
    n = 0
    for house in range(len(depth_m)):
        here_m = depth_m[house]
        risen[house] = here_m >= next_m[house]
        if risen[house]:
            next_m[house] = here_m + wet_m
        if here_m < wet_m:
            wet_since_s[house] = np.inf
            continue
        if wet_since_s[house] == np.inf:
            wet_since_s[house] = now_s
        if here_m > floor_m or speed_m_per_s[house] >= fast_m_per_s:
            found[n] = house
            n += 1
    return n
