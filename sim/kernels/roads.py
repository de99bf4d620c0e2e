"""What water on the ground means for road edges."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.kernels.compile import kernel


@kernel
def max_over_cells(
    offsets: NDArray[np.int32],
    cells: NDArray[np.int32],
    values: NDArray[np.float32],
    out: NDArray[np.float32],
) -> None:
    """Write each way's largest value over its cells into ``out``; 0 for a way without cells.

    Parameters
    ----------
    offsets : (n + 1,) int32
        Cells of way i are ``cells[offsets[i]:offsets[i + 1]]``.
    cells : (m,) int32
        Flat cell indices.
    values : (ny * nx,) float32
        A layer, flattened.
    out : (n,) float32
        Written in place.
    """
    for way in range(len(offsets) - 1):
        largest = np.float32(0.0)
        for k in range(offsets[way], offsets[way + 1]):
            largest = max(largest, values[cells[k]])
        out[way] = largest


@kernel
def close_by_water(
    depth_m: NDArray[np.float32],
    max_depth_m: NDArray[np.float32],
    why: NDArray[np.uint8],
    bit: int,
    close_m: np.float32,
    reopen_m: np.float32,
) -> None:
    """Set and clear water's bit of why edges are closed; between the two depths it stays.

    Parameters
    ----------
    depth_m : (n,) float32
        Deepest water on each edge now.
    max_depth_m : (n,) float32
        The same so far. Written.
    why : (n,) uint8
        Written.
    bit : int
    close_m, reopen_m : float32
        Closed from the first on, open again up to the second.
    """
    for edge in range(len(why)):
        max_depth_m[edge] = max(max_depth_m[edge], depth_m[edge])
        if why[edge] & bit:
            if depth_m[edge] <= reopen_m:
                why[edge] ^= bit
        elif depth_m[edge] >= close_m:
            why[edge] |= bit


@kernel
def vehicle_times(
    travel_s: NDArray[np.float32],
    crawl_s: NDArray[np.float64],
    depth_m: NDArray[np.float32],
    closed: NDArray[np.bool_],
    impassable_m: np.float32,
    wading_m: np.float32,
) -> NDArray[np.float64]:
    """Return the time each edge takes a vehicle that wades; inf where it cannot go.

    Parameters
    ----------
    travel_s, crawl_s : (n,) float
        Driving through the water there is; at walking pace, from ``impassable_m`` up to
        ``wading_m`` deep.
    depth_m : (n,) float32
    closed : (n,) bool
    impassable_m, wading_m : float32
    """
    out = np.full(len(depth_m), np.inf)
    for edge in range(len(depth_m)):
        if closed[edge]:
            continue
        if depth_m[edge] < impassable_m and np.isfinite(travel_s[edge]):
            out[edge] = travel_s[edge]
        elif depth_m[edge] <= wading_m:
            out[edge] = crawl_s[edge]
    return out


@kernel
def compare_water(
    deep_m: NDArray[np.float32],
    depth_m: NDArray[np.float32],
    slowed_m: NDArray[np.float32],
    new_pace: NDArray[np.float32],
    pace: NDArray[np.float32],
    step_m: np.float32,
    changed: NDArray[np.int64],
) -> int:
    """Take over depth and pace of edges; write, and count, those that need new travel times.

    Parameters
    ----------
    deep_m, new_pace : (n,) float32
    depth_m, pace : (n,) float32
        Written.
    slowed_m : (n,) float32
        Depths that the travel times of now are for.
    step_m : float32
        Times are taken anew when water has risen or fallen so much, has come or has gone.
    changed : (n,) int64
        Written up to the returned count.
    """
    n = 0
    for edge in range(len(deep_m)):
        depth_m[edge] = deep_m[edge]
        anew = abs(deep_m[edge] - slowed_m[edge]) >= step_m
        anew |= (deep_m[edge] > 0) != (slowed_m[edge] > 0)
        anew |= pace[edge] != new_pace[edge]
        pace[edge] = new_pace[edge]
        if anew:
            changed[n] = edge
            n += 1
    return n
