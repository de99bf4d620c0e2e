"""The suite of chains: what one hazard brings about, and storms, ice and gas that stand alone."""

from __future__ import annotations

from typing import Final

from sim.evaluation.verification import chains_air, chains_houses, chains_power, chains_water
from sim.evaluation.verification.case import Check

SUITE: Final = (
    Check("dam_outflow", chains_water.dam_outflow),
    Check("runoff", chains_water.runoff),
    Check("unit_hydrograph", chains_water.unit_hydrograph),
    Check("river_rise", chains_water.river_rise),
    Check("poured", chains_water.poured),
    Check("sea", chains_water.sea),
    Check("surge", chains_water.surge),
    Check("mains", chains_water.mains),
    Check("ice", chains_air.ice),
    Check("plume", chains_air.plume),
    Check("workbook", chains_air.workbook),
    Check("exposure", chains_air.exposure),
    Check("poisoning", chains_air.poisoning),
    Check("slides", chains_air.slides),
    Check("houses_views", chains_houses.views),
    Check("houses_walls", chains_houses.walls),
    Check("houses_losses", chains_houses.losses),
    Check("power_lines", chains_power.lines),
)
