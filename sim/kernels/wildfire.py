"""Arrival times of a fire over a grid, in order of time: an event queue with triangle updates.

A cell that burns offers its neighbours a time: along the straight ray, or from the best point
between itself and a burnt cell beside it (the front between two cells taken as straight), both by
the ellipse of the ground there. Offers are queued and taken in the order of time, so work can stop
at any moment and go on later with the same result. Where a better time comes late, which happens
in long ellipses, it replaces the old one and is passed on (label correcting).

Arrays are flat over a grid with a frame of unburnable cells as wide as the longest ray.
"""

from __future__ import annotations

from math import inf, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.kernels.compile import bare_kernel

F4 = NDArray[np.float32]
F8 = NDArray[np.float64]
I4 = NDArray[np.int32]
I8 = NDArray[np.int64]
U8 = NDArray[np.uint8]


class Ground(NamedTuple):
    """What is known of each cell.

    Attributes
    ----------
    arrive_s : (n,) float32
        Arrival, or the best offer so far; infinity.
    hold_s : (n,) float32
        Until when fire cannot enter; infinity where nothing ever burns.
    pace_m_per_s : (n,) float32
        Speed of the front as it came, across itself.
    origin : (n,) int32
        Which ignition it came from.
    kind : (n,) int32
        Column of the tables of `Growth`.
    burnt : (n,) uint8
    """

    arrive_s: F4
    hold_s: F4
    pace_m_per_s: F4
    origin: I4
    kind: I4
    burnt: U8


class Rays(NamedTuple):
    """Where a cell reaches to, sorted by direction.

    Attributes
    ----------
    offset : (k,) int64
        From a cell to its neighbour.
    east_m, north_m, length_m : (k,) float
    own : (k,) float
        Share of the ray that counts as ground of the neighbour.
    first : (k + 1,) int64
        Of each ray in `under`.
    under : (m,) int64
        Offsets of the other cells that the ray touches, corners included.
    share : (m,) float
        Of the ray's length in them; 0 at corners.
    """

    offset: I8
    east_m: F8
    north_m: F8
    length_m: F8
    own: F8
    first: I8
    under: I8
    share: F8


class Growth(NamedTuple):
    """Ellipses by weather window and kind of ground.

    Attributes
    ----------
    ends_s : (w,) float
        End of each window; the last is infinity.
    a_m_per_s : (w, c) float
        Speed of the rear-focus ellipse across its axis, ``head (1 - eccentricity)``; 0 where
        nothing burns.
    east, north : (w, c) float
        Heading of the ellipse, as long as its eccentricity.
    """

    ends_s: F8
    a_m_per_s: F8
    east: F8
    north: F8


class Queue(NamedTuple):
    """A binary heap of offers; `n` holds how many."""

    time_s: F4
    cell: I4
    n: I8


@bare_kernel
def push(queue: Queue, time_s: float, cell: int) -> None:
    """Put an offer into the queue."""
    times, cells = queue.time_s, queue.cell
    at = queue.n[0]
    queue.n[0] = at + 1
    key = np.float32(time_s)
    while at > 0:
        above = (at - 1) >> 1
        if times[above] <= key:
            break
        times[at] = times[above]
        cells[at] = cells[above]
        at = above
    times[at] = key
    cells[at] = cell


@bare_kernel
def pop(queue: Queue) -> int:
    """Take the earliest offer out and return its cell; its time stood in ``time_s[0]``."""
    times, cells = queue.time_s, queue.cell
    first = cells[0]
    n = queue.n[0] - 1
    queue.n[0] = n
    key, cell = times[n], cells[n]
    at = 0
    while True:
        below = 2 * at + 1
        if below >= n:
            break
        if below + 1 < n and times[below + 1] < times[below]:
            below += 1
        if key <= times[below]:
            break
        times[at] = times[below]
        cells[at] = cells[below]
        at = below
    times[at] = key
    cells[at] = cell
    return int(first)


