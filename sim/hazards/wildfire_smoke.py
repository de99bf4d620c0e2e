"""Smoke where people breathe it: plumes of what burns now, laid downwind near the ground.

A simple model, for warning and for masks, not for air quality: the share of the smoke that is too
cool to rise leaves the ground as a steady plume in the wind of the moment (Gaussian, Briggs' open
country curves for neutral air; Briggs 1973), well mixed once it reaches the mixing height. What
rises with the heat is taken as gone. Plumes are straight and as old as the wind.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.kernels.wildfire_smoke import add_plumes
from sim.world.grid import Grid

#: heat content of dry fuel, J/kg: 8000 Btu/lb
HEAT_J_PER_KG: Final = 8000.0 * 1055.05585262 / 0.45359237
#: plumes are worked out for blocks of about this side
_BLOCK_M: Final = 400.0
#: weaker wind carries smoke at this speed, by its own draught
_SLOWEST_M_PER_S: Final = 0.5


class Smoke:
    """Fine particles in the air by cell, worked out in blocks of cells.

    Parameters
    ----------
    grid : Grid
    lid_m : float
        Mixing height.
    """

    def __init__(self, grid: Grid, lid_m: float) -> None:
        self._grid = grid
        self._lid_m = lid_m
        self._side = max(1, round(_BLOCK_M / grid.cell_m))
        self._blocks = (-(-grid.ny // self._side), -(-grid.nx // self._side))

    def kg_per_m3(
        self,
        cells: NDArray[np.int64],
        kg_per_s: NDArray[np.float64],
        wind_m_per_s: float,
        to_deg: float,
    ) -> NDArray[np.float32]:
        """Return the smoke of sources at cells, (ny, nx)."""
        rows, columns = np.divmod(cells, self._grid.nx)
        block = rows // self._side * self._blocks[1] + columns // self._side
        source: NDArray[np.float64] = np.bincount(
            block, kg_per_s, minlength=self._blocks[0] * self._blocks[1]
        ).astype(np.float64)
        burning = np.flatnonzero(source > 0.0)
        air = np.zeros(self._blocks, np.float64)
        add_plumes(
            air, burning, source[burning], self._side * self._grid.cell_m,
            max(wind_m_per_s, _SLOWEST_M_PER_S), np.radians(to_deg), self._lid_m,
        )  # fmt: skip
        ny, nx = self._grid.shape
        spread = np.repeat(np.repeat(air.astype(np.float32), self._side, 0), self._side, 1)
        return np.ascontiguousarray(spread[:ny, :nx])
