"""Plumes of many sources over blocks of a grid."""

from __future__ import annotations

from math import cos, erf, pi, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from sim.kernels.compile import kernel


@kernel
def add_plumes(
    air_kg_per_m3: NDArray[np.float64],
    sources: NDArray[np.int64],
    kg_per_s: NDArray[np.float64],
    block_m: float,
    wind_m_per_s: float,
    to_rad: float,
    lid_m: float,
) -> None:
    """Add what each source block gives to the air at the ground of the blocks downwind.

    Deviations by Briggs (1973), open country, class D: ``0.08 x / sqrt(1 + 0.0001 x)`` across and
    ``0.06 x / sqrt(1 + 0.0015 x)`` up. Across, the plume is averaged over a block, and starts as
    wide as one; up, it is a half Gaussian until it fills the air below the lid. Distance counts
    from half a block upwind of the source; blocks with less of it than the source's own get none.
    """
    ny, nx = air_kg_per_m3.shape
    nearest_m = 0.5 * block_m * (1.0 - 1e-9)
    east, north = sin(to_rad), cos(to_rad)
    for i in range(len(sources)):
        row, column = sources[i] // nx, sources[i] % nx
        for r in range(ny):
            for c in range(nx):
                x_m, y_m = (c - column) * block_m, (row - r) * block_m
                along_m = x_m * east + y_m * north + 0.5 * block_m
                if along_m < nearest_m:
                    continue
                across_m = x_m * north - y_m * east
                wide_m = 0.08 * along_m / sqrt(1.0 + 0.0001 * along_m)
                wide_m = sqrt(wide_m * wide_m + block_m * block_m / 12.0)
                if abs(across_m) > 4.0 * wide_m + block_m:
                    continue
                high_m = sqrt(0.5 * pi) * 0.06 * along_m / sqrt(1.0 + 0.0015 * along_m)
                edge = 1.0 / (sqrt(2.0) * wide_m)
                inside = 0.5 * (
                    erf((across_m + 0.5 * block_m) * edge) - erf((across_m - 0.5 * block_m) * edge)
                )
                depth_m = min(high_m, lid_m)
                air_kg_per_m3[r, c] += kg_per_s[i] * inside / (block_m * depth_m * wind_m_per_s)
