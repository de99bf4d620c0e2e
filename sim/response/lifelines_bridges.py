"""Bridges that are down, and slides across roads: an emergency bridge opens the way again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from sim.agents.units import RescueTeam
from sim.response.dispatch import Call
from sim.response.teams_work import Deployment, Process
from sim.scenario.parameters import parameter
from sim.world.tables import ROAD_CLASSES
from sim.world.zoning import zone_cells, zones_at

if TYPE_CHECKING:
    from sim.response.operations import Operations

Rows = NDArray[np.int64]
_HOUR_S: Final = 3600.0


class Bridges:
    """The roads of some zones that are down, one call for both directions.

    Parameters
    ----------
    ops : Operations
    zones : (m,) int64
        Rows of `Zones`, of any level.
    """

    skill = "bridge"

    def __init__(self, ops: Operations, zones: Rows) -> None:
        self._ops = ops
        world = ops.stage.world
        roads, nodes = world.roads, world.nodes
        x_m = (nodes.x_m[roads.from_node] + nodes.x_m[roads.to_node]) / 2
        y_m = (nodes.y_m[roads.from_node] + nodes.y_m[roads.to_node]) / 2
        self._zone = zones_at(world, zone_cells(world, "community"), x_m, y_m)
        self._inside = ops.stage.people.residents.zones_within(zones)[self._zone]
        ends = np.sort(np.column_stack((roads.from_node, roads.to_node)), axis=1)
        _, self._pair = np.unique(ends, axis=0, return_inverse=True)
        self._taken: set[int] = set()

    def over(self) -> bool:
        """Whether every road can be crossed."""
        return len(self._down()) == 0

    def calls(self, unit: RescueTeam) -> Sequence[Call]:
        """Return the gaps nobody works at; the wider the road's class the more urgent."""
        roads, down = self._ops.stage.world.roads, self._down()
        _, first = np.unique(self._pair[down], return_index=True)
        return [
            Call(
                key=edge,
                node=int(roads.from_node[edge]),
                urgency=float(len(ROAD_CLASSES) - roads.road_class[edge]),
                zone=int(self._zone[edge]),
                work_s=self._takes_s(unit, edge),
            )
            for edge in down[np.sort(first)].tolist()
            if int(self._pair[edge]) not in self._taken
        ]

    def claim(self, unit: RescueTeam, call: Call) -> None:
        """Give a gap to a team."""
        self._taken.add(int(self._pair[call.key]))

    def release(self, unit: RescueTeam, call: Call) -> None:
        """Take it back."""
        self._taken.discard(int(self._pair[call.key]))

    def do(self, unit: RescueTeam, call: Call, order: Deployment) -> Process:
        """Bring the parts, and lay a bridge over the gap; both directions are then open."""
        ops = self._ops
        yield ops.env.timeout(self._takes_s(unit, call.key))
        both = np.flatnonzero(self._pair == self._pair[call.key])
        ops.stage.states["road_down"][both] = False
        order.row.event["work"] = ops.log.add(
            ops.now_s, "bridge_laid", f"edge-{call.key}", cause=unit.there, team=unit.id
        )
        order.row.detail["bridges"] = order.row.detail.get("bridges", 0) + 1

    def _down(self) -> Rows:
        states = self._ops.stage.states
        if not states.touched("road_down"):
            return np.zeros(0, dtype=np.int64)
        return np.flatnonzero(states["road_down"] & self._inside)

    def _takes_s(self, unit: RescueTeam, edge: int) -> float:
        """Return the time to lay a bridge: no longer than the road, or than a usual gap."""
        length_m = float(self._ops.stage.world.roads.length_m[edge])
        gap_m = min(length_m, parameter("rescue.bridge_gap").si)
        return parameter("rescue.bridge_setup").si + gap_m / unit.spec.bridge_m_per_h * _HOUR_S
