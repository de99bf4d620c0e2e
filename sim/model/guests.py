"""People in shelters and at their doors: who is there, and how they leave again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from sim.agents.ledger import STATE
from sim.agents.movement import STATES as ON_ROADS
from sim.agents.residents import MODES
from sim.core.sets import distinct, union
from sim.model.hosts import fit_to_live_in

if TYPE_CHECKING:
    from sim.model.disaster import Disaster
    from sim.model.people import PeopleOnMap

Rows = NDArray[np.int64]
_FOOT: Final = MODES.index("foot")
#: parties that are not on any road
_OFF_ROADS: Final = (ON_ROADS.index("idle"), ON_ROADS.index("arrived"))


class Guests:
    """What a shelter's keepers know of the people who are there, and may do with them.

    Parameters
    ----------
    model : Disaster
    people : PeopleOnMap
    to_shelter : int
        The roads' group of those who look for a shelter.

    Attributes
    ----------
    turned_away : dict of int to int
        Facility row -> people who came when it was full and went on by themselves.
    bus_comes : set of int
        Shelters whose keepers keep walkers who find them full at the door, for a bus.
    """

    def __init__(self, model: Disaster, people: PeopleOnMap, to_shelter: int) -> None:
        self._model, self._people, self._to_shelter = model, people, to_shelter
        self.turned_away: dict[int, int] = {}
        self.bus_comes: set[int] = set()
        self._at_door: dict[int, Rows] = {}

    # -- who is there ---------------------------------------------------------------------------

    def inside(self, shelter: int) -> Rows:
        """Return the households of which somebody is in a shelter."""
        residents = self._people.residents
        there = (residents.state == STATE["sheltered"]) & (residents.place == shelter)
        return residents.households_of(np.flatnonzero(there)).astype(np.int64)

    def at_door(self, shelter: int) -> Rows:
        """Return the households that wait before a full shelter for a bus."""
        waiting = self._at_door.get(shelter, np.zeros(0, np.int64))
        if len(waiting) == 0:
            return waiting
        still = self._people.residents.members_in(waiting, "blocked")
        self._at_door[shelter] = self._people.residents.households_of(still)
        return self._at_door[shelter]

    def next_party(self, shelter: int) -> int:
        """Return how many people `board_from` would take with one seat; 0 for none."""
        residents, waiting = self._people.residents, self.at_door(shelter)
        if len(waiting):
            return self._people.count(residents.members_in(waiting[:1], "blocked"))
        there = (residents.state == STATE["sheltered"]) & (residents.place == shelter)
        first = int(there.argmax())
        if not there[first]:
            return 0
        home = residents.household[first : first + 1].astype(np.int64)
        return self._people.count(self._those_in(home, shelter))

    def home_is_fit(self, households: Rows) -> NDArray[np.bool_]:
        """Whether homes can be lived in: dry, not burnt, not badly damaged."""
        buildings = self._people.residents.homes.building[households]
        return fit_to_live_in(self._model, buildings, 0.0)

    def way_home_m(self, households: Rows, shelter: int) -> NDArray[np.float64]:
        """Return the straight way from a shelter to homes."""
        facilities, buildings = self._model.world.facilities, self._model.world.buildings
        home = self._people.residents.homes.building[households]
        x_m, y_m = facilities.x_m[shelter], facilities.y_m[shelter]
        away_m: NDArray[np.float64] = np.hypot(buildings.x_m[home] - x_m, buildings.y_m[home] - y_m)
        return away_m

    def _those_in(self, households: Rows, shelter: int) -> Rows:
        residents = self._people.residents
        rows = residents.members_in(households, "sheltered")
        there: Rows = rows[residents.place[rows] == shelter]
        return there

    def _first_of(self, households: Rows, rows: Rows, most: int) -> tuple[Rows, Rows]:
        """Return the first households, and their rows, that are no more people; at least one."""
        residents = self._people.residents
        place = np.searchsorted(households, residents.household[rows])
        persons = np.bincount(place, residents.weight[rows], minlength=len(households))
        n = max(1, int(np.count_nonzero(np.cumsum(persons) <= most)))
        return households[:n], rows[place < n]

    # -- leaving --------------------------------------------------------------------------------

    def go_home(self, households: Rows, shelter: int, *, cause: int) -> int:
        """Let those of households who are in a shelter be at home again; returns how many."""
        people = self._people
        rows = self._those_in(households, shelter)
        self._leave(households, rows, shelter)
        people.residents.move(rows, "at_home", cause=cause)
        people.population.indoors.settle(rows)
        people.population.indoors.home_s[rows] = self._model.now_s
        return people.count(rows)

    def _leave(self, households: Rows, rows: Rows, shelter: int) -> None:
        self._people.shelters.let_go(households, self._people.count(rows), shelter)

    def board_from(self, shelter: int, seats: int, *, cause: int) -> tuple[Rows, int]:
        """Put households from a shelter into a bus as far as there are seats, at least one.

        Returns
        -------
        (n,) int64, int
            The households, and how many of them were there. Who waits at the door goes first.
        """
        residents = self._people.residents
        waiting = self.at_door(shelter)
        if len(waiting):
            rows = residents.members_in(waiting, "blocked")
            aboard, rows = self._first_of(waiting, rows, seats)
        else:
            inside = self.inside(shelter)
            aboard, rows = self._first_of(inside, self._those_in(inside, shelter), seats)
            self._leave(aboard, rows, shelter)
        residents.move(rows, "on_bus", cause=cause)
        return aboard, self._people.count(rows)

    def walk_on(self, shelter: int, most: int, *, cause: int) -> Rows:
        """Send households out of a shelter to the next one that has room, on foot; returns them.

        Households of which somebody is under way elsewhere stay together and wait for that.
        """
        people = self._people
        inside = self.inside(shelter)
        inside = inside[np.isin(people.movement.state[inside], _OFF_ROADS)]
        if len(inside) == 0 or most < 1:
            return inside[:0]
        going, rows = self._first_of(inside, self._those_in(inside, shelter), most)
        self._leave(going, rows, shelter)
        people.residents.move(rows, "walking", cause=cause)
        self._set_out(going, shelter)
        return going

    def _set_out(self, households: Rows, shelter: int) -> None:
        people = self._people
        people.residents.homes.mode[households] = _FOOT
        node = people.shelters.node_of(shelter)
        people.movement.depart(households, "foot", self._to_shelter, np.full(len(households), node))

    # -- before a full shelter ------------------------------------------------------------------

    def turn_away(self, households: NDArray[np.int32], places: NDArray[np.int32]) -> None:
        """Note who came to a full shelter; walkers for whom a bus comes stay at its door."""
        shelters, movement = self._people.shelters, self._people.movement
        is_shelter = np.isin(places, shelters.places)
        at = shelters.at(places[is_shelter])
        came = households[is_shelter].astype(np.int64)
        for shelter in distinct(at).tolist():
            rows = distinct(came[at == shelter])
            if shelter in self.bus_comes:
                on_foot = np.isin(movement.state[rows], _OFF_ROADS, invert=True)
                on_foot &= self._people.residents.homes.mode[rows] == _FOOT
                self._hold(rows[on_foot], shelter)
                rows = rows[~on_foot]
            if len(rows):
                before = self.turned_away.get(shelter, 0)
                self.turned_away[shelter] = before + int(movement.size[rows].sum())

    def _hold(self, households: Rows, shelter: int) -> None:
        movement, node = self._people.movement, self._people.shelters.node_of(shelter)
        movement.withdraw(households)
        movement.node[households] = node
        self._people.population.block(households, cause=self._model.cause)
        self._at_door[shelter] = union(self.at_door(shelter), households)

    def let_in(self, shelter: int, most: int, *, cause: int) -> int:
        """Let people at the door in, as there is room; returns how many."""
        waiting = self.at_door(shelter)
        if len(waiting) == 0 or most < 1:
            return 0
        rows = self._people.residents.members_in(waiting, "blocked")
        persons = np.bincount(
            np.searchsorted(waiting, self._people.residents.household[rows]),
            self._people.residents.weight[rows],
        )
        n = int(np.count_nonzero(np.cumsum(persons) <= most))
        self._people.shelters.take_in(waiting[:n], shelter, cause=cause)
        return int(persons[:n].sum())

    def walk_off(self, shelter: int) -> int:
        """Let those at the door go on by themselves, as no bus comes; returns how many."""
        waiting = self.at_door(shelter)
        waiting = waiting[np.isin(self._people.movement.state[waiting], _OFF_ROADS)]
        rows = self._people.residents.members_in(waiting, "blocked")
        self._people.residents.move(rows, "walking", cause=self._model.cause)
        self._set_out(waiting, shelter)
        return self._people.count(rows)
