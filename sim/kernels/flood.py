"""Momentum of 2-D local inertial flow (de Almeida et al. 2012): new flows over cell faces.

Arrays are padded: cell (row, column) of the map is ``[row + 1, column + 1]`` of every array, and
the ghost cells around it are walls. ``q[0, i, j]`` is the unit flow over the west face of cell
(i, j), positive to the east; ``q[1, i, j]`` over its north face, positive to the south (m2/s).
Depths are float64 and flows float32: a face's flow leaves one cell and enters the other as the
same number, so mass is exact to the rounding of depths, while the momentum arithmetic fills the
processor's wide float32 lanes.

Sources: de Almeida, Bates, Freer & Souvignet 2012, doi 10.1029/2011WR011570 (scheme, q-weighting);
de Almeida & Bates 2013, doi 10.1002/wrcr.20366 (2-D friction norm); Moroz et al. 2021,
doi 10.3390/en14041058 (inverse cube root).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.kernels.compile import row_kernel, steady_kernel

F4 = NDArray[np.float32]
F8 = NDArray[np.float64]
I4 = NDArray[np.int32]
I8 = NDArray[np.int64]
#: offsets into flat arrays; unsigned, since indices that cannot be negative let loops vectorise
U8 = np.uint64

GRAVITY_M_PER_S2: Final = 9.81
#: level differences below this are rounding of ``ground + depth``, not slope
LEVEL_ROUNDING_M: Final = 1e-11
#: rows and columns of a tile, the unit in which cells wake, sleep and take steps
TILE: Final = 16

_G = np.float32(GRAVITY_M_PER_S2)
_ONE_ON, _TWO_ON = np.uint64(1), np.uint64(2)
_ZERO = np.float32(0.0)
_ONE = np.float32(1.0)
_LEVEL_ROUNDING = np.float32(LEVEL_ROUNDING_M)
_HALF = np.float32(0.5)
_QUARTER = np.float32(0.25)
_THIRD = np.float32(1.0 / 3.0)
_MAGIC = np.int32(0x548C39CB)
_K1 = np.float32(1.752319676)
_K2 = np.float32(1.2509524245)
_K3 = np.float32(0.5093818292)


@steady_kernel
def inverse_cube_root(x: np.float32) -> np.float32:
    """Return x^(-1/3) for positive float32, relative error below 2e-7, without a branch."""
    bits = np.float32(x).view(np.int32)
    y = np.int32(_MAGIC - np.int32(np.float32(bits) * _THIRD)).view(np.float32)
    c = x * y * y * y
    y = y * (_K1 - c * (_K2 - _K3 * c))
    c = _ONE - x * y * y * y
    return y + y * (_THIRD * c)


@steady_kernel
def face_flow(
    drop: np.float32,
    flow_depth: np.float32,
    q_here: np.float32,
    q_before: np.float32,
    q_after: np.float32,
    deep_before: np.float32,
    deep_after: np.float32,
    q_cross: np.float32,
    gn2: np.float32,
    film_m: np.float32,
    theta: np.float32,
    adaptive: np.float32 | None,
    dt_s: np.float32,
    dt_over_dx: np.float32,
) -> np.float32:
    """Return the new unit flow over a face, without a branch.

    ``drop`` is the rise of the water level over the face, ``q_before`` and ``q_after`` are flows
    over the next faces along the direction and ``deep_*`` the depths there, ``q_cross`` the sum of
    the four flows across it. A next face counts by its depth over that of this one: a wall beside
    a face takes no momentum from it, else a channel that runs in stairs, each of whose faces stands
    between walls, would carry a fraction of what it can. No face flows whose water
    is at most ``film_m`` deep; none runs faster than the wave speed (Froude number 1), beyond
    which the equations do not hold. ``adaptive`` (None or 1) weights by the local Courant number
    instead of by ``theta``.
    """
    depth = flow_depth if flow_depth > film_m else film_m
    drop = _ZERO if abs(drop) <= _LEVEL_ROUNDING else drop
    r = inverse_cube_root(depth)
    r2 = r * r
    r3 = r2 * r
    wave = np.sqrt(_G * depth)
    mixing = _ONE - theta
    if adaptive is not None:
        speed = abs(q_here) * r3
        mixing = adaptive * dt_over_dx * (speed if speed < wave else wave)
    before = min(max(deep_before * r3, _ZERO), _ONE) * (q_before - q_here)
    after = min(max(deep_after * r3, _ZERO), _ONE) * (q_after - q_here)
    q_mean = q_here + mixing * (_HALF * (before + after))
    cross = _QUARTER * q_cross
    norm = np.sqrt(q_here * q_here + cross * cross)
    q = (q_mean - _G * dt_over_dx * depth * drop) / (_ONE + dt_s * gn2 * norm * (r3 * r2 * r2))
    most = depth * wave
    q = q if q < most else most
    q = q if q > -most else -most
    return q if flow_depth > film_m else _ZERO


@row_kernel
def _slopes(drop: F4, deep: F4, o: U8, h: F8, z: F8, a: U8, b: U8, n: U8) -> None:
    """Find the rise of the water level and the depth of flow over faces from cells a to b."""
    for k in range(n):
        level_a = z[a + k] + h[a + k]
        level_b = z[b + k] + h[b + k]
        higher = level_a if level_a > level_b else level_b
        sill = z[a + k] if z[a + k] > z[b + k] else z[b + k]
        drop[o + k] = np.float32(level_b - level_a)
        deep[o + k] = np.float32(higher - sill)


@row_kernel
def _faces(
    out: F4, o: U8, drop: F4, deep: F4, d: U8, d_before: U8, d_after: U8, q: F4, here: U8,
    before: U8, after: U8,
    cross_a: U8, cross_b: U8, cross_c: U8, cross_d: U8, gn2: F4, a: U8, b: U8, n: U8,
    film_m: np.float32, theta: np.float32, adaptive: np.float32 | None,
    dt_s: np.float32, dt_over_dx: np.float32,
) -> None:  # fmt: skip
    """Find the flows over faces from cells a to b; the order of the sums is that of x and y."""
    for k in range(n):
        out[o + k] = face_flow(
            drop[d + k], deep[d + k], q[here + k], q[before + k], q[after + k],
            deep[d_before + k], deep[d_after + k],
            (q[cross_a + k] + q[cross_b + k]) + (q[cross_c + k] + q[cross_d + k]),
            _HALF * (gn2[a + k] + gn2[b + k]), film_m, theta, adaptive, dt_s, dt_over_dx,
        )  # fmt: skip


@steady_kernel
def _north(drop: F4, deep: F4, i: int, a: int, width: int, h: F8, z: F8, n: U8) -> None:
    """Find drops and depths over the north faces of row i; none beyond the ghosts."""
    o = U8(i % 3 * width)
    if i > 0:
        _slopes(drop, deep, o, h, z, U8((i - 1) * width + a), U8(i * width + a), n)
    else:
        deep[o : o + n] = _ZERO


@steady_kernel
def flows_of_span(
    row: int, a: int, b: int, ny: int, width: int, plane: int, h: F8, z: F8, gn2: F4, q: F4,
    band: F4, film_m: np.float32, theta: np.float32, adaptive: np.float32 | None,
    dt_s: np.float32, dt_over_dx: np.float32, drop: F4, deep: F4,
) -> None:  # fmt: skip
    """Find the flows over the west and north faces of cells ``a`` to ``b`` - 1 of a tile row.

    Parameters
    ----------
    width, plane : int
        Length of a row of the padded arrays, and of all rows.
    h, z, gn2, q
        Depth, ground, g n^2 of the cells and flows, flat.
    band : (2 TILE width,) float32
        The new flows of this tile row, west faces first, written; ``q`` stays as it was.
    drop, deep : (4 width,) float32
        Rows to work in: three in turn for north faces, one for west faces.
    """
    n = U8(b - a)
    top = row * TILE + 1
    for i in range(top - 1, top + 1):
        _north(drop, deep, i, a, width, h, z, n)
    for i in range(top, min(top + TILE, ny + 1)):
        cell = U8(i * width + a)
        west, north, south = U8(i * width + a - 1), U8((i - 1) * width + a), U8((i + 1) * width + a)
        y, up, down = cell + U8(plane), north + U8(plane), south + U8(plane)
        out = U8((i - top) * width + a)
        _slopes(drop, deep, U8(3 * width), h, z, west - _ONE_ON, west, n + _TWO_ON)
        x = U8(3 * width + 1)
        _faces(
            band, out, drop, deep, x, x - _ONE_ON, x + _ONE_ON, q, cell, west, cell + _ONE_ON,
            west + U8(plane), down - _ONE_ON, y, down, gn2, west, cell, n,
            film_m, theta, adaptive, dt_s, dt_over_dx,
        )  # fmt: skip
        _north(drop, deep, i + 1, a, width, h, z, n)
        above, here, below = U8((i - 1) % 3 * width), U8(i % 3 * width), U8((i + 1) % 3 * width)
        _faces(
            band, out + U8(TILE * width), drop, deep, here, above, below, q, y, up, down,
            north, north + _ONE_ON, cell, cell + _ONE_ON, gn2, north, cell, n,
            film_m, theta, adaptive, dt_s, dt_over_dx,
        )  # fmt: skip
