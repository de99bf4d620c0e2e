"""Which buildings stand near which: pairs from bins, gaps between walls, screens in between."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.kernels.compile import bare_kernel, kernel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@bare_kernel
def _box_gap_m(boxes_m: Floats, i: int, j: int) -> float:
    """Return the distance between two boxes (west, south, east, north); 0 when they touch."""
    east = max(boxes_m[j, 0] - boxes_m[i, 2], boxes_m[i, 0] - boxes_m[j, 2], 0.0)
    north = max(boxes_m[j, 1] - boxes_m[i, 3], boxes_m[i, 1] - boxes_m[j, 3], 0.0)
    return math.sqrt(east * east + north * north)


@bare_kernel
def _to_segment_m2(px: float, py: float, ax: float, ay: float, bx: float, by: float) -> float:
    """Return the squared distance of a point from a segment."""
    ux, uy = bx - ax, by - ay
    length2 = ux * ux + uy * uy
    share = 0.0
    if length2 > 0.0:
        share = min(max(((px - ax) * ux + (py - ay) * uy) / length2, 0.0), 1.0)
    dx, dy = px - ax - share * ux, py - ay - share * uy
    return dx * dx + dy * dy


@bare_kernel
def _side(ax: float, ay: float, bx: float, by: float, px: float, py: float) -> float:
    return (bx - ax) * (py - ay) - (by - ay) * (px - ax)


@kernel
def outline_gap_m(corners: Ints, x_m: Floats, y_m: Floats, i: int, j: int) -> float:
    """Return the distance between two outlines; 0 when their walls touch or cross.

    Parameters
    ----------
    corners : (n + 1,) int64
        Corners of building ``i`` are ``corners[i]:corners[i + 1]``; closed or open rings.
    """
    nearest2 = np.inf
    n_i, n_j = corners[i + 1] - corners[i], corners[j + 1] - corners[j]
    for k in range(n_i):
        a, b = corners[i] + k, corners[i] + (k + 1) % n_i
        for m in range(n_j):
            c, d = corners[j] + m, corners[j] + (m + 1) % n_j
            across = _side(x_m[a], y_m[a], x_m[b], y_m[b], x_m[c], y_m[c]) * _side(
                x_m[a], y_m[a], x_m[b], y_m[b], x_m[d], y_m[d]
            )
            along = _side(x_m[c], y_m[c], x_m[d], y_m[d], x_m[a], y_m[a]) * _side(
                x_m[c], y_m[c], x_m[d], y_m[d], x_m[b], y_m[b]
            )
            if across < 0.0 and along < 0.0:
                return 0.0
            ends = min(
                _to_segment_m2(x_m[a], y_m[a], x_m[c], y_m[c], x_m[d], y_m[d]),
                _to_segment_m2(x_m[c], y_m[c], x_m[a], y_m[a], x_m[b], y_m[b]),
            )
            nearest2 = min(nearest2, ends)
    return math.sqrt(nearest2)


@kernel
def _bins_of(boxes_m: Floats, half_m: float, bin_m: float) -> Ints:
    """Return for each box the first and last column and row of bins that it reaches into."""
    west, south = boxes_m[:, 0].min() - half_m, boxes_m[:, 1].min() - half_m
    found = np.empty((len(boxes_m), 4), np.int64)
    for i in range(len(boxes_m)):
        found[i, 0] = int((boxes_m[i, 0] - half_m - west) / bin_m)
        found[i, 1] = int((boxes_m[i, 1] - half_m - south) / bin_m)
        found[i, 2] = int((boxes_m[i, 2] + half_m - west) / bin_m)
        found[i, 3] = int((boxes_m[i, 3] + half_m - south) / bin_m)
    return found


@kernel
def _filled(bins: Ints, n_across: int, n_up: int) -> tuple[Ints, NDArray[np.int32]]:
    """Return the buildings of each bin: where it begins, and the rows, ascending."""
    begins = np.zeros(n_across * n_up + 1, np.int64)
    for i in range(len(bins)):
        for v in range(bins[i, 1], bins[i, 3] + 1):
            for u in range(bins[i, 0], bins[i, 2] + 1):
                begins[v * n_across + u + 1] += 1
    begins = np.cumsum(begins)
    at = begins[:-1].copy()
    rows = np.empty(begins[-1], np.int32)
    for i in range(len(bins)):
        for v in range(bins[i, 1], bins[i, 3] + 1):
            for u in range(bins[i, 0], bins[i, 2] + 1):
                rows[at[v * n_across + u]] = i
                at[v * n_across + u] += 1
    return begins, rows


@kernel
def near_pairs(
    boxes_m: Floats, corners: Ints, x_m: Floats, y_m: Floats, reach_m: float, bin_m: float
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]:
    """Return every pair of buildings with at most ``reach_m`` between their walls, once.

    Each building is put into all bins that its box, widened by half the reach, touches; a pair that
    shares several bins is taken in the first of them only.

    Parameters
    ----------
    boxes_m : (n, 4) float
        West, south, east, north.
    corners, x_m, y_m : arrays
        Outlines as for `outline_gap_m`; no corners at all: the boxes are the buildings.
    bin_m : float
        Side of a bin.

    Returns
    -------
    tuple of (pairs,) arrays
        Lower row, higher row, gap in metres.
    """
    bins = _bins_of(boxes_m, 0.5 * reach_m, bin_m)
    n_across, n_up = bins[:, 2].max() + 1, bins[:, 3].max() + 1
    begins, rows = _filled(bins, n_across, n_up)
    room = 4 * len(boxes_m) + 16
    low, high = np.empty(room, np.int32), np.empty(room, np.int32)
    gap_m = np.empty(room, np.float32)
    n = 0
    for cell in range(n_across * n_up):
        u, v = cell % n_across, cell // n_across
        for a in range(begins[cell], begins[cell + 1]):
            i = rows[a]
            for b in range(a + 1, begins[cell + 1]):
                j = rows[b]
                if max(bins[i, 0], bins[j, 0]) != u or max(bins[i, 1], bins[j, 1]) != v:
                    continue
                apart_m = _box_gap_m(boxes_m, i, j)
                if apart_m <= reach_m and len(corners) > 0:
                    apart_m = outline_gap_m(corners, x_m, y_m, i, j)
                if apart_m > reach_m:
                    continue
                if n == len(low):
                    low = np.concatenate((low, np.empty(n, np.int32)))
                    high = np.concatenate((high, np.empty(n, np.int32)))
                    gap_m = np.concatenate((gap_m, np.empty(n, np.float32)))
                low[n], high[n], gap_m[n] = i, j, apart_m
                n += 1
    return low[:n], high[:n], gap_m[:n]


@kernel
def rows_of_pairs(
    n: int, low: NDArray[np.int32], high: NDArray[np.int32], gap_m: NDArray[np.float32]
) -> tuple[Ints, NDArray[np.int32], NDArray[np.float32]]:
    """Return pairs as a list of neighbours for each building: offsets, neighbours, gaps."""
    offsets = np.zeros(n + 1, np.int64)
    for k in range(len(low)):
        offsets[low[k] + 1] += 1
        offsets[high[k] + 1] += 1
    offsets = np.cumsum(offsets)
    at = offsets[:-1].copy()
    neighbour, gaps_m = np.empty(offsets[-1], np.int32), np.empty(offsets[-1], np.float32)
    for k in range(len(low)):
        for i, j in ((low[k], high[k]), (high[k], low[k])):
            neighbour[at[i]], gaps_m[at[i]] = j, gap_m[k]
            at[i] += 1
    return offsets, neighbour, gaps_m


@bare_kernel
def _screened(
    a: int,
    b: int,
    begin: int,
    end: int,
    neighbour: NDArray[np.int32],
    x_m: Floats,
    y_m: Floats,
    radius_m: Floats,
) -> bool:
    """Whether one of some neighbours stands on the line between two centres."""
    ux, uy = x_m[b] - x_m[a], y_m[b] - y_m[a]
    length2 = ux * ux + uy * uy
    for edge in range(begin, end):
        k = neighbour[edge]
        dx, dy = x_m[k] - x_m[a], y_m[k] - y_m[a]
        along = dx * ux + dy * uy
        off_m2 = (dx * uy - dy * ux) ** 2
        if 0.0 < along < length2 and off_m2 < radius_m[k] ** 2 * length2:
            return True
    return False


@kernel
def unscreened(
    offsets: Ints,
    neighbour: NDArray[np.int32],
    gap_m: NDArray[np.float32],
    x_m: Floats,
    y_m: Floats,
    radius_m: Floats,
) -> tuple[Ints, NDArray[np.int32], NDArray[np.float32]]:
    """Return the graph without pairs that see each other only through a third building.

    A building screens two others when the line between their centres passes its own centre, between
    them, nearer than its radius; neighbours of either are looked at.
    """
    kept = np.zeros(len(offsets), np.int64)
    new_neighbour, new_gap_m = neighbour.copy(), gap_m.copy()
    n = 0
    for i in range(len(offsets) - 1):
        for edge in range(offsets[i], offsets[i + 1]):
            j = int(neighbour[edge])
            a, b = min(i, j), max(i, j)
            if not (
                _screened(a, b, offsets[a], offsets[a + 1], neighbour, x_m, y_m, radius_m)
                or _screened(a, b, offsets[b], offsets[b + 1], neighbour, x_m, y_m, radius_m)
            ):
                new_neighbour[n], new_gap_m[n] = j, gap_m[edge]
                n += 1
        kept[i + 1] = n
    return kept, new_neighbour[:n].copy(), new_gap_m[:n].copy()
