"""Worlds for the rescue cases: a town of even blocks, engines at corners, a ward."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, Final

import mesa
import numpy as np
import simpy
from numpy.typing import NDArray

from sim.agents.network import Network
from sim.agents.units import RescueTeam
from sim.core.events import EventLog
from sim.core.rng import Streams
from sim.evaluation.verification.supply_setups import table_of
from sim.response.medical_hospitals import Hospitals
from sim.response.resources import Resources
from sim.response.travel import Ways
from sim.scenario.forces import unit_kinds
from sim.world.limits import RoadLimits
from sim.world.maps.plain import plain_world
from sim.world.states import States
from sim.world.tables import FACILITY_KINDS
from sim.world.world import World

#: distance of crossings, m
BLOCK_M: Final = 100.0


def blocks(side: int, *, speed_m_per_s: float = 10.0, beds: int = 0) -> World:
    """Return a town of ``side`` x ``side`` crossings, every street both ways; a hospital at 0."""
    cells = max(2, round(side * BLOCK_M / 500.0) + 1)
    ground = plain_world(np.full((cells, cells), 10.0), cell_m=500.0)
    column, row = np.meshgrid(np.arange(side), np.arange(side))
    number = (row * side + column).astype(np.int64)
    east = np.column_stack((number[:, :-1].ravel(), number[:, 1:].ravel()))
    north = np.column_stack((number[:-1].ravel(), number[1:].ravel()))
    one_way = np.concatenate((east, north))
    ends = np.concatenate((one_way, one_way[:, ::-1]))
    n = len(ends)
    roads = table_of(
        ground.roads,
        from_node=ends[:, 0],
        to_node=ends[:, 1],
        length_m=np.full(n, BLOCK_M),
        free_speed_m_per_s=np.full(n, speed_m_per_s),
        lanes=np.ones(n),
        flow_veh_per_s=np.full(n, 0.5),
        by_car=np.ones(n),
        name=np.full(n, -1),
    )
    nodes = table_of(ground.nodes, x_m=column.ravel() * BLOCK_M, y_m=row.ravel() * BLOCK_M)
    facilities = table_of(
        ground.facilities,
        id=np.array(["hospital"], dtype=object),
        kind=[FACILITY_KINDS.index("hospital")],
        x_m=[0.0],
        y_m=[0.0],
        node=[0],
        zone=[-1],
        capacity=[beds],
    )
    return replace(ground, nodes=nodes, roads=roads, facilities=facilities)


class Bench:
    """The part of `Operations` that units, rules of dispatch and wards need."""

    def __init__(self, world: World, *, seed: int = 1) -> None:
        self.world, self.network = world, Network.of_world(world)
        self.env, self.log, self.model = simpy.Environment(), EventLog(), mesa.Model()
        self.streams, self.states, self.limits = Streams(seed), States(world), RoadLimits()
        self.forces: tuple[Any, ...] = ()
        self.stage, self.step_s = self, 60.0
        self.people = SimpleNamespace()
        self.deployments: dict[str, list[Any]] = {}
        self.ways = Ways(self)  # type: ignore[arg-type]  # the part of Operations it needs
        self.resources = Resources(self)  # type: ignore[arg-type]
        self.hospitals = Hospitals(self)  # type: ignore[arg-type]

    @property
    def now_s(self) -> float:
        """Seconds from the start."""
        return float(self.env.now)

    def emergency_times_s(self) -> NDArray[np.float64]:
        """Return the drive along each street, always open."""
        return np.asarray(self.network.length_m / self.world.roads.free_speed_m_per_s, np.float64)

    def engines(self, nodes: NDArray[np.int64]) -> list[RescueTeam]:
        """Return one engine at each of some crossings."""
        spec = unit_kinds()["fire_engine"]
        return [
            RescueTeam(self.model, f"engine-{k}", spec, base_node=int(node))
            for k, node in enumerate(nodes)
        ]
