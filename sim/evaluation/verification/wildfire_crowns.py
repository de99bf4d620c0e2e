"""Crown fire against Behave's own tests and Van Wagner's criterion; how far its brands fly."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sim.evaluation.verification.case import Case
from sim.hazards.wildfire_crown import (
    Crowns,
    crown_flame_length_m,
    crown_length_to_width,
    crown_spread_m_per_s,
)
from sim.hazards.wildfire_fuels import fuel_models
from sim.hazards.wildfire_rothermel import Moisture, bed_of
from sim.kernels.wildfire_spots import flight_of

_BEHAVE: Final = "testBehave.cpp, crown module, firelab/behave"
_WAGNER: Final = "Van Wagner (1977), by hand"
_MPH: Final = 0.44704
_M_PER_CH: Final = 20.1168
_M_PER_FT: Final = 0.3048
_KG_M3_PER_LB_FT3: Final = 16.018463374
_W_PER_M_PER_BTU_FT_S: Final = 1055.05585262 / 0.3048
#: Behave's low moisture: 6/7/8/60/90 %
_DRY: Final = Moisture(0.06, 0.07, 0.08, 0.60, 0.90)


def brands() -> Iterator[Case]:
    """Logarithm of the distance that brands fly: carried by wind, and by the plume's own lift."""
    source = "Sardoy et al. (2008), doi 10.1016/j.combustflame.2008.04.008, by hand"
    for megawatts, wind, mean, deviation in (
        (10.0, 10.0, 3.07438, 1.13961),
        (40.0, 5.0, 5.58627, 0.99466),
    ):
        found = flight_of(1e6 * megawatts, wind)
        places = {"power": f"{megawatts:g}", "wind": f"{wind:g}"}
        for name, expected, ours in zip(("mean", "spread"), (mean, deviation), found, strict=True):
            yield Case(f"wildfire.brands.{name}", source, expected, ours, 1e-4, "1", places=places)


def crowns() -> Iterator[Case]:
    """Spread, shape, strength and flames of Behave's crown fire; what crowns take to catch."""
    spread = crown_spread_m_per_s(_DRY, 5.0 * _MPH)
    ours = spread * 3600.0 / _M_PER_CH
    yield Case("wildfire.crown.spread", _BEHAVE, 10.259921, ours, 1e-5, "ch/h")
    for mph, expected in ((5.0, 1.625), (10.0, 2.25), (15.0, 2.875)):
        places = {"wind": f"{mph:g}"}
        ours = crown_length_to_width(mph * _MPH)
        yield Case("wildfire.crown.shape", _BEHAVE, expected, ours, 1e-9, "1", places=places)
    stand = Crowns(6.0 * _M_PER_FT, 30.0 * _M_PER_FT, 0.03 * _KG_M3_PER_LB_FT3, 1.2)
    surface = bed_of(fuel_models()["GS4"], _DRY).heat_j_per_m2
    fireline = spread * (surface + stand.heat_j_per_m2)
    ours = fireline / _W_PER_M_PER_BTU_FT_S
    yield Case("wildfire.crown.fireline", _BEHAVE, 1775.061222, ours, 2e-3, "Btu/ft/s")
    flames = float(crown_flame_length_m(fireline)) / _M_PER_FT
    yield Case("wildfire.crown.flames", _BEHAVE, 29.320557, flames, 2e-5, "ft")
    for base_m, expected in ((1.0, 168.44), (2.0, 476.42), (3.0, 875.25), (5.0, 1883.24)):
        kw = Crowns(base_m, 20.0, 0.1, 1.0).catches_w_per_m / 1e3
        places = {"base": f"{base_m:g}"}
        yield Case("wildfire.crown.catches", _WAGNER, expected, kw, 0.01, "kW/m", places=places)
    pace = Crowns(1.0, 20.0, 0.2, 1.0).runs_on_m_per_s * 60.0
    yield Case("wildfire.crown.runs_on", _WAGNER, 15.0, pace, 1e-9, "m/min")