@bare_kernel
def window_of(ends_s: F8, t_s: float) -> int:
    """Return the weather window of a time."""
    w = 0
    while ends_s[w] <= t_s:
        w += 1
    return w


@bare_kernel
def cross_s(
    growth: Growth, w: int, kind: int, east_m: float, north_m: float, length_m: float
) -> float:
    """Return how long a fire takes along a vector on one kind of ground."""
    a = growth.a_m_per_s[w, kind]
    if a <= 0.0:
        return inf
    along_m = growth.east[w, kind] * east_m + growth.north[w, kind] * north_m
    return float((length_m - along_m) / a)


@bare_kernel
def is_open(ground: Ground, rays: Rays, source: int, k: int, t_s: float) -> bool:
    """Whether no cell that a ray touches on its way holds the fire."""
    for i in range(rays.first[k], rays.first[k + 1]):
        if ground.hold_s[source + rays.under[i]] > t_s:
            return False
    return True


@bare_kernel
def is_mixed(ground: Ground, rays: Rays, source: int, k: int, kind: int) -> bool:
    """Whether a ray crosses other ground than its end's."""
    for i in range(rays.first[k], rays.first[k + 1]):
        if rays.share[i] > 0.0 and ground.kind[source + rays.under[i]] != kind:
            return True
    return False


@bare_kernel
def reach_s(
    ground: Ground,
    rays: Rays,
    growth: Growth,
    source: int,
    k: int,
    mixed: bool,
    from_s: float,
    east_m: float,
    north_m: float,
) -> float:
    """Return when a fire that starts on a vector at a time is at its end.

    Each weather window carries it as far as it lasts. On mixed ground each cell's share of the
    ray counts with that cell's speed.
    """
    kind = ground.kind[source + rays.offset[k]]
    length_m = sqrt(east_m * east_m + north_m * north_m)
    w = window_of(growth.ends_s, from_s)
    left, t_s = 1.0, from_s
    while True:
        whole_s = cross_s(growth, w, kind, east_m, north_m, length_m)
        if mixed:
            whole_s *= rays.own[k]
            for i in range(rays.first[k], rays.first[k + 1]):
                if rays.share[i] > 0.0:
                    other = ground.kind[source + rays.under[i]]
                    whole_s += rays.share[i] * cross_s(growth, w, other, east_m, north_m, length_m)
        if t_s + left * whole_s <= growth.ends_s[w]:
            return t_s + left * whole_s
        left -= (growth.ends_s[w] - t_s) / whole_s
        t_s = growth.ends_s[w]
        w += 1


@bare_kernel
def pace_m_per_s(growth: Growth, w: int, kind: int, east_m: float, north_m: float) -> float:
    """Return how fast a front advances across itself where it runs along a vector.

    The gradient of the time ``(|z| - e s.z) / a`` is ``(z/|z| - e s) / a``; its inverse is the
    speed of the front (Catchpole et al. 1982 get the same from the ellipse).
    """
    length_m = sqrt(east_m * east_m + north_m * north_m)
    if length_m <= 0.0:
        return float(growth.a_m_per_s[w, kind])
    x = east_m / length_m - growth.east[w, kind]
    y = north_m / length_m - growth.north[w, kind]
    return float(growth.a_m_per_s[w, kind] / sqrt(x * x + y * y))


@bare_kernel
def advance_m(growth: Growth, kind: int, from_s: float, to_s: float) -> float:
    """Return how far fire gets on a kind of ground in a span of time, across its ellipse's axis."""
    w = window_of(growth.ends_s, from_s)
    way_m, t_s = 0.0, from_s
    while growth.ends_s[w] < to_s:
        way_m += growth.a_m_per_s[w, kind] * (growth.ends_s[w] - t_s)
        t_s = growth.ends_s[w]
        w += 1
    return float(way_m + growth.a_m_per_s[w, kind] * (to_s - t_s))


