"""Brands between houses: their flight by the published formulas, and as drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from sim.evaluation.verification.case import Case
from sim.hazards.urban_fire_brands import Brand, flight_m, landing_m

_HIMOTO: Final = "Himoto & Tanaka (2005), as Lee & Davidson (2010) take it, by hand"


def flights() -> Iterator[Case]:
    """A disc of 3 mm and 100 kg/m3 from a house of 10 m and 20 MW in 10 m/s; its landings."""
    size = np.array([10.0])
    lift = Brand(0.003, 100.0).lift(np.array([10.0]), size, np.array([2e7]))
    yield Case("urban_fire.brand.lift", _HIMOTO, 3.83885, float(lift[0]), 1e-5, "1")
    mean, spread, across = (float(part[0]) for part in flight_m(lift, size))
    yield Case("urban_fire.brand.mean", _HIMOTO, 11.52299, mean, 1e-5, "m")
    yield Case("urban_fire.brand.spread", _HIMOTO, 13.77895, spread, 1e-5, "m")
    yield Case("urban_fire.brand.across", _HIMOTO, 9.2, across, 1e-9, "m")
    luck = (np.arange(1_000_000) + 0.5) / 1_000_000
    ahead_m, _ = landing_m(np.array([mean]), np.array([spread]), np.array([across]), luck, luck)
    source = "mean of the lognormal, a million drawn evenly"
    yield Case("urban_fire.brand.drawn", source, mean, float(ahead_m.mean()), 1e-3 * mean, "m")
