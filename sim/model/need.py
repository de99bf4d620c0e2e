"""Who depends on relief now, each person counted once: in shelters, and cut off at home."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from sim.agents.network import Network
from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from sim.model.disaster import Disaster

Rows = NDArray[np.int64]
#: (sort of point, rows of its table, residents that depend on each)
InNeed = tuple[str, Rows, Rows]


class Need:
    """Counts people in need of relief.

    Somebody at home is cut off when water stands at the sill of the building, or when no truck can
    come near it any more that could in dry weather.

    Parameters
    ----------
    model : Disaster
    """

    def __init__(self, model: Disaster) -> None:
        self._model = model
        self._sill_m = parameter("buildings.sill").si
        network = model.people.network
        self._passable = network.flow_veh_per_s > 0
        self._dry = _main_part(network, self._passable)
        self._off = np.zeros(network.n_nodes, dtype=np.bool_)

    def now(self, times_s: NDArray[np.float64]) -> list[InNeed]:
        """Return the people in shelters, by facility, and those cut off, by community.

        Parameters
        ----------
        times_s : (edges,) float64
            What a truck takes now; inf where it cannot go.
        """
        people = self._model.people
        in_shelters = ("shelter", people.shelters.rows, people.shelters.persons_inside())
        n_zones = self._model.world.zones.n
        return [in_shelters, ("community", np.arange(n_zones), self._cut_off(times_s))]

    def _cut_off(self, times_s: NDArray[np.float64]) -> Rows:
        residents, world = self._model.people.residents, self._model.world
        homes = residents.homes
        lost = self._model.water.building_now_m >= self._sill_m
        lost |= self._isolated(times_s)[world.buildings.node]
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

    def _isolated(self, times_s: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which nodes have dropped out of the main part of the road network."""
        passable = np.isfinite(times_s)
        if not np.array_equal(passable, self._passable):
            self._passable = passable
            self._off = self._dry & ~_main_part(self._model.people.network, passable)
        return self._off


def _main_part(network: Network, passable: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which nodes belong to the largest set whose nodes can all reach one another."""
    ends = network.from_node[passable], network.to_node[passable]
    shape = (network.n_nodes, network.n_nodes)
    graph = csr_array((np.ones(len(ends[0]), dtype=np.int8), ends), shape=shape)
    _, part = connected_components(graph, connection="strong")
    main: NDArray[np.bool_] = part == np.bincount(part).argmax()
    return main
