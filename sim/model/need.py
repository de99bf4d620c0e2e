"""Who depends on relief now, each person counted once: in shelters, and cut off at home."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from sim.agents.network import Network
from sim.scenario.parameters import parameter
from sim.world.limits import RoadLimits

if TYPE_CHECKING:
    from sim.model.disaster import Disaster

Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]
#: (sort of point, rows of its table, residents that depend on each)
InNeed = tuple[str, Rows, Rows]


class Need:
    """Counts people in need of relief.

    Somebody at home is cut off when water stands at the sill of the building, or when no truck can
    come near it any more that could in dry weather. Signs hold trucks back in either: who always
    lived behind a bridge too weak for them is not cut off by it, but who has only that bridge left
    is.

    Parameters
    ----------
    model : Disaster
    limits : RoadLimits
    """

    def __init__(self, model: Disaster, limits: RoadLimits) -> None:
        self._model, self._limits = model, limits
        self._sill_m = parameter("buildings.sill").si
        self._reaches: dict[int, _Reach] = {}

    def now(self, times_s: NDArray[np.float64], barred: Collection[int] = (0,)) -> list[InNeed]:
        """Return the people in shelters, by facility, and those cut off, by community.

        Parameters
        ----------
        times_s : (edges,) float64
            What a truck takes now, signs aside; inf where it cannot go.
        barred : collection of int
            The signs that hold each sort of truck back, as `RoadLimits.barring` says.
        """
        people = self._model.people
        in_shelters = ("shelter", people.shelters.rows, people.shelters.persons_inside())
        n_zones = self._model.world.zones.n
        return [in_shelters, ("community", np.arange(n_zones), self._cut_off(times_s, barred))]

    def _cut_off(self, times_s: NDArray[np.float64], barred: Collection[int]) -> Rows:
        residents, world = self._model.people.residents, self._model.world
        homes = residents.homes
        lost = self._model.water.building_now_m >= self._sill_m
        lost |= self._isolated(np.isfinite(times_s), barred)[world.buildings.node]
        if not lost.any():
            return np.zeros(world.zones.n, dtype=np.int64)
        there = residents.members_at_home(residents.homes_in(lost))
        zone = homes.zone[residents.household[there]]
        persons = np.bincount(
            zone[zone >= 0],
            weights=residents.weight[there][zone >= 0],
            minlength=world.zones.n,
        )
        counted: Rows = persons.astype(np.int64)
        return counted

    def _isolated(self, passable: Flags, barred: Collection[int]) -> Flags:
        """Return which nodes some truck came to in dry weather, and none does now."""
        network = self._model.people.network
        for bits in barred:
            if bits not in self._reaches:
                none = np.zeros(network.n_edges, np.bool_)
                self._reaches[bits] = _Reach(network, self._limits.edges(bits) if bits else none)
        reaches = [self._reaches[bits] for bits in barred]
        dry = np.logical_or.reduce([reach.dry for reach in reaches])
        now = np.logical_or.reduce([reach.now(passable) for reach in reaches])
        isolated: Flags = dry & ~now
        return isolated


class _Reach:
    """The main part of the road network for trucks that the same signs hold back.

    Attributes
    ----------
    dry : (nodes,) bool
        In dry weather.
    """

    def __init__(self, network: Network, shut: Flags) -> None:
        self._network, self._open = network, ~shut
        self._passable = network.flow_veh_per_s > 0
        self.dry = self._now = _main_part(network, self._passable & self._open)

    def now(self, passable: Flags) -> Flags:
        """Return its nodes while only some edges are passable."""
        if not np.array_equal(passable, self._passable):
            self._passable = passable
            self._now = _main_part(self._network, passable & self._open)
        return self._now


def _main_part(network: Network, passable: Flags) -> Flags:
    """Return which nodes belong to the largest set whose nodes can all reach one another."""
    ends = network.from_node[passable], network.to_node[passable]
    shape = (network.n_nodes, network.n_nodes)
    graph = csr_array((np.ones(len(ends[0]), dtype=np.int8), ends), shape=shape)
    _, part = connected_components(graph, connection="strong")
    main: Flags = part == np.bincount(part).argmax()
    return main