@bare_kernel
def before_s(growth: Growth, kind: int, t_s: float, way_m: float) -> float:
    """Return the time from which fire gets so far by ``t_s``: `advance_m` turned round."""
    w = window_of(growth.ends_s, t_s)
    left_m = way_m
    while w > 0:
        here_m = growth.a_m_per_s[w, kind] * (t_s - growth.ends_s[w - 1])
        if here_m >= left_m:
            break
        left_m -= here_m
        t_s = growth.ends_s[w - 1]
        w -= 1
    return float(t_s - left_m / growth.a_m_per_s[w, kind]) if left_m > 0.0 else t_s


@bare_kernel
def share_between(
    rays: Rays, growth: Growth, w: int, kind: int, k: int, j: int, lead_m: float
) -> float:
    """Return where between the cells of rays k and j the fire to their common end starts.

    Parameters
    ----------
    lead_m : float
        How far fire gets, by `advance_m`, from when cell j burns until cell k does.

    Returns
    -------
    float
        0 at the cell of ray k, 1 at that of ray j; outside of (0, 1) none between is better.
    """
    x, y = rays.east_m[j] - rays.east_m[k], rays.north_m[j] - rays.north_m[k]
    apart_m = sqrt(x * x + y * y)
    ahead_m = growth.east[w, kind] * x + growth.north[w, kind] * y
    slant = -(lead_m + ahead_m) / apart_m
    if not -1.0 < slant < 1.0:
        return -1.0
    off_m = abs(rays.east_m[k] * y - rays.north_m[k] * x) / apart_m
    along_m = (rays.east_m[k] * x + rays.north_m[k] * y) / apart_m
    return float((-slant * off_m / sqrt(1.0 - slant * slant) - along_m) / apart_m)


@bare_kernel
def offer(
    ground: Ground,
    rays: Rays,
    growth: Growth,
    queue: Queue,
    source: int,
    k: int,
    eps_s: float,
    late: bool,
) -> None:
    """Offer the neighbour at the end of a ray the best time from a burnt cell.

    In long ellipses an offer from between two cells can be earlier than the later of the two;
    ``late`` says whether cells that burnt before this one get offers too.
    """
    t_s = ground.arrive_s[source]
    end = source + rays.offset[k]
    if (
        ground.hold_s[end] > t_s
        or (ground.arrive_s[end] <= t_s and not late)
        or not is_open(ground, rays, source, k, t_s)
    ):
        return
    kind = ground.kind[end]
    mixed = is_mixed(ground, rays, source, k, kind)
    east_m, north_m = rays.east_m[k], rays.north_m[k]
    best_s = reach_s(ground, rays, growth, source, k, mixed, t_s, east_m, north_m)
    n = len(rays.offset)
    w = window_of(growth.ends_s, t_s)
    for side in (1, n - 1):
        j = (k + side) % n
        beside = end - rays.offset[j]
        if ground.burnt[beside] == 0 or ground.arrive_s[beside] > t_s:
            continue
        lead_m = advance_m(growth, kind, ground.arrive_s[beside], t_s)
        part = share_between(rays, growth, w, kind, k, j, lead_m)
        if not 0.0 < part < 1.0 or not is_open(ground, rays, beside, j, t_s):
            continue
        x = rays.east_m[k] + part * (rays.east_m[j] - rays.east_m[k])
        y = rays.north_m[k] + part * (rays.north_m[j] - rays.north_m[k])
        from_s = before_s(growth, kind, t_s, part * lead_m)
        here_s = reach_s(ground, rays, growth, source, k, mixed, from_s, x, y)
        if here_s < best_s:
            best_s, east_m, north_m = here_s, x, y
    margin_s = eps_s if ground.burnt[end] else 0.0
    if np.float32(best_s + margin_s) < ground.arrive_s[end]:
        ground.arrive_s[end] = best_s
        ground.origin[end] = ground.origin[source]
        now = window_of(growth.ends_s, best_s)
        ground.pace_m_per_s[end] = pace_m_per_s(growth, now, kind, east_m, north_m)
        push(queue, best_s, end)
