"""One step of 2-D local inertial flow (de Almeida et al. 2012) over spans of active cells.

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
#: rows and columns of a tile, the unit in which cells wake and sleep
TILE_ROWS: Final = 16
TILE_COLUMNS: Final = 32

_G = np.float32(GRAVITY_M_PER_S2)
_ZERO = np.float32(0.0)
_ONE = np.float32(1.0)
_QUARTER = np.float32(0.25)
_THIRD = np.float32(1.0 / 3.0)
_MAGIC = np.int32(0x548C39CB)
#: relative margin that survives rounding a scaled flow to float32
_FLOAT32_STEPS: Final = 3e-7
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
    level_a: float,
    level_b: float,
    sill_m: float,
    q_here: np.float32,
    q_beside: np.float32,
    q_cross: np.float32,
    gn2: np.float32,
    film_m: np.float32,
    theta: np.float32,
    adaptive: np.float32,
    dt_s: np.float32,
    dt_over_dx: np.float32,
) -> np.float32:
    """Return the new unit flow from a to b, without a branch.

    ``q_beside`` is the sum of the two flows along the direction, ``q_cross`` the sum of the four
    flows across it. No face flows whose water is at most ``film_m`` deep; none runs faster than
    the wave speed (Froude number 1), beyond which the equations do not hold.
    """
    drop = level_b - level_a
    drop = 0.0 if abs(drop) <= LEVEL_ROUNDING_M else drop
    flow_depth = np.float32((level_a if level_a > level_b else level_b) - sill_m)
    depth = flow_depth if flow_depth > film_m else film_m
    r = inverse_cube_root(depth)
    r2 = r * r
    r4 = r2 * r2
    wave = np.sqrt(_G * depth)
    size = abs(q_here)
    speed = size * (r2 * r)
    weight = theta - adaptive * dt_over_dx * (speed if speed < wave else wave)
    q_mean = weight * q_here + (_ONE - weight) * np.float32(0.5) * q_beside
    cross = _QUARTER * q_cross
    norm = np.sqrt(q_here * q_here + cross * cross)
    push = _G * dt_over_dx * depth * np.float32(drop)
    q = (q_mean - push) / (_ONE + dt_s * gn2 * norm * (r4 * r2 * r))
    most = depth * wave
    q = q if q < most else most
    q = q if q > -most else -most
    return q if flow_depth > film_m else _ZERO


@steady_kernel
def _west_faces(
    out: F4, level: F8, z: F8, q: F4, q_north: F4, q_south: F4, gn2: F4,
    film_m: np.float32, theta: np.float32, adaptive: np.float32,
    dt_s: np.float32, dt_over_dx: np.float32,
) -> None:  # fmt: skip
    # element 0 of every array but `out` is the cell before the span
    for k in range(out.size):
        sill = z[k] if z[k] > z[k + 1] else z[k + 1]
        out[k] = face_flow(
            level[k], level[k + 1], sill, q[k + 1], q[k] + q[k + 2],
            (q_north[k] + q_south[k]) + (q_north[k + 1] + q_south[k + 1]),
            np.float32(0.5) * (gn2[k] + gn2[k + 1]), film_m, theta, adaptive, dt_s, dt_over_dx,
        )  # fmt: skip


@steady_kernel
def _north_faces(
    out: F4, level_up: F8, level: F8, z_up: F8, z: F8, q_up: F4, q: F4, q_down: F4,
    qx_up: F4, qx: F4, gn2_up: F4, gn2: F4,
    film_m: np.float32, theta: np.float32, adaptive: np.float32,
    dt_s: np.float32, dt_over_dx: np.float32,
) -> None:  # fmt: skip
    for k in range(out.size):
        sill = z_up[k] if z_up[k] > z[k] else z[k]
        out[k] = face_flow(
            level_up[k], level[k], sill, q[k], q_up[k] + q_down[k],
            (qx_up[k] + qx_up[k + 1]) + (qx[k] + qx[k + 1]),
            np.float32(0.5) * (gn2_up[k] + gn2[k]), film_m, theta, adaptive, dt_s, dt_over_dx,
        )  # fmt: skip


@steady_kernel
def _levels(out: F8, z: F8, depth_m: F8) -> None:
    for k in range(out.size):
        out[k] = z[k] + depth_m[k]


@steady_kernel
def new_flows(
    spans: I4, first: int, last: int, ny: int, depth_m: F8, z: F8, gn2: F4, q_old: F4, q_new: F4,
    film_m: np.float32, theta: np.float32, adaptive: np.float32,
    dt_s: np.float32, dt_over_dx: np.float32,
) -> None:  # fmt: skip
    """Write the flows over west and north faces of the spans' cells into ``q_new``.

    Parameters
    ----------
    spans : (n, 3) int32
        Tile row, first and last + 1 padded column; rows ``first`` to ``last`` - 1 are done.
    """
    here = np.empty(depth_m.shape[1], dtype=np.float64)
    above = np.empty(depth_m.shape[1], dtype=np.float64)
    for s in range(first, last):
        top = spans[s, 0] * TILE_ROWS + 1
        a, b = spans[s, 1], spans[s, 2]
        n = b - a + 1
        _levels(above[:n], z[top - 1, a - 1 : b], depth_m[top - 1, a - 1 : b])
        for i in range(top, min(top + TILE_ROWS, ny + 1)):
            _levels(here[:n], z[i, a - 1 : b], depth_m[i, a - 1 : b])
            _west_faces(
                q_new[0, i, a:b], here[:n], z[i, a - 1 : b], q_old[0, i, a - 1 : b + 1],
                q_old[1, i, a - 1 : b], q_old[1, i + 1, a - 1 : b], gn2[i, a - 1 : b],
                film_m, theta, adaptive, dt_s, dt_over_dx,
            )  # fmt: skip
            _north_faces(
                q_new[1, i, a:b], above[1:n], here[1:n], z[i - 1, a:b], z[i, a:b],
                q_old[1, i - 1, a:b], q_old[1, i, a:b], q_old[1, i + 1, a:b],
                q_old[0, i - 1, a : b + 1], q_old[0, i, a : b + 1],
                gn2[i - 1, a:b], gn2[i, a:b], film_m, theta, adaptive, dt_s, dt_over_dx,
            )  # fmt: skip
            here, above = above, here


@steady_kernel
def _balance(depth_m: F8, q: F4, q_next: F4, q_north: F4, q_south: F4, dt_over_dx: float) -> None:
    for k in range(depth_m.size):
        gain = (np.float64(q[k]) - np.float64(q_next[k])) + (
            np.float64(q_north[k]) - np.float64(q_south[k])
        )
        depth_m[k] += dt_over_dx * gain


@steady_kernel
def new_depths(
    spans: I4, first: int, last: int, ny: int, depth_m: F8, q_new: F4, dt_over_dx: float
) -> None:
    """Add the flows over all four faces to the depths of the spans' cells; may go negative."""
    for s in range(first, last):
        top = spans[s, 0] * TILE_ROWS + 1
        a, b = spans[s, 1], spans[s, 2]
        for i in range(top, min(top + TILE_ROWS, ny + 1)):
            _balance(
                depth_m[i, a:b], q_new[0, i, a:b], q_new[0, i, a + 1 : b + 1],
                q_new[1, i, a:b], q_new[1, i + 1, a:b], dt_over_dx,
            )  # fmt: skip


