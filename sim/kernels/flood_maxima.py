"""What the water did so far: speeds at cell centres, maxima, arrival, duration."""

from __future__ import annotations

import numpy as np

from sim.kernels.compile import row_kernel, steady_kernel
from sim.kernels.flood import F4, F8, GRAVITY_M_PER_S2, I4, TILE, U8
from sim.kernels.flood_sources import row_sum

_HALF = np.float32(0.5)
_G = np.float32(GRAVITY_M_PER_S2)


@steady_kernel
def _speed(
    h: np.float32, west: np.float32, east: np.float32, north: np.float32, south: np.float32,
    film_m: np.float32,
) -> np.float32:  # fmt: skip
    """Return the mean face flow over depth, with a Froude number of at most 1."""
    x = _HALF * (west + east)
    y = _HALF * (north + south)
    deep = h if h > film_m else film_m
    speed = np.sqrt(x * x + y * y) / deep
    wave = np.sqrt(_G * deep)
    speed = speed if speed < wave else wave
    return speed if h > film_m else np.float32(0.0)


@row_kernel
def _speed_row(
    out: F4, depth_m: F8, q_west: F4, q_east: F4, q_north: F4, q_south: F4, film_m: np.float32
) -> None:
    for k in range(out.size):
        h = np.float32(depth_m[k])
        out[k] = _speed(h, q_west[k], q_east[k], q_north[k], q_south[k], film_m)


@row_kernel
def _maxima(
    top: int, bottom: int, a: int, b: int, width: int, depth_m: F8, q: F4,
    max_depth_m: F4, max_speed: F4, max_rating: F4, arrival: I4, wet_s: F4, now: np.int32,
    elapsed_s: np.float32, wet_m: np.float32, film_m: np.float32,
) -> None:  # fmt: skip
    """Update the maxima of lines ``top`` to ``bottom`` - 1, columns ``a`` to ``b`` - 1.

    Times of arrival are seen as integers, whose order is that of times: these may be infinite.
    """
    plane = U8(depth_m.size)
    for i in range(top, bottom):
        cell, o = U8(i * width), U8((i - 1) * (width - 3) - 1)
        east, y, south = U8(i * width + 1), plane + cell, plane + cell + U8(width)
        for k in range(U8(a), U8(b)):
            h = np.float32(depth_m[cell + k])
            speed = _speed(h, q[cell + k], q[east + k], q[y + k], q[south + k], film_m)
            debris = h > np.float32(0.25) or speed > np.float32(2.0)
            rating = h * (speed + _HALF) + (np.float32(1.0) if debris else np.float32(0.0))
            rating = rating if h > film_m else np.float32(0.0)
            max_depth_m[o + k] = h if h > max_depth_m[o + k] else max_depth_m[o + k]
            max_speed[o + k] = speed if speed > max_speed[o + k] else max_speed[o + k]
            max_rating[o + k] = rating if rating > max_rating[o + k] else max_rating[o + k]
            earlier = min(arrival[o + k], now)
            arrival[o + k] = earlier if h > wet_m else arrival[o + k]
            wet_s[o + k] += elapsed_s if h > wet_m else np.float32(0.0)


@row_kernel
def _round_row(out: F4, depth_m: F8) -> None:
    for k in range(out.size):
        out[k] = np.float32(depth_m[k])


@steady_kernel
def snapshot(
    spans: I4, first: int, last: int, ny: int, depth_m: F8, q: F4, film_m: np.float32, depth: F4,
    speed: F4,
) -> None:  # fmt: skip
    """Write depths (m), speeds (m/s) of cells of ``spans[first:last]`` into arrays not padded.

    Speed is the mean face flow over depth, with a Froude number of at most 1; cells no deeper
    than ``film_m`` have speed 0.
    """
    for s in range(first, last):
        top = spans[s, 0] * TILE + 1
        a, b = spans[s, 1], spans[s, 2]
        for i in range(top, min(top + TILE, ny + 1)):
            _round_row(depth[i - 1, a - 1 : b - 1], depth_m[i, a:b])
            _speed_row(
                speed[i - 1, a - 1 : b - 1], depth_m[i, a:b], q[0, i, a:b],
                q[0, i, a + 1 : b + 1], q[1, i, a:b], q[1, i + 1, a:b], film_m,
            )  # fmt: skip


@steady_kernel
def volume_m(spans: I4, n: int, ny: int, depth_m: F8) -> float:
    """Return the sum of the spans' depths (m)."""
    total = 0.0
    for s in range(n):
        top = spans[s, 0] * TILE + 1
        for i in range(top, min(top + TILE, ny + 1)):
            total += row_sum(depth_m[i, spans[s, 1] : spans[s, 2]])
    return total


@steady_kernel
def observe(
    spans: I4, first: int, last: int, ny: int, depth_m: F8, q: F4, film_m: np.float32,
    wet_m: np.float32, t_s: np.float32, elapsed_s: np.float32,
    max_depth_m: F4, max_speed: F4, max_rating: F4, arrival_s: F4, wet_s: F4,
) -> None:  # fmt: skip
    """Update the maxima of the cells of ``spans[first:last]`` (arrays not padded).

    The hazard rating is d (v + 0.5) + DF of Defra/EA FD2321/TR1 (2006), DF = 1 where d > 0.25 m
    or v > 2 m/s, else 0.
    """
    width = depth_m.shape[1]
    maxima = (max_depth_m.ravel(), max_speed.ravel(), max_rating.ravel())
    arrival, now = arrival_s.ravel().view(np.int32), np.float32(t_s).view(np.int32)
    for s in range(first, last):
        top = spans[s, 0] * TILE + 1
        bottom = min(top + TILE, ny + 1)
        a, b = spans[s, 1], spans[s, 2]
        _maxima(
            top, bottom, a, b, width, depth_m.ravel(), q.ravel(), maxima[0], maxima[1], maxima[2],
            arrival, wet_s.ravel(), now, elapsed_s, wet_m, film_m,
        )  # fmt: skip
