"""Gaussian plume near the ground: its spread, concentration, limits of exposure.

Briggs (1973), 10.2172/5118833: sigma_y and sigma_z of the six stability classes of Pasquill over
open country and towns, 100 m to 10 km downwind; or the curves of Turner's workbook.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from sim.hazards.hazmat_pasquill import pasquill_spreads_m

Floats = NDArray[np.float64]
Stability = Literal["A", "B", "C", "D", "E", "F"]
Terrain = Literal["open", "town", "workbook"]

#: sigma = a x (1 + b x)^p: (a, b, p) across the wind, then upward
_SPREAD: Final[dict[str, dict[str, tuple[tuple[float, float, float], ...]]]] = {
    "open": {
        "A": ((0.22, 1e-4, -0.5), (0.20, 0.0, 0.0)),
        "B": ((0.16, 1e-4, -0.5), (0.12, 0.0, 0.0)),
        "C": ((0.11, 1e-4, -0.5), (0.08, 2e-4, -0.5)),
        "D": ((0.08, 1e-4, -0.5), (0.06, 1.5e-3, -0.5)),
        "E": ((0.06, 1e-4, -0.5), (0.03, 3e-4, -1.0)),
        "F": ((0.04, 1e-4, -0.5), (0.016, 3e-4, -1.0)),
    },
    "town": {
        "A": ((0.32, 4e-4, -0.5), (0.24, 1e-3, 0.5)),
        "B": ((0.32, 4e-4, -0.5), (0.24, 1e-3, 0.5)),
        "C": ((0.22, 4e-4, -0.5), (0.20, 0.0, 0.0)),
        "D": ((0.16, 4e-4, -0.5), (0.14, 3e-4, -0.5)),
        "E": ((0.11, 4e-4, -0.5), (0.08, 1.5e-3, -0.5)),
        "F": ((0.11, 4e-4, -0.5), (0.08, 1.5e-3, -0.5)),
    },
}
#: litres of a mole of gas at 25 deg C and 1 atm
_MOLE_L: Final = 24.45


@dataclass(frozen=True)
class Substance:
    """A poisonous gas.

    Attributes
    ----------
    grams_per_mole : float
    aegl_ppm : tuple of float
        AEGL-1, 2 and 3 for an hour: discomfort; lasting harm or unable to flee; danger of life.
        Infinity where none is set.
    """

    grams_per_mole: float
    aegl_ppm: tuple[float, float, float]

    @property
    def aegl_kg_per_m3(self) -> Floats:
        """The limits as concentrations."""
        return np.array(self.aegl_ppm) * 1e-6 * self.grams_per_mole / _MOLE_L


def spreads_m(downwind_m: Floats, stability: Stability, terrain: Terrain) -> tuple[Floats, Floats]:
    """Return sigma_y and sigma_z (m) at distances downwind.

    Parameters
    ----------
    downwind_m : (n,) float
    stability : str
        Class of Pasquill, A to F.
    terrain : str
        ``open`` and ``town`` are Briggs' formulas; ``workbook`` the Pasquill-Gifford curves of
        Turner's workbook, over open country.
    """
    if terrain == "workbook":
        return pasquill_spreads_m(downwind_m, stability)
    x = np.asarray(downwind_m, np.float64)
    across, upward = (a * x * (1.0 + b * x) ** p for a, b, p in _SPREAD[terrain][stability])
    return across, upward


def concentration_kg_per_m3(
    downwind_m: Floats,
    across_m: Floats,
    *,
    rate_kg_per_s: float,
    wind_m_per_s: float,
    stability: Stability,
    terrain: Terrain,
    height_m: float = 0.0,
) -> Floats:
    """Return the concentration at the ground of a steady plume that the ground reflects.

    Q / (pi u s_y s_z) exp(-y^2 / 2 s_y^2) exp(-H^2 / 2 s_z^2); 0 upwind.
    """
    ahead = downwind_m > 0.0
    x = np.where(ahead, downwind_m, 1.0)
    across, upward = spreads_m(x, stability, terrain)
    middle = rate_kg_per_s / (np.pi * wind_m_per_s * across * upward)
    shape = np.exp(-0.5 * ((across_m / across) ** 2 + (height_m / upward) ** 2))
    return np.asarray(np.where(ahead, middle * shape, 0.0))
