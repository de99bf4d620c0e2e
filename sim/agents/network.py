"""The roads as traffic sees them: for vehicles and walkers, times, flows and room of every edge."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.core.sets import distinct
from sim.scenario.parameters import parameter
from sim.world.tables import ROAD_CLASSES
from sim.world.world import World

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]

#: a node so near to the border of a map is a way out of it
_EXIT_M: Final = 150.0
_MAIN_ROADS: Final = ("motorway", "trunk", "primary", "secondary")


@dataclass(frozen=True, eq=False)
class Network:
    """A directed graph with two layers on the same edges: vehicles and walkers.

    Attributes
    ----------
    x_m, y_m : (nodes,) float64
    from_node, to_node : (edges,) int32
    length_m : (edges,) float64
    speed_m_per_s : (edges,) float64
        Free-flow speed of vehicles.
    flow_veh_per_s, storage_veh : (edges,) float64
        Saturation flow and room in passenger cars; 0 where no vehicle goes.
    junction_s : (edges,) float64
        What a vehicle loses at the edge's end.
    wait_s : (edges,) float64
        What walkers wait before barriers on it; of vehicles, part of `junction_s`.
    foot_width_m : (edges,) float64
        0 where nobody walks.
    open_share : (edges,) float64
        Share of the time in which barriers let walkers pass; of vehicles, part of `flow_veh_per_s`.
    foot_flow_per_m_s, foot_jam_per_m2 : float
        Persons a metre and second, persons a square metre, at most.
    """

    x_m: FloatArray
    y_m: FloatArray
    from_node: IntArray
    to_node: IntArray
    length_m: FloatArray
    speed_m_per_s: FloatArray
    flow_veh_per_s: FloatArray
    storage_veh: FloatArray
    junction_s: FloatArray
    wait_s: FloatArray
    foot_width_m: FloatArray
    open_share: FloatArray
    foot_flow_per_m_s: float
    foot_jam_per_m2: float

    @property
    def n_nodes(self) -> int:
        """Junctions."""
        return len(self.x_m)

    @property
    def n_edges(self) -> int:
        """Directed edges."""
        return len(self.from_node)

    @classmethod
    def of_world(cls, world: World) -> Self:
        """Take the roads of a map, with the catalogue's defaults for what it does not state."""
        roads = world.roads
        return cls.of_edges(
            world.nodes.x_m,
            world.nodes.y_m,
            roads.from_node,
            roads.to_node,
            length_m=roads.length_m,
            speed_m_per_s=roads.free_speed_m_per_s,
            lanes=np.where(roads.by_car, roads.lanes, 0),
            flow_veh_per_s=np.where(roads.by_car, roads.flow_veh_per_s, 0.0),
            foot_width_m=np.where(roads.on_foot, _foot_width_m(roads.road_class), 0.0),
        )

    @classmethod
    def of_edges(
        cls,
        x_m: ArrayLike,
        y_m: ArrayLike,
        from_node: ArrayLike,
        to_node: ArrayLike,
        *,
        length_m: ArrayLike,
        speed_m_per_s: ArrayLike,
        flow_veh_per_s: ArrayLike,
        lanes: ArrayLike = 1,
        foot_width_m: ArrayLike = 0.0,
        junction_s: float | None = None,
        jam_spacing_m: float | None = None,
        foot_flow_per_m_s: float | None = None,
        foot_jam_per_m2: float | None = None,
    ) -> Self:
        """Build from edge columns, or single numbers for all edges; None is the catalogue's value.

        An edge costs `junction_s` only where it ends at a junction: a node with more than two
        neighbours.
        """
        start = np.asarray(from_node, dtype=np.int32)
        end = np.asarray(to_node, dtype=np.int32)
        nodes_x_m = np.asarray(x_m, dtype=np.float64)

        def column(values: ArrayLike) -> FloatArray:
            return np.broadcast_to(np.asarray(values, dtype=np.float64), start.shape).copy()

        length = column(length_m)
        delay_s = _or_default(junction_s, "movement.junction_delay")
        lane_m = length * column(lanes)
        flow = np.where(lane_m > 0, column(flow_veh_per_s), 0.0)
        spacing_m = _or_default(jam_spacing_m, "movement.jam_spacing")
        return cls(
            x_m=nodes_x_m,
            y_m=np.asarray(y_m, dtype=np.float64),
            from_node=start,
            to_node=end,
            length_m=length,
            speed_m_per_s=column(speed_m_per_s),
            flow_veh_per_s=flow,
            storage_veh=np.where(flow > 0, np.maximum(lane_m / spacing_m, 1.0), 0.0),
            junction_s=np.where(_is_junction(start, end, len(nodes_x_m))[end], delay_s, 0.0),
            wait_s=np.zeros(len(start)),
            foot_width_m=column(foot_width_m),
            open_share=np.ones(len(start)),
            foot_flow_per_m_s=_or_default(foot_flow_per_m_s, "movement.walking_flow"),
            foot_jam_per_m2=_or_default(foot_jam_per_m2, "movement.walking_jam"),
        )

    def with_barriers(self, open_share: FloatArray, wait_s: FloatArray) -> Self:
        """Return the roads with barriers that are down from time to time.

        Those who wait on the mean, flow times wait, take up no room on the road: a short one would
        else count as jammed by them, and pass less than the barrier does.

        Parameters
        ----------
        open_share : (edges,) float64
            Share of the time in which each lets people pass: what is left of its flow.
        wait_s : (edges,) float64
            Mean wait of everybody who comes to it.
        """
        flow_veh_per_s = self.flow_veh_per_s * open_share
        return replace(
            self,
            flow_veh_per_s=flow_veh_per_s,
            storage_veh=self.storage_veh + flow_veh_per_s * wait_s,
            junction_s=self.junction_s + wait_s,
            wait_s=self.wait_s + wait_s,
            open_share=self.open_share * open_share,
        )

    @cached_property
    def into(self) -> tuple[IntArray, IntArray, IntArray]:
        """Edges that lead to each node, as (offsets, edges, the nodes they come from)."""
        edges = np.argsort(self.to_node, kind="stable").astype(np.int32)
        counts = np.bincount(self.to_node, minlength=self.n_nodes)
        offsets = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
        return offsets, edges, self.from_node[edges]

    @cached_property
    def drivable(self) -> IntArray:
        """Nodes that some road for vehicles leads to."""
        nodes: IntArray = distinct(self.to_node[self.flow_veh_per_s > 0])
        return nodes

    def drivable_node(self, x_m: float, y_m: float) -> int:
        """Return the node nearest to a place that vehicles get to."""
        away_m = np.hypot(self.x_m[self.drivable] - x_m, self.y_m[self.drivable] - y_m)
        return int(self.drivable[np.argmin(away_m)])


