"""Streets that teams open again, whatever shut them: one call a street, for both directions."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.agents.units import RescueTeam
from sim.response.dispatch import Call
from sim.response.teams_pool import OneEach, Process
from sim.response.teams_work import Deployment
from sim.world.tables import ROAD_CLASSES
from sim.world.zoning import zone_cells, zones_at

if TYPE_CHECKING:
    from sim.response.operations import Operations

Rows = NDArray[np.int64]


class Streets(OneEach, ABC):
    """The streets of some zones that are to be opened.

    Parameters
    ----------
    ops : Operations
    zones : (m,) int64
        Rows of `Zones`, of any level.

    Attributes
    ----------
    skill : str
        What a team must be able to do.
    event, counted : str
        The event of a street opened, and under what the clause counts them.
    """

    skill: str
    event: str
    counted: str

    def __init__(self, ops: Operations, zones: Rows) -> None:
        super().__init__()
        self._ops = ops
        world = ops.stage.world
        roads, nodes = world.roads, world.nodes
        x_m = (nodes.x_m[roads.from_node] + nodes.x_m[roads.to_node]) / 2
        y_m = (nodes.y_m[roads.from_node] + nodes.y_m[roads.to_node]) / 2
        self._zone = zones_at(world, zone_cells(world, "community"), x_m, y_m)
        self._inside = ops.stage.people.residents.zones_within(zones)[self._zone]
        ends = np.sort(np.column_stack((roads.from_node, roads.to_node)), axis=1)
        _, self._street = np.unique(ends, axis=0, return_inverse=True)

    @abstractmethod
    def _shut(self) -> Rows:
        """Return the edges that are to be opened now."""

    @abstractmethod
    def _takes_s(self, unit: RescueTeam, edge: int) -> float:
        """Return how long a team works at a street."""

    @abstractmethod
    def _open(self, edges: Rows) -> None:
        """Let both directions of a street be free."""

    def over(self) -> bool:
        """Whether every street is open."""
        return len(self._shut()) == 0

    def calls(self, unit: RescueTeam) -> Sequence[Call]:
        """Return the streets nobody works at; the wider the class the more urgent."""
        roads, shut = self._ops.stage.world.roads, self._shut()
        _, first = np.unique(self._street[shut], return_index=True)
        return [
            Call(
                key=edge,
                node=int(roads.from_node[edge]),
                urgency=float(len(ROAD_CLASSES) - roads.road_class[edge]),
                zone=int(self._zone[edge]),
                work_s=self._takes_s(unit, edge),
            )
            for edge in shut[np.sort(first)].tolist()
            if not self.is_taken(edge)
        ]

    def _task_of(self, key: int) -> int:
        return int(self._street[key])

    def do(self, unit: RescueTeam, call: Call, order: Deployment) -> Process:
        """Work along the whole street; both directions are then free."""
        ops = self._ops
        yield ops.env.timeout(self._takes_s(unit, call.key))
        self._open(np.flatnonzero(self._street == self._street[call.key]))
        order.row.event["work"] = ops.log.add(
            ops.now_s, self.event, f"edge-{call.key}", cause=unit.there, team=unit.id
        )
        order.row.detail[self.counted] = order.row.detail.get(self.counted, 0) + 1
