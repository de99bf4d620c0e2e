"""Fire weather: what temperature, humidity, sun and wind make of fuel and of flames.

Dead fuel by the rules of the National Fire Danger Rating System (Cohen & Deeming 1985, PSW-82):
equilibrium moisture by Simard (1968) of the air at the fuel, which sun warms and dries.
"""

from __future__ import annotations

from math import exp
from typing import Final

from sim.hazards.wildfire_rothermel import Moisture

#: warming (deg F) and drying (factor on humidity) of air at the fuel, by sky (PSW-82, table)
SKIES: Final = {
    "clear": (25.0, 0.75),
    "scattered": (19.0, 0.83),
    "broken": (12.0, 0.92),
    "overcast": (5.0, 1.0),
    "night": (0.0, 1.0),
    "rain": (0.0, 1.0),
}
#: moisture of fine fuel in rain (PSW-82)
_IN_RAIN: Final = 0.35
_ONE_HOUR, _TEN_HOURS = 1.03, 1.28
#: wind at 10 m over wind at 20 ft above the fuel (Andrews 2012, RMRS-GTR-266)
WIND_10M_OVER_20FT: Final = 1.15


def equilibrium_moisture(temperature_f: float, humidity_percent: float) -> float:
    """Return the moisture (share of dry weight) that wood comes to in air (Simard 1968)."""
    t, h = temperature_f, humidity_percent
    if h < 10.0:
        percent = 0.03229 + 0.281073 * h - 0.000578 * t * h
    elif h < 50.0:
        percent = 2.22749 + 0.160107 * h - 0.014784 * t
    else:
        percent = 21.0606 + 0.005565 * h * h - 0.00035 * h * t - 0.483199 * h
    return percent / 100.0


def dead_moisture(
    temperature_c: float, humidity: float, sky: str, coarse_extra: float
) -> tuple[float, float, float]:
    """Return the moisture of 1 h, 10 h and 100 h fuel in weather.

    Parameters
    ----------
    humidity : float
        Of the air, 0..1.
    sky : str
        A key of `SKIES`.
    coarse_extra : float
        How much moister 100 h fuel is than 10 h fuel.
    """
    warmer_f, drier = SKIES[sky]
    at_fuel = equilibrium_moisture(
        temperature_c * 1.8 + 32.0 + warmer_f, 100.0 * min(humidity * drier, 1.0)
    )
    one_h, ten_h = _ONE_HOUR * at_fuel, _TEN_HOURS * at_fuel
    if sky == "rain":
        one_h = max(one_h, _IN_RAIN)
    return max(one_h, 0.01), max(ten_h, 0.01), max(ten_h, 0.01) + coarse_extra


def ignition_probability(temperature_c: float, fine_moisture: float) -> float:
    """Return how likely a brand sets light to fine fuel (Schroeder 1969)."""
    m = fine_moisture
    heat = 144.512 - 0.266 * temperature_c - 0.00058 * temperature_c**2 - temperature_c * m
    heat += 18.54 * (1.0 - exp(-15.1 * m)) + 640.0 * m
    x = max(0.0, 400.0 - heat) / 10.0
    return float(min(1.0, 0.000048 * x**4.3 / 50.0))


def moisture_of(dead: tuple[float, float, float], herb: float, woody: float) -> Moisture:
    """Return the moisture of a bed from its dead and its live parts."""
    return Moisture(*dead, live_herb=herb, live_woody=woody)
