"""Shelters in a run: doors, places kept for those on their way, and who is inside."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.agents.movement import STATES, Movement
from sim.agents.population import Population
from sim.world.tables import FACILITY_KINDS
from sim.world.world import World

Rows = NDArray[np.int64]
ARRIVED: Final = STATES.index("arrived")


class Shelters:
    """Every shelter of the map as a destination of the roads, shut until somebody opens it.

    Attributes
    ----------
    rows : (k,) int
        Facility rows, ascending.
    places : (k,) int
        Their destinations in `Movement`, ascending.
    ever_open : (k,) bool
        Whether each has opened in this run, whatever became of it later.
    """

    def __init__(self, world: World, population: Population, movement: Movement) -> None:
        self._world, self._population, self._movement = world, population, movement
        self.rows = np.flatnonzero(world.facilities.kind == FACILITY_KINDS.index("shelter"))
        self.places = movement.add_destinations(
            world.facilities.node[self.rows], world.facilities.capacity[self.rows], opened=False
        )
        self._open = np.zeros(len(self.rows), dtype=bool)
        self.ever_open = np.zeros(len(self.rows), dtype=bool)
        self._expected = np.zeros(len(self.rows), dtype=np.int64)
        self._came_otherwise = np.zeros(len(self.rows), dtype=np.int64)

    def at(self, places: NDArray[np.int32]) -> Rows:
        """Return the facility rows of destinations of the roads."""
        return self.rows[np.searchsorted(self.places, places)]

    def is_open(self, facility: int) -> bool:
        """Whether a shelter takes people in."""
        return bool(self._open[self._index(facility)])

    def open(self, facility: int) -> None:
        """Open a shelter's doors."""
        index = self._index(facility)
        self._open[index] = self.ever_open[index] = True
        self._movement.open_destinations([self.places[index]], True)

    def shut(self, facility: int) -> None:
        """Shut a shelter's doors to newcomers; those inside stay."""
        index = self._index(facility)
        self._open[index] = False
        self._movement.open_destinations([self.places[index]], False)

    def let_go(self, households: Rows, persons: int, facility: int) -> None:
        """Take people who leave a shelter out of its books; who came by road leaves the roads'."""
        index = self._index(facility)
        here = self._movement.destination[households] == self.places[index]
        by_road = households[here & (self._movement.state[households] == ARRIVED)]
        self._movement.withdraw(by_road)
        self._came_otherwise[index] -= persons - int(self._movement.size[by_road].sum())
        self._let_walkers_have(index)

    def lose(self, persons: int, facility: int) -> None:
        """Take people out of a shelter's books whose households stay: they go to hospital."""
        index = self._index(facility)
        self._came_otherwise[index] -= persons
        self._let_walkers_have(index)

    def persons_inside(self) -> NDArray[np.int64]:
        """Return how many residents are in each shelter, however they came."""
        return self._movement.persons_inside[self.places] + self._came_otherwise

    def room(self, facility: int) -> int:
        """Return how many more people a shelter can take."""
        return int(self._rooms()[self._index(facility)])

    def expect(self, facility: int, persons: int) -> None:
        """Keep places for people under way by bus or with a team (or give them free again)."""
        index = self._index(facility)
        self._expected[index] += persons
        self._let_walkers_have(index)

    def take_in(self, households: Rows, facility: int, *, cause: int) -> None:
        """Let people whom a bus or a team brought into a shelter."""
        index = self._index(facility)
        before = self._sheltered(households)
        self._population.arrive(households, facility, cause=cause)
        self._came_otherwise[index] += self._sheltered(households) - before
        self._let_walkers_have(index)

    def with_room(self, persons: int = 1) -> Rows:
        """Return the open shelters (facility rows) that have so many places left."""
        return self.rows[self._open & (self._rooms() >= persons)]

    def away_m(self, one: int, other: int) -> float:
        """Return the straight way from one shelter to another."""
        at, to = self.node_of(one), self.node_of(other)
        network = self._movement.network
        return float(np.hypot(network.x_m[at] - network.x_m[to], network.y_m[at] - network.y_m[to]))

    def last_resort(self, node: int) -> int | None:
        """Return the nearest open shelter, full or not, or else the nearest one with shut doors."""
        ready = np.flatnonzero(self._open)
        return self._nearest_of(ready if len(ready) else np.arange(len(self.rows)), node)

    def node_of(self, facility: int) -> int:
        """Return the road node of a shelter."""
        return int(self._world.facilities.node[facility])

    def _index(self, facility: int) -> int:
        return int(np.searchsorted(self.rows, facility))

    def _rooms(self) -> NDArray[np.int64]:
        """Return places left in each shelter; those expected have theirs already."""
        capacity = self._world.facilities.capacity[self.rows].astype(np.int64)
        return capacity - self.persons_inside() - self._expected

    def _let_walkers_have(self, index: int) -> None:
        """Tell the roads how many of a shelter's places are for those who come by themselves."""
        taken = self._came_otherwise[index] + self._expected[index]
        capacity = float(self._world.facilities.capacity[self.rows[index]])
        self._movement.set_capacity([self.places[index]], max(0.0, capacity - taken))

    def _nearest_of(self, free: Rows, node: int) -> int | None:
        if len(free) == 0:
            return None
        network = self._movement.network
        at = self._world.facilities.node[self.rows[free]]
        away_m = np.hypot(network.x_m[at] - network.x_m[node], network.y_m[at] - network.y_m[node])
        return int(self.rows[free[np.argmin(away_m)]])

    def _sheltered(self, households: Rows) -> int:
        residents = self._population.residents
        return int(residents.weight[residents.members_in(households, "sheltered")].sum())
