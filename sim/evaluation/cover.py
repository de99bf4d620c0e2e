"""Cover of a map: what share of land, people and buildings is reached in time, and with more."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sim.agents.network import Network
from sim.response.cover import Siting, best_sites, covers, first_due_s
from sim.scenario.base import Spot
from sim.scenario.crossings import Crossing
from sim.scenario.forces import Force, unit_kinds
from sim.scenario.goods import VehicleSize
from sim.scenario.limits import RoadLimit
from sim.scenario.parameters import parameter
from sim.world.crossings import Crossings
from sim.world.limits import RoadLimits
from sim.world.tables import FACILITY_KINDS
from sim.world.world import World

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
#: most road nodes looked at as sites of new stations: those with most people near them
_CANDIDATES: Final = 400


@dataclass(frozen=True)
class Service:
    """What is to be within reach.

    Attributes
    ----------
    kind : str
        Of facility: one of `FACILITY_KINDS`.
    starts_s : callable
        From the call to setting out.
    on_foot : bool
        Whether people walk there, by any way; else somebody drives to them.
    size : callable
        Of the vehicle that drives; None where no kind is known, and no sign holds it back.
    """

    kind: str
    starts_s: Callable[[], float]
    on_foot: bool = False
    size: Callable[[], VehicleSize | None] = lambda: None


def _first_truck_s() -> float:
    return parameter("supply.truck_turnout").si + parameter("supply.picking").si


SERVICES: Final[Mapping[str, Service]] = {
    "stations": Service(
        "fire_station",
        lambda: unit_kinds()["fire_engine"].turnout_s,
        size=lambda: unit_kinds()["fire_engine"].size,
    ),
    "depots": Service("depot", _first_truck_s),
    "shelters": Service("shelter", lambda: 0.0, on_foot=True),
}


@dataclass(frozen=True)
class Demand:
    """What is to be reached, by the road node nearest to it."""

    area_m2: Floats
    people: Floats
    buildings: Floats

    def table(self, reached: NDArray[np.bool_]) -> pd.DataFrame:
        """Return one row a sort of thing: all of it, reached, share."""
        rows = []
        for name, amount in vars(self).items():
            whole, part = float(amount.sum()), float(amount[reached].sum())
            rows.append((name, whole, part, part / whole if whole else np.nan))
        return pd.DataFrame(rows, columns=["of", "all", "reached", "share"])


def buildings_in_reach(
    world: World,
    forces: Sequence[Force] = (),
    *,
    minutes: float,
    limits: Sequence[RoadLimit] = (),
    crossings: Sequence[Crossing] = (),
) -> float:
    """Return the share of buildings that a first engine reaches in time, on open roads.

    Engines stand at the fire stations of the map, and at the spots of a scenario's forces; they go
    past no sign that they exceed, and wait before barriers. NaN for a map without fire stations,
    buildings or roads.
    """
    if world.buildings.n == 0 or world.nodes.n == 0:
        return math.nan
    spots = [one.spot for one in forces if one.kind == "fire_engine" and one.spot is not None]
    found = Drives(world, spots, minutes=minutes, limits=limits, crossings=crossings)
    in_time = found.due_s[world.buildings.node] <= found.budget_s
    return float(in_time.mean()) if len(found.stations) else math.nan


class Drives:
    """Stations, depots or shelters of a map, and how far in time everywhere is from them.

    Parameters
    ----------
    world : World
    spots : sequence of Spot
        More stations than the map has.
    minutes : float
        From the call to the arrival; turning out takes its part of them.
    of : str
        One of `SERVICES`.
    limits, crossings : sequence of RoadLimit, of Crossing
        Of the scenario; trains that stand on crossings apart.

    Attributes
    ----------
    budget_s : float
        What is left for the way.
    stations : (n,) int64
        Road nodes.
    due_s : (nodes,) float64
        Way from, or to, the nearest at each road node; infinity where there is none.
    """

    def __init__(
        self,
        world: World,
        spots: Sequence[Spot] = (),
        *,
        minutes: float,
        of: str = "stations",
        limits: Sequence[RoadLimit] = (),
        crossings: Sequence[Crossing] = (),
    ) -> None:
        self.world, self.network = world, Network.of_world(world)
        service = SERVICES[of]
        self.budget_s = max(0.0, minutes * 60.0 - service.starts_s())
        self.times_s = self._walks_s() if service.on_foot else self._drives_s()
        self.times_s += Crossings(world, crossings).wait_s
        size = service.size()
        signs = RoadLimits.of(world, limits)
        barred = 0 if size is None else signs.barring(size.gross_kg, size.height_m)
        if barred:
            self.times_s[signs.edges(barred)] = np.inf
        rows = np.flatnonzero(world.facilities.kind == FACILITY_KINDS.index(service.kind))
        more = [self.network.drivable_node(spot.x_m, spot.y_m) for spot in spots]
        self.stations = np.array([*world.facilities.node[rows], *more], np.int64)
        self.due_s = self.first_due_s(self.stations)

    def _drives_s(self) -> Floats:
        network = self.network
        free_s = network.length_m / np.maximum(network.speed_m_per_s, 0.1)
        return np.where(network.flow_veh_per_s > 0, free_s, np.inf).astype(np.float64)

    def _walks_s(self) -> Floats:
        pace_s = self.network.length_m / parameter("movement.walking_speed").si
        return np.asarray(pace_s, dtype=np.float64)

    def first_due_s(self, stations: Rows) -> Floats:
        """Return the way from the nearest of some nodes to each node."""
        if len(stations) == 0:
            return np.full(self.network.n_nodes, np.inf)
        return first_due_s(self.network, self.times_s, stations)


class Cover(Drives):
    """What is reached in time of land, people and buildings, now and with more places.

    Attributes
    ----------
    demand : Demand
    """

    def __init__(
        self,
        world: World,
        *,
        minutes: float,
        of: str = "stations",
        limits: Sequence[RoadLimit] = (),
        crossings: Sequence[Crossing] = (),
    ) -> None:
        super().__init__(world, minutes=minutes, of=of, limits=limits, crossings=crossings)
        self.demand = self._demand()

    def table(self) -> pd.DataFrame:
        """Return what is reached in time now."""
        return self.demand.table(self.due_s <= self.budget_s)

    def with_new(self, sites: Rows) -> pd.DataFrame:
        """Return what is reached in time with places at more road nodes."""
        due_s = self.first_due_s(np.concatenate((self.stations, sites)))
        return self.demand.table(due_s <= self.budget_s)

    def new_sites(self, count: int) -> tuple[Rows, Siting]:
        """Return the road nodes where so many new places would reach most people."""
        people = np.where(self.due_s <= self.budget_s, 0.0, self.demand.people)
        candidates = self._candidates(people)
        cover = covers(self.network, self.times_s, candidates, self.budget_s)
        found = best_sites(cover, people, count)
        return candidates[found.sites], found

    def _candidates(self, people: Floats) -> Rows:
        """Return the drivable nodes with most people not reached yet, one a cluster."""
        drivable = self.network.drivable.astype(np.int64)
        at = np.column_stack((self.network.x_m[drivable], self.network.y_m[drivable]))
        all_at = np.column_stack((self.network.x_m, self.network.y_m))
        reach_m = parameter("response.reach").si
        near = cKDTree(all_at).query_ball_point(at, reach_m)
        around = np.array([people[nodes].sum() for nodes in near])
        order = np.argsort(-around, kind="stable")[:_CANDIDATES]
        return np.sort(drivable[order])

    def _demand(self) -> Demand:
        """Gather land, people and buildings at the road nodes nearest to them."""
        world, n = self.world, self.network.n_nodes
        node = world.buildings.node
        living = np.zeros(world.buildings.n)
        np.add.at(living, world.households.building, world.households.size)
        x_m, y_m = (one.ravel() for one in np.meshgrid(*world.grid.centres_m()))
        drivable = self.network.drivable
        at = np.column_stack((self.network.x_m[drivable], self.network.y_m[drivable]))
        _, nearest = cKDTree(at).query(np.column_stack((x_m, y_m)))
        cells = np.bincount(drivable[nearest], minlength=n)
        return Demand(
            area_m2=(cells * world.grid.cell_area_m2).astype(np.float64),
            people=np.bincount(node, weights=living, minlength=n).astype(np.float64),
            buildings=np.bincount(node, minlength=n).astype(np.float64),
        )
