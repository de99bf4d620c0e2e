"""First-due cover of a map: share of area, people and buildings that fire engines reach in time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sim.agents.network import Network
from sim.response.cover import Siting, best_sites, covers, first_due_s
from sim.scenario.base import Spot
from sim.scenario.forces import Force, unit_kinds
from sim.scenario.parameters import parameter
from sim.world.tables import FACILITY_KINDS
from sim.world.world import World

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
#: most road nodes looked at as sites of new stations: those with most people near them
_CANDIDATES: Final = 400


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


def buildings_in_reach(world: World, forces: Sequence[Force] = (), *, minutes: float) -> float:
    """Return the share of buildings that a first engine reaches in time, on open roads.

    Engines stand at the fire stations of the map, and at the spots of a scenario's forces. NaN for
    a map without fire stations, buildings or roads.
    """
    if world.buildings.n == 0 or world.nodes.n == 0:
        return math.nan
    spots = [one.spot for one in forces if one.kind == "fire_engine" and one.spot is not None]
    found = Drives(world, spots, minutes=minutes)
    in_time = found.due_s[world.buildings.node] <= found.budget_s
    return float(in_time.mean()) if len(found.stations) else math.nan


class Drives:
    """Fire stations of a map, and how soon engines from them are anywhere.

    Parameters
    ----------
    world : World
    spots : sequence of Spot
        More stations than the map has.
    minutes : float
        From the call to the arrival; turning out takes its part of them.

    Attributes
    ----------
    budget_s : float
        What is left for driving.
    stations : (n,) int64
        Road nodes.
    due_s : (nodes,) float64
        Drive of the first engine to each road node; infinity where none gets.
    """

    def __init__(self, world: World, spots: Sequence[Spot] = (), *, minutes: float) -> None:
        self.world, self.network = world, Network.of_world(world)
        self.budget_s = minutes * 60.0 - unit_kinds()["fire_engine"].turnout_s
        self.times_s = (self.network.length_m / np.maximum(self.network.speed_m_per_s, 0.1)).astype(
            np.float64
        )
        rows = np.flatnonzero(world.facilities.kind == FACILITY_KINDS.index("fire_station"))
        more = [self.network.drivable_node(spot.x_m, spot.y_m) for spot in spots]
        self.stations = np.array([*world.facilities.node[rows], *more], np.int64)
        self.due_s = self.first_due_s(self.stations)

    def first_due_s(self, stations: Rows) -> Floats:
        """Return the drive of the first engine to each node, from stations at some nodes."""
        if len(stations) == 0:
            return np.full(self.network.n_nodes, np.inf)
        return first_due_s(self.network, self.times_s, stations)


class Cover(Drives):
    """What first engines reach in time, of land, people and buildings, now and with new stations.

    Attributes
    ----------
    demand : Demand
    """

    def __init__(self, world: World, *, minutes: float) -> None:
        super().__init__(world, minutes=minutes)
        self.demand = self._demand()

    def table(self) -> pd.DataFrame:
        """Return what is reached in time now."""
        return self.demand.table(self.due_s <= self.budget_s)

    def with_new(self, sites: Rows) -> pd.DataFrame:
        """Return what is reached in time with stations at more road nodes."""
        due_s = self.first_due_s(np.concatenate((self.stations, sites)))
        return self.demand.table(due_s <= self.budget_s)

    def new_sites(self, count: int) -> tuple[Rows, Siting]:
        """Return the road nodes where so many new stations would reach most people."""
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
