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
#: a number for each tile
Small = NDArray[np.int8]
#: ground levels: 4 bytes where none is rounded by that, since the sweep waits for memory
Ground = NDArray[np.float32] | NDArray[np.float64]
#: offsets into flat arrays; unsigned, since indices that cannot be negative let loops vectorise
U8 = np.uint64

GRAVITY_M_PER_S2: Final = 9.81
#: level differences below this are rounding of ``ground + depth``, not slope
LEVEL_ROUNDING_M: Final = 1e-11
#: rows and columns of a tile, the unit in which cells wake, sleep and take steps
TILE: Final = 16

_G = np.float32(GRAVITY_M_PER_S2)
_ONE_ON = np.uint64(1)
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
def slopes_to_north(
    spans: I4, first: int, last: int, i: int, width: int, h: F8, z: Ground, drop: F4, deep: F4
) -> None:
    """Find the rise of the water level and the depth of flow over the north faces of line i.

    None over those of the ghosts. Three lines have room in ``drop`` and ``deep``, in turn.
    """
    o, a, b = U8(i % 3 * width), U8(max(i - 1, 0) * width), U8(i * width)
    for s in range(first, last):
        for k in range(U8(spans[s, 1]), U8(spans[s, 2])):
            drop[o + k], deep[o + k] = _slope(z[a + k], h[a + k], z[b + k], h[b + k])
            if i == 0:
                deep[o + k] = _ZERO


@steady_kernel
def _slope(z_a: float, h_a: float, z_b: float, h_b: float) -> tuple[np.float32, np.float32]:
    """Return the rise of the water level from cell a to cell b and the depth of flow between."""
    level_a = z_a + h_a
    level_b = z_b + h_b
    higher = level_a if level_a > level_b else level_b
    sill = z_a if z_a > z_b else z_b
    return np.float32(level_b - level_a), np.float32(higher - sill)


@row_kernel
def flows_of_line(
    spans: I4, first: int, last: int, i: int, width: int, h: F8, z: Ground, gn2: F4, q: F4,
    out: F4, o: int, film_m: np.float32, theta: np.float32, adaptive: np.float32 | None,
    dt_s: float, dx_m: float, drop: F4, deep: F4,
) -> None:  # fmt: skip
    """Find the flows over the west and north faces of the cells of line ``i`` in spans.

    Parameters
    ----------
    spans : (n, 4) int32
        Tile row; first and last + 1 column; level: the step is ``dt_s`` times 2^level. Those of
        line i are ``spans[first:last]``.
    width : int
        Length of a line of the padded arrays.
    h, z, gn2, q
        Depth, ground, g n^2 of the cells and flows, flat.
    out : float32
        From ``o`` on the new flows of a line, ``width`` west faces first, written; ``q`` stays as
        it was.
    drop, deep : (4 width,) float32
        Lines to work in: three in turn for north faces, of which those of lines i - 1 and i are
        found (`slopes_to_north`) and that of i + 1 is written; one for west faces.
    """
    # offsets of column 0, in cells and their west faces, in north faces, in the lines to work in
    cell, east = U8(i * width), U8(i * width + 1)
    west, north, south = U8(i * width - 1), U8((i - 1) * width), U8((i + 1) * width)
    plane = U8(h.size)
    y, up, down = cell + plane, north + plane, south + plane
    x = U8(3 * width)
    above, here, below = U8((i - 1) % 3 * width), U8(i % 3 * width), U8((i + 1) % 3 * width)
    out_x, out_y = U8(o), U8(o + width)
    for s in range(first, last):
        step_s = dt_s * np.float64(1 << spans[s, 3])
        step, over_dx = np.float32(step_s), np.float32(step_s / dx_m)
        a, b = U8(spans[s, 1]), U8(spans[s, 2])
        for k in range(a - _ONE_ON, b + _ONE_ON):
            drop[x + k], deep[x + k] = _slope(z[west + k], h[west + k], z[cell + k], h[cell + k])
        for k in range(a, b):
            out[out_x + k] = face_flow(
                drop[x + k], deep[x + k], q[cell + k], q[west + k], q[east + k],
                deep[x + k - _ONE_ON], deep[x + k + _ONE_ON],
                (q[west + plane + k] + q[down - _ONE_ON + k]) + (q[y + k] + q[down + k]),
                _HALF * (gn2[west + k] + gn2[cell + k]), film_m, theta, adaptive, step, over_dx,
            )  # fmt: skip
        for k in range(a, b):
            drop[below + k], deep[below + k] = _slope(
                z[cell + k], h[cell + k], z[south + k], h[south + k]
            )
        for k in range(a, b):
            out[out_y + k] = face_flow(
                drop[here + k], deep[here + k], q[y + k], q[up + k], q[down + k],
                deep[above + k], deep[below + k],
                (q[north + k] + q[north + _ONE_ON + k]) + (q[cell + k] + q[east + k]),
                _HALF * (gn2[north + k] + gn2[cell + k]), film_m, theta, adaptive, step, over_dx,
            )  # fmt: skip
