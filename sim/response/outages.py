"""Which facilities have neither power nor water from the mains: what hazards have done to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sim.response.stage import Stage

Flags = NDArray[np.bool_]


def without_power(stage: Stage, rows: NDArray[np.int64]) -> Flags:
    """Return which facilities are out of work, or in a zone that gets no power."""
    states, world = stage.states, stage.world
    dark = np.zeros(len(rows), dtype=bool)
    if states.touched("facility_out"):
        dark |= states["facility_out"][rows]
    if states.touched("zone_unpowered") and world.zones.n:
        zone = world.facilities.zone[rows]
        dark |= states["zone_unpowered"][zone] & (zone >= 0)
    return dark


def without_mains(stage: Stage, rows: NDArray[np.int64]) -> Flags:
    """Return which facilities get no water: the main is broken, or the pump has no power."""
    dry = without_power(stage, rows)
    if stage.states.touched("facility_dry"):
        dry |= stage.states["facility_dry"][rows]
    return dry
