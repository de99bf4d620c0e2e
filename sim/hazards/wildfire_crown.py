"""Crown fire: when a surface fire takes the crowns (Van Wagner), and how it then runs (Rothermel).

Van Wagner 1977 (doi 10.1139/x77-004): crowns catch when the surface front is stronger than what
their height above ground and the water in their needles take; fire goes on from crown to crown when
it runs fast enough for their density, else single trees torch and the front keeps its pace.
Rothermel 1991 (INT-438): an active crown fire runs 3.34 times as fast as fuel model 10 would in 0.4
of the wind above the trees. As Behave has it, which the verification compares.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.hazards.wildfire_fuels import fuel_models
from sim.hazards.wildfire_rothermel import Moisture, bed_of, spread_of

Floats = NDArray[np.float64]

#: Rothermel 1991: times as fast as this model, in so much of the wind at 20 ft
_FASTER: Final = 3.34
_MODEL: Final = "FM10"
_WIND_SHARE: Final = 0.4
#: Van Wagner 1977: kg/m2/s of crowns that an active fire must consume, as m/min times kg/m3
_MASS_FLOW: Final = 3.0
#: J/kg: 8000 Btu/lb, as Behave
_HEAT_J_PER_KG: Final = 8000.0 * 1055.05585262 / 0.45359237
#: length over width by wind at 20 ft, 1 + 0.125 a mile an hour (Rothermel 1991), 8 at most
_LONGER_PER_MPH, _LONGEST = 0.125, 8.0
_MPH_PER_M_PER_S: Final = 1.0 / 0.44704
#: Thomas 1963 in Rothermel 1991: feet, by (Btu/ft/s)^(2/3)
_THOMAS: Final = 0.2
_M_PER_FT: Final = 0.3048
_W_PER_M_PER_BTU_FT_S: Final = 1055.05585262 / 0.3048


@dataclass(frozen=True)
class Crowns:
    """The crowns over a fire.

    Attributes
    ----------
    base_m, height_m : float
        Of their lower edge and of their top above ground.
    density_kg_per_m3 : float
        Of what burns of them.
    water : float
        In the needles, over their dry weight.
    """

    base_m: float
    height_m: float
    density_kg_per_m3: float
    water: float

    @property
    def catches_w_per_m(self) -> float:
        """Strength of a surface front from which crowns catch: (0.010 z (460 + 25.9 m))^1.5."""
        kw = (0.010 * self.base_m * (460.0 + 25.9 * 100.0 * self.water)) ** 1.5
        return float(kw * 1e3)

    @property
    def runs_on_m_per_s(self) -> float:
        """Spread from which fire goes on from crown to crown."""
        return _MASS_FLOW / self.density_kg_per_m3 / 60.0

    @property
    def heat_j_per_m2(self) -> float:
        """Heat of all that burns of them, a square metre of ground."""
        depth_m = max(self.height_m - self.base_m, 0.0)
        return self.density_kg_per_m3 * depth_m * _HEAT_J_PER_KG


def crown_spread_m_per_s(moisture: Moisture, wind_20ft_m_per_s: float) -> float:
    """Return how fast an active crown fire runs."""
    bed = bed_of(fuel_models()[_MODEL], moisture)
    midflame = np.array([_WIND_SHARE * wind_20ft_m_per_s])
    return _FASTER * float(spread_of(bed, midflame).head_m_per_s[0])


def crown_length_to_width(wind_20ft_m_per_s: float) -> float:
    """Return the shape of a crown fire."""
    return min(1.0 + _LONGER_PER_MPH * wind_20ft_m_per_s * _MPH_PER_M_PER_S, _LONGEST)


def crown_flame_length_m(fireline_w_per_m: ArrayLike) -> Floats:
    """Return the length of a crown fire's flames by the intensity of its front (Thomas 1963)."""
    btu_ft_s = np.asarray(fireline_w_per_m, np.float64) / _W_PER_M_PER_BTU_FT_S
    return np.asarray(_THOMAS * btu_ft_s ** (2.0 / 3.0) * _M_PER_FT)


def runs_in_crowns(
    crowns: Crowns, surface_w_per_m: ArrayLike, crown_m_per_s: float
) -> NDArray[np.bool_]:
    """Return where a surface front makes a fire that goes on from crown to crown."""
    catches = np.asarray(surface_w_per_m, np.float64) >= crowns.catches_w_per_m
    return np.asarray(catches & (crown_m_per_s >= crowns.runs_on_m_per_s))
