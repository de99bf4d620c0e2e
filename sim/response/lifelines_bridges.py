"""Bridges that are down, and slides across roads: an emergency bridge opens the way again."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.agents.units import RescueTeam
from sim.response.lifelines_streets import Rows, Streets
from sim.scenario.parameters import parameter

_HOUR_S: Final = 3600.0


class Bridges(Streets):
    """The roads of some zones that are down; see `Streets`."""

    skill = "bridge"
    event = "bridge_laid"
    counted = "bridges"

    def _shut(self) -> Rows:
        states = self._ops.stage.states
        if not states.touched("road_down"):
            return np.zeros(0, dtype=np.int64)
        return np.flatnonzero(states["road_down"] & self._inside)

    def _takes_s(self, unit: RescueTeam, edge: int) -> float:
        """Return the time to lay a bridge: no longer than the road, or than a usual gap."""
        length_m = float(self._ops.stage.world.roads.length_m[edge])
        gap_m = min(length_m, parameter("rescue.bridge_gap").si)
        return parameter("rescue.bridge_setup").si + gap_m / unit.spec.bridge_m_per_h * _HOUR_S

    def _open(self, edges: Rows) -> None:
        self._ops.stage.states["road_down"][edges] = False
