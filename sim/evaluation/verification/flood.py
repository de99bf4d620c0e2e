"""The flood suite: every check of the water solver and of the limits drawn from its results."""

from __future__ import annotations

from typing import Final

from sim.evaluation.verification import (
    catchment,
    environment_agency,
    limits,
    safety,
    soil,
    stairs,
    steady,
    still_water,
    structures,
    waves,
)
from sim.evaluation.verification.case import Check

SUITE: Final = (
    Check("lake_at_rest", still_water.lake_at_rest),
    Check("three_humps", still_water.three_humps),
    Check("mass", still_water.mass),
    Check("ripple", still_water.ripple),
    Check("mound", still_water.mound),
    Check("travelling_wave", waves.travelling_wave),
    Check("plane_wave", waves.plane_wave),
    Check("seiche", waves.seiche),
    Check("mild_dam_break", waves.mild_dam_break),
    Check("rain_on_plane", steady.rain_on_plane),
    Check("uniform_flow", steady.uniform_flow),
    Check("stairs", stairs.one_cell),
    Check("rivers", stairs.rivers, quick=False),
    Check("rivers_any_depth", stairs.gentler_and_deeper),
    Check("rivers_stored", stairs.stored),
    Check("banks_in_step", stairs.banks_in_step),
    Check("v_shaped_catchment", catchment.v_shaped_catchment),
    Check("design_storms", catchment.design_storms),
    Check("known_profile", steady.known_profile),
    Check("published_profile", steady.published_profile),
    Check("rainy_profile", steady.rainy_profile),
    Check("pond_behind_sill", environment_agency.pond_behind_sill),
    Check("egg_box", environment_agency.egg_box, quick=False),
    Check("spreading", environment_agency.spreading, quick=False),
    Check("weir", structures.weir),
    Check("emptying", structures.emptying),
    Check("drains", structures.drains),
    Check("pump", structures.pump),
    Check("soil_ponded", soil.ponded),
    Check("soil_rained_on", soil.rained_on),
    Check("hazard_rating", safety.hazard_rating),
    Check("hazard_table", safety.hazard_table),
    Check("aidr_classes", safety.aidr_classes),
    Check("toppling", safety.toppling),
    Check("vehicles", safety.vehicles),
    Check("driving", safety.driving),
    Check("daring", safety.daring),
    Check("wading", safety.wading),
    Check("strong_dam_break", limits.strong_dam_break),
    Check("circling_plane", limits.circling_plane),
    Check("bump", limits.bump),
    Check("steady_bump", limits.steady_bump, quick=False),
)