@steady_kernel
def _face_of(side: int, i: int, j: int) -> tuple[int, int, int, float]:
    """Return axis and place of a cell's face (west, east, north, south), and the sign of outflow."""
    return side // 2, i + (side == 3), j + (side == 1), 1.0 if side % 2 else -1.0


@steady_kernel
def repaired(cells: I8, n: int, depth_m: F8, q_new: F4, dt_over_dx: float) -> int:
    """Let no cell give more than it had: scale the outflows of negative cells, and return how many.

    What is not given is handed back by the receiving neighbour, which joins the queue when that
    leaves it short; so mass is exact, and since a cell held no less than zero before its outflows
    the queue runs dry with every depth at or above zero.

    Parameters
    ----------
    cells : (m,) int64
        Flat padded indices of negative cells, ``n`` of them; longer than ``n``: the queue's ring.
    """
    width = depth_m.shape[1]
    done = 0
    while n > 0:
        i, j = divmod(cells[done % cells.size], width)
        done += 1
        n -= 1
        short = -depth_m[i, j]
        out = 0.0
        for side in range(4):
            axis, fi, fj, sign = _face_of(side, i, j)
            out += dt_over_dx * max(0.0, sign * np.float64(q_new[axis, fi, fj]))
        if short > 0.0 and out > 0.0:
            keep = max(0.0, 1.0 - short / out - _FLOAT32_STEPS)
            for side in range(4):
                axis, fi, fj, sign = _face_of(side, i, j)
                flow = sign * np.float64(q_new[axis, fi, fj])
                if flow > 0.0:
                    q_new[axis, fi, fj] = np.float32(sign * flow * keep)
                    back = dt_over_dx * (flow - sign * np.float64(q_new[axis, fi, fj]))
                    oi, oj = i + (side == 3) - (side == 2), j + (side == 1) - (side == 0)
                    depth_m[i, j] += back
                    depth_m[oi, oj] -= back
                    if depth_m[oi, oj] < 0.0:
                        cells[(done + n) % cells.size] = oi * width + oj
                        n += 1
        if depth_m[i, j] <= 0.0:  # what is left is the rounding of these sums, or minus zero
            depth_m[i, j] = 0.0
    return done
