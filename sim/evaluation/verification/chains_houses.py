"""Heat and brands of a wildfire at houses, against what was published of walls and of losses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from scipy.integrate import dblquad

from sim.evaluation.verification.case import Case
from sim.hazards.chains_houses import WildfireHousesParams, ignition_s, panel_view

#: Cohen (2000): flames of a crown fire, black at 1,200 K (W/m2), 50 m wide and 20 m high
_CROWN_W_PER_M2: Final = 5.670374e-8 * 1200.0**4
_WIDE_M, _HIGH_M = 50.0, 20.0
_COHEN: Final = "Cohen 2000, Journal of Forestry 98(3):15"
_CHEN: Final = "Chen & McAneney 2004, Geophys. Res. Lett. 31, L12212"
#: "within one hundred feet" (Cohen): the furthest that crown fires light wood
_HUNDRED_FEET_M: Final = 30.48


def views() -> Iterator[Case]:
    """The view of a panel in closed form, and added up over its face."""
    for away_m in (5.0, 20.0, 60.0):
        added, _ = dblquad(_seen, 0.0, _HIGH_M, -_WIDE_M / 2, _WIDE_M / 2, args=(away_m,))
        ours = float(panel_view(_WIDE_M, _HIGH_M, away_m))
        source = "the integral of cos cos / (pi r^2), by quadrature"
        yield Case("houses.view", source, added, ours, 1e-7, "1", places={"away": f"{away_m:g}"})


def walls() -> Iterator[Case]:
    """Walls before a crown fire, as bounds: what is printed of heat, time and distance."""
    how = WildfireHousesParams(id="edge", kind="wildfire_houses")
    wood = (1e3 * how.heat_from, how.heat_power, how.heat_dose)
    away_m = np.arange(5.0, 60.0, 0.01)
    flux = _CROWN_W_PER_M2 * panel_view(_WIDE_M, _HIGH_M, away_m)
    needs_s = ignition_s(flux, *wood)
    at_40 = int(np.searchsorted(away_m, 40.0))
    yield Case("houses.heat", f"{_COHEN}: less", 0.0, float(flux[at_40]) / 1e3, 20.0, "kW/m2")
    ratio = 600.0 / float(needs_s[at_40])
    yield Case("houses.wait", f"{_COHEN}: more than 10 min", 0.0, ratio, 1.0, "1")
    furthest_m = float(away_m[needs_s <= how.exposure].max())
    yield Case("houses.reach", f"{_COHEN}: within 100 ft", 0.0, furthest_m, _HUNDRED_FEET_M, "m")


def losses() -> Iterator[Case]:
    """Houses that brands light, by their distance from the forest."""
    how = WildfireHousesParams(id="edge", kind="wildfire_houses")
    for away_m, share in ((0.0, 0.6), (350.0, 0.3), (700.0, 0.0)):
        ours = float(how.brands_p(np.array([away_m]))[0])
        places = {"away": f"{away_m:g}"}
        yield Case("houses.brands", _CHEN, share, ours, 1e-9, "1", places=places)


def _seen(x_m: float, y_m: float, away_m: float) -> float:
    return float(away_m**2 / (np.pi * (x_m**2 + y_m**2 + away_m**2) ** 2))
