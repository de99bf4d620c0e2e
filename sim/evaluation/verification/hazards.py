"""Every check of every hazard in one table: water, fire, shaking, chains, and harm by them."""

from __future__ import annotations

from typing import Final

from sim.evaluation.verification import (
    casualties,
    casualties_water,
    chains,
    earthquake,
    flood,
    urban_fire,
    wildfire,
)
from sim.evaluation.verification.case import Check

SUITE: Final[tuple[Check, ...]] = (
    *flood.SUITE,
    *wildfire.SUITE,
    *urban_fire.SUITE,
    *earthquake.SUITE,
    *chains.SUITE,
    *casualties.SUITE,
    *casualties_water.SUITE,
)
