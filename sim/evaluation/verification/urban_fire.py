"""The urban fire suite: spread, ignitions, growth and water in towns."""

from __future__ import annotations

from typing import Final

from sim.evaluation.verification import urban_fire_flights, urban_fire_spread, urban_fire_water
from sim.evaluation.verification.case import Check

SUITE: Final = (
    Check("hamada_times", urban_fire_spread.hamada_times),
    Check("circle", urban_fire_spread.circle),
    Check("blocks", urban_fire_spread.blocks),
    Check("resumed", urban_fire_spread.resumed),
    Check("flights", urban_fire_flights.flights),
    Check("ignitions", urban_fire_water.ignitions),
    Check("growth", urban_fire_water.growth),
    Check("water", urban_fire_water.water),
    Check("suppression", urban_fire_water.suppression),
    Check("kobe", urban_fire_spread.kobe),
)
