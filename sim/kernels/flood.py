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

from sim.kernels.compile import steady_kernel

F4 = NDArray[np.float32]
F8 = NDArray[np.float64]
I4 = NDArray[np.int32]
I8 = NDArray[np.int64]

GRAVITY_M_PER_S2: Final = 9.81
#: level differences below this are rounding of ``ground + depth``, not slope
LEVEL_ROUNDING_M: Final = 1e-11
#: rows and columns of a tile, the unit in which cells wake, sleep and take steps
TILE: Final = 16

_G = np.float32(GRAVITY_M_PER_S2)
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
    q_beside: np.float32,
    q_cross: np.float32,
    gn2: np.float32,
    film_m: np.float32,
    theta: np.float32,
    adaptive: np.float32 | None,
    dt_s: np.float32,
    dt_over_dx: np.float32,
) -> np.float32:
    """Return the new unit flow over a face, without a branch.

    ``drop`` is the rise of the water level over the face, ``q_beside`` the sum of the two flows
    along the direction, ``q_cross`` the sum of the four flows across it. No face flows whose water
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
    q_mean = q_here + mixing * (_HALF * q_beside - q_here)
    cross = _QUARTER * q_cross
    norm = np.sqrt(q_here * q_here + cross * cross)
    q = (q_mean - _G * dt_over_dx * depth * drop) / (_ONE + dt_s * gn2 * norm * (r3 * r2 * r2))
    most = depth * wave
    q = q if q < most else most
    q = q if q > -most else -most
    return q if flow_depth > film_m else _ZERO


@steady_kernel
def _slopes(drop: F4, flow_depth: F4, level_a: F8, level_b: F8, z_a: F8, z_b: F8) -> None:
    for k in range(drop.size):
        drop[k] = np.float32(level_b[k] - level_a[k])
        higher = level_a[k] if level_a[k] > level_b[k] else level_b[k]
        sill = z_a[k] if z_a[k] > z_b[k] else z_b[k]
        flow_depth[k] = np.float32(higher - sill)


@steady_kernel
def _west_faces(
    out: F4, drop: F4, flow_depth: F4, q: F4, q_north: F4, q_south: F4, gn2: F4,
    film_m: np.float32, theta: np.float32, adaptive: np.float32 | None,
    dt_s: np.float32, dt_over_dx: np.float32,
) -> None:  # fmt: skip
    # element 0 of the q and gn2 arrays belongs to the cell before the span
    for k in range(out.size):
        out[k] = face_flow(
            drop[k], flow_depth[k], q[k + 1], q[k] + q[k + 2],
            (q_north[k] + q_south[k]) + (q_north[k + 1] + q_south[k + 1]),
            _HALF * (gn2[k] + gn2[k + 1]), film_m, theta, adaptive, dt_s, dt_over_dx,
        )  # fmt: skip


@steady_kernel
def _north_faces(
    out: F4, drop: F4, flow_depth: F4, q_up: F4, q: F4, q_down: F4, qx_up: F4, qx: F4,
    gn2_up: F4, gn2: F4,
    film_m: np.float32, theta: np.float32, adaptive: np.float32 | None,
    dt_s: np.float32, dt_over_dx: np.float32,
) -> None:  # fmt: skip
    for k in range(out.size):
        out[k] = face_flow(
            drop[k], flow_depth[k], q[k], q_up[k] + q_down[k],
            (qx_up[k] + qx_up[k + 1]) + (qx[k] + qx[k + 1]),
            _HALF * (gn2_up[k] + gn2[k]), film_m, theta, adaptive, dt_s, dt_over_dx,
        )  # fmt: skip


@steady_kernel
def _levels(out: F8, z: F8, depth_m: F8) -> None:
    for k in range(out.size):
        out[k] = z[k] + depth_m[k]


@steady_kernel
def flows_of_span(
    row: int, a: int, b: int, ny: int, depth_m: F8, z: F8, gn2: F4, q: F4, band: F4,
    film_m: np.float32, theta: np.float32, adaptive: np.float32 | None,
    dt_s: np.float32, dt_over_dx: np.float32,
    here: F8, above: F8, drop: F4, deep: F4,
) -> None:  # fmt: skip
    """Find the flows over the west and north faces of cells ``a`` to ``b`` - 1 of a tile row.

    Parameters
    ----------
    gn2 : float32
        g n^2 of the cells.
    band : (2, TILE, width) float32
        The new flows of this tile row, written; ``q`` stays as it was.
    here, above, drop, deep
        Rows to work in.
    """
    n = b - a
    top = row * TILE + 1
    _levels(above[: n + 1], z[top - 1, a - 1 : b], depth_m[top - 1, a - 1 : b])
    for i in range(top, min(top + TILE, ny + 1)):
        _levels(here[: n + 1], z[i, a - 1 : b], depth_m[i, a - 1 : b])
        _slopes(drop[:n], deep[:n], here[:n], here[1 : n + 1], z[i, a - 1 : b - 1], z[i, a:b])
        _west_faces(
            band[0, i - top, a:b], drop[:n], deep[:n], q[0, i, a - 1 : b + 1],
            q[1, i, a - 1 : b], q[1, i + 1, a - 1 : b], gn2[i, a - 1 : b],
            film_m, theta, adaptive, dt_s, dt_over_dx,
        )  # fmt: skip
        _slopes(drop[:n], deep[:n], above[1 : n + 1], here[1 : n + 1], z[i - 1, a:b], z[i, a:b])
        _north_faces(
            band[1, i - top, a:b], drop[:n], deep[:n], q[1, i - 1, a:b], q[1, i, a:b],
            q[1, i + 1, a:b], q[0, i - 1, a : b + 1], q[0, i, a : b + 1],
            gn2[i - 1, a:b], gn2[i, a:b], film_m, theta, adaptive, dt_s, dt_over_dx,
        )  # fmt: skip
        here, above = above, here
