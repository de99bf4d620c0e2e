"""The physical limit of a relocation: the people whom a plan moves, the roads, the places."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.agents.network import Network, exits_of
from sim.core.sets import distinct
from sim.evaluation.quickest import Quickest, Roads, quickest
from sim.scenario.parameters import parameter
from sim.scenario.plan import Plan
from sim.world.tables import FACILITY_KINDS
from sim.world.world import World
from sim.world.zoning import edge_middles_m, zone_cells, zones_at, zones_within

_MOST_ROADS: Final = 8
#: a limit so much above the longest free way is due to room on the roads
_LONGER: Final = 1.1


@dataclass(frozen=True)
class CutRoad:
    """A road of the bottleneck.

    Attributes
    ----------
    name : str
        Empty for a road without a name.
    zone : int
        Row of the community in which it lies; -1 outside.
    share : float
        Of all whom the cut lets through.
    """

    name: str
    zone: int
    share: float


@dataclass(frozen=True)
class RoadLimit:
    """The least time for all whom a plan moves, on foot and in their own cars.

    Attributes
    ----------
    people : int
        Residents of the zones that the plan names.
    per_car : float
        Persons in a car, on average.
    bound : Quickest
    roads : tuple of CutRoad
        The bottleneck, the widest road first.
    edges : (k,) int
        Road rows of the bottleneck.
    """

    people: int
    per_car: float
    bound: Quickest
    roads: tuple[CutRoad, ...]
    edges: NDArray[np.int64] = field(repr=False)

    @property
    def roads_decide(self) -> bool:
        """Whether room on the roads, and not the longest way by itself, makes the limit."""
        return self.bound.at_least_s > _LONGER * self.bound.free_s


def road_limit(world: World, plan: Plan) -> RoadLimit | None:
    """Return the limit of a plan's relocation; None when it names no zones of the map to move.

    Nobody waits for anything but room on the road: all know at second 0, every shelter is open,
    no road is flooded or jammed below its flow, cars go at free-flow speed, walkers at full pace,
    all may use either. Buses are left out.
    """
    zones = _moved_zones(world, plan)
    if not len(zones):
        return None
    homes, buildings = world.households, world.buildings
    moved = zones_within(world, zones)[buildings.zone][homes.building]
    if not moved.any():
        return None
    sizes = homes.size.astype(np.int64)
    people = np.bincount(
        buildings.node[homes.building[moved]], sizes[moved], minlength=world.nodes.n
    ).astype(np.int64)
    drivers = moved & homes.has_car
    per_car = float(sizes[drivers].mean()) if drivers.any() else 1.0
    network = Network.of_world(world)
    roads, edge = _roads(network, per_car)
    bound = quickest(roads, people, _places(world, network))
    edges = edge[bound.cut]
    return RoadLimit(
        people=int(people.sum()),
        per_car=per_car,
        bound=bound,
        roads=_named(world, edges, bound.through),
        edges=distinct(edges),
    )


def _moved_zones(world: World, plan: Plan) -> NDArray[np.int64]:
    """Return the rows of zones that a plan relocates by name; what floods is not known before."""
    names: set[str] = set()
    for clause in plan.clauses:
        zones: Any = getattr(clause.with_, "zones", ()) if clause.do == "relocate_zone" else ()
        names.update((zones,) if isinstance(zones, str) else zones)
    rows: NDArray[np.int64] = np.flatnonzero(np.isin(world.zones.id.astype(str), sorted(names)))
    return np.arange(world.zones.n) if "all" in names else rows


def _roads(network: Network, per_car: float) -> tuple[Roads, NDArray[np.int64]]:
    """Return the arcs of cars and of walkers, and the road row of each."""
    edges = np.arange(network.n_edges, dtype=np.int64)
    walk_m_per_s = parameter("movement.walking_speed").si
    drive_s = network.length_m / np.maximum(network.speed_m_per_s, walk_m_per_s)
    on_foot = network.foot_width_m * network.foot_flow_per_m_s
    roads = Roads(
        network.n_nodes,
        np.tile(network.from_node, 2).astype(np.int64),
        np.tile(network.to_node, 2).astype(np.int64),
        np.concatenate((drive_s, network.length_m / walk_m_per_s)),
        np.concatenate((network.flow_veh_per_s * per_car, on_foot)),
    )
    return roads, np.tile(edges, 2)


def _places(world: World, network: Network) -> dict[int, float]:
    """Return the node of every shelter with its seats, and of every way out of the map."""
    facilities = world.facilities
    places: dict[int, float] = {}
    for row in np.flatnonzero(facilities.kind == FACILITY_KINDS.index("shelter")).tolist():
        node = int(facilities.node[row])
        places[node] = places.get(node, 0.0) + float(facilities.capacity[row])
    return places | dict.fromkeys(exits_of(network, world.grid.bounds_m).tolist(), float("inf"))


def _named(
    world: World, edges: NDArray[np.int64], through: NDArray[np.float64]
) -> tuple[CutRoad, ...]:
    """Return the roads of a cut by name and community, the widest first."""
    if not len(edges):
        return ()
    x_m, y_m = edge_middles_m(world)
    communities = zone_cells(world, "community")
    zones = zones_at(world, communities, x_m[edges], y_m[edges])
    shares: dict[tuple[str, int], float] = {}
    for edge, zone, amount in zip(edges.tolist(), zones.tolist(), through.tolist(), strict=True):
        key = (str(world.road_names[world.roads.name[edge]]), int(zone))
        shares[key] = shares.get(key, 0.0) + amount / float(through.sum())
    ordered = sorted(shares.items(), key=lambda one: (-one[1], one[0]))
    return tuple(CutRoad(*key, share) for key, share in ordered[:_MOST_ROADS])