def exits_of(network: Network, bounds_m: tuple[float, float, float, float]) -> IntArray:
    """Return road nodes at the border of a map (west, south, east, north), where cars leave it."""
    west, south, east, north = bounds_m
    x_m, y_m = network.x_m, network.y_m
    inside_m = np.minimum.reduce([x_m - west, east - x_m, y_m - south, north - y_m])
    drivable = network.drivable
    exits: IntArray = drivable[inside_m[drivable] <= _EXIT_M].astype(np.int32)
    return exits


def _or_default(value: float | None, key: str) -> float:
    return float(parameter(key).si if value is None else value)


def _foot_width_m(road_class: NDArray[np.uint8]) -> FloatArray:
    """Return the width for walkers by road class; nobody walks on a motorway."""
    widths_m = np.full(len(ROAD_CLASSES), parameter("movement.walking_width_local").si)
    for name in _MAIN_ROADS:
        widths_m[ROAD_CLASSES.index(name)] = parameter("movement.walking_width_main").si
    widths_m[ROAD_CLASSES.index("path")] = parameter("movement.walking_width_path").si
    widths_m[ROAD_CLASSES.index("motorway")] = 0.0
    return widths_m[road_class]


def _is_junction(start: IntArray, end: IntArray, n_nodes: int) -> NDArray[np.bool_]:
    """Return which nodes have more than two neighbours."""
    low, high = np.minimum(start, end), np.maximum(start, end)
    pairs = np.unique(np.column_stack((low, high)), axis=0)
    return np.bincount(pairs.reshape(-1), minlength=n_nodes) > 2
