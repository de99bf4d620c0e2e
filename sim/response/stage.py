"""What the response needs of a model: the protocol that `sim.model` fulfils."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Protocol

import numpy as np
import simpy
from numpy.typing import NDArray

from sim.agents.network import Network
from sim.core.events import EventLog
from sim.core.rng import Streams
from sim.scenario.forces import Force
from sim.scenario.stocks import Relief
from sim.world.layers import Layers
from sim.world.limits import RoadLimits
from sim.world.states import States
from sim.world.world import World


class Knows(Protocol):
    """Whose knowledge a group of places goes by: one post's, or that of all of them together."""

    def reported_zones(self) -> list[int]:
        """Return the rows of zones told to be under water."""

    def reported_points(self) -> list[str]:
        """Return the points last told to be under water."""


class Stage(Protocol):
    """The world at work, as posts and teams can look at it and touch it.

    Attributes
    ----------
    model : mesa.Model
        Holds teams and vehicles as agents.
    people : PeopleOnMap
    network : Network
    start_of_day_s : float
        Local time of day at second 0, s since midnight.
    step_s : float
        Length of a tick.
    relief : Relief
        Stocks and trucks of the scenario.
    night_c : float
        How cold the nights are, deg C.
    forces : tuple of Force
        Units that the scenario states.
    fields : Layers
        What changes on the ground.
    states : States
        What hazards and the response have done to buildings, roads and facilities.
    limits : RoadLimits
        Signs at bridges and underpasses.
    """

    model: Any
    env: simpy.Environment
    log: EventLog
    streams: Streams
    world: World
    people: Any
    network: Network
    start_of_day_s: float
    step_s: float
    relief: Relief
    night_c: float
    forces: tuple[Force, ...]
    fields: Layers
    states: States
    limits: RoadLimits

    @property
    def cause(self) -> int:
        """The newest event that the state of the ground is due to; -1 while there is none."""

    def rain_fallen_m(self, to_s: float) -> float:
        """Return rain from the start of the run to a time, past or to come."""

    def points_now(self) -> dict[str, tuple[float, float]]:
        """Return (depth m, water level m) at each point of the map, now."""

    def point_node(self, point: str) -> int:
        """Return the road node of a point."""

    def point_edges(self, point: str) -> NDArray[np.int64]:
        """Return the road edges that a barrier at a point shuts, both directions."""

    def bar(self, edges: NDArray[np.int64], *, barred: bool) -> None:
        """Shut edges by barriers, or take these away."""

    def edge_depth_m(self) -> NDArray[np.float32]:
        """Return the deepest water on each edge now."""

    def emergency_times_s(self) -> NDArray[np.float64]:
        """Return the time each edge takes an emergency vehicle now; inf where it cannot go."""

    def vehicle_times_s(self, wading_m: float) -> NDArray[np.float64]:
        """Return the time each edge takes now a vehicle that wades so deep; inf where not."""

    def people_in_need(
        self, barred: Collection[int]
    ) -> list[tuple[str, NDArray[np.int64], NDArray[np.int64]]]:
        """Return (sort of point, rows, residents who depend on relief there), each person once.

        Parameters
        ----------
        barred : collection of int
            The signs that hold each sort of truck back, as `RoadLimits.barring` says.
        """

    def communities_in(self, zones: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the rows of the communities in some zones."""

    def meeting_node(self, zone: int) -> int:
        """Return the road node where people of one zone meet."""

    def close_gas(self, zone: int) -> int:
        """Shut off the gas of a zone's buildings; returns how many."""

    def pump(self, point: str, more_m3_per_s: float) -> None:
        """Add so much pumping (or take it away) around a point."""

    def zone_rows(self, zones: Any, ops: Knows) -> NDArray[np.int64]:
        """Return the rows of named zones, of ``all``, ``low_lying`` or ``flooded``."""

    def nodes_of(self, places: Any, ops: Knows) -> list[int]:
        """Return road nodes of zones, points, levees, shelters or facilities, by their ids."""

    def meeting_nodes(self, zones: NDArray[np.int64]) -> list[tuple[int, int]]:
        """Return (zone, road node) where people of each zone board buses."""

    def points_called(self, points: Any, ops: Knows) -> tuple[str, ...]:
        """Return the ids of named points; ``all`` watched ones and ``flooded`` (as told)."""

    def shelter_rows(self, shelters: Any, ops: Knows) -> NDArray[np.int64]:
        """Return facility rows of named shelters, of ``nearest``, ``open`` or ``all``."""

    def site_depth_m(self, facility: int) -> float:
        """Return the water at a facility now."""
