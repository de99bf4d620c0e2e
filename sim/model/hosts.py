"""Relatives and friends who take people in: one door a community, where its people live."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.agents.movement import Movement
from sim.agents.residents import Residents
from sim.scenario.parameters import parameter
from sim.world.states import DAMAGE_STATES, FIRE_STATES
from sim.world.world import World

if TYPE_CHECKING:
    from sim.model.disaster import Disaster

Rows = NDArray[np.int64]


def fit_to_live_in(
    model: Disaster, buildings: NDArray[np.integer], most_water_m: float
) -> NDArray[np.bool_]:
    """Whether buildings can be lived in: no deeper in water, not burnt, not badly damaged."""
    states = model.states
    fit: NDArray[np.bool_] = model.water.building_now_m[buildings] <= most_water_m
    if states.touched("building_fire"):
        fit &= states["building_fire"][buildings] == FIRE_STATES.index("none")
    if states.touched("building_damage"):
        fit &= states["building_damage"][buildings] < DAMAGE_STATES.index("extensive")
    return fit


class Hosts:
    """Homes that take guests in, by community, as destinations of the roads.

    A community is open as long as nobody in it is ordered to leave and most of its homes are fit
    to live in. Guests are taken for safe where they are: they do not leave a second time.

    Attributes
    ----------
    zones : (k,) int
        Communities with residents, ascending.
    places : (k,) int
        Their destinations in `Movement`, ascending.
    """

    def __init__(self, world: World, residents: Residents, movement: Movement) -> None:
        self._movement = movement
        homes = residents.homes
        home = residents.household
        people = np.bincount(
            homes.building[home], weights=residents.weight, minlength=world.buildings.n
        )
        zone = np.full(world.buildings.n, -1, dtype=np.int64)
        zone[homes.building] = homes.zone
        self._lived_in = np.flatnonzero((people > 0) & (zone >= 0))
        self._people = people[self._lived_in].astype(np.float64)
        self.zones, self._of = np.unique(zone[self._lived_in], return_inverse=True)
        self._in_zone = self._sum(self._people)
        room = np.floor(self._in_zone * parameter("people.host_share").si)
        self.places = movement.add_destinations(self._doors(world), room)
        self._ordered = np.zeros(len(self.zones), dtype=bool)
        self._open = np.ones(len(self.zones), dtype=bool)
        self._look_again_s = -np.inf

    def evacuate(self, zones: Rows) -> None:
        """Note communities of which people are ordered to leave: nobody goes there to stay."""
        self._ordered |= np.isin(self.zones, zones)

    def keep_open(self, model: Disaster, to_s: float) -> bool:
        """Look from time to time where homes are fit to take guests in; returns whether it did."""
        if to_s < self._look_again_s:
            return False
        everywhere = np.arange(model.world.buildings.n)
        self.look(fit_to_live_in(model, everywhere, parameter("buildings.sill").si))
        self._look_again_s = to_s + parameter("movement.refresh").si
        return True

    def look(self, fit: NDArray[np.bool_]) -> None:
        """Open and shut communities by what their homes look like.

        Parameters
        ----------
        fit : (buildings,) bool
            Which buildings can be lived in.
        """
        share = self._sum(self._people * fit[self._lived_in]) / self._in_zone
        opened = ~self._ordered & (share >= parameter("people.host_fit").si)
        for changed, is_open in ((opened & ~self._open, True), (~opened & self._open, False)):
            if changed.any():
                self._movement.open_destinations(self.places[changed], is_open)
        self._open = opened

    def _sum(self, of_building: NDArray[np.float64]) -> NDArray[np.float64]:
        n = len(self.zones)
        return np.bincount(self._of, weights=of_building, minlength=n).astype(np.float64)

    def _doors(self, world: World) -> NDArray[np.int32]:
        """Return the road node of the building nearest to where each community's people live."""
        x_m, y_m = (at[self._lived_in] for at in (world.buildings.x_m, world.buildings.y_m))
        middle_x_m = self._sum(self._people * x_m) / self._in_zone
        middle_y_m = self._sum(self._people * y_m) / self._in_zone
        away_m = np.hypot(x_m - middle_x_m[self._of], y_m - middle_y_m[self._of])
        by_zone = np.lexsort((away_m, self._of))
        first = np.searchsorted(self._of[by_zone], np.arange(len(self.zones)))
        nodes: NDArray[np.int32] = world.buildings.node[self._lived_in[by_zone[first]]]
        return nodes
