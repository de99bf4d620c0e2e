"""Houses beside the road: who is stopped by water looks for one, and goes on when it has fallen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from sim.agents.refuge import Ground, RefugeRules, Refuges
from sim.agents.residents import CAUGHT, MODES
from sim.kernels.movement_state import IDLE
from sim.kernels.water_safety import wading_share
from sim.world.states import FIRE_STATES

if TYPE_CHECKING:
    from sim.model.disaster import Disaster
    from sim.model.people import PeopleOnMap

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]
#: of the dry pace, in whatever water
_LEAST_PACE: Final = 0.2


class BesideTheRoad:
    """Brings people whom water has stopped into houses, and on their way again.

    Parameters
    ----------
    model : Disaster
    people : PeopleOnMap
    """

    def __init__(self, model: Disaster, people: PeopleOnMap) -> None:
        self._model, self._people = model, people
        self._rules = RefugeRules()
        self._refuges = Refuges(people.residents, self._rules, model.streams)

    def look(self, to_s: float) -> None:
        """Let those who are stopped go up, and those upstairs leave whose way is free."""
        depth_m = self._model.fields.get("depth_m")
        speed_m_per_s = self._model.fields.get("speed_m_per_s")
        if depth_m is None or speed_m_per_s is None or not self._anybody():
            return
        ground = Ground(self._model.world.grid, depth_m, speed_m_per_s, self._fit())
        self._refuges.leave()
        self._go_on_foot(ground)
        residents = self._people.residents
        stopped = residents.households_of(residents.in_states(*CAUGHT))
        stopped = stopped[~residents.homes.upstairs[stopped]]
        x_m, y_m = self._people.movement.positions_m(stopped)
        placed = np.isfinite(x_m)
        stopped, x_m, y_m = stopped[placed], x_m[placed], y_m[placed]
        if len(stopped) == 0:
            return
        went = self._refuges.seek(stopped, x_m, y_m, ground, to_s)
        self._log(to_s, went)
        self._leave_cars(stopped, x_m, y_m, ground, to_s)

    def _anybody(self) -> bool:
        """Whether anybody is stopped away from home, or upstairs there."""
        residents = self._people.residents
        return any(map(residents.ledger.of, CAUGHT)) or bool(residents.homes.upstairs.any())

    def _log(self, to_s: float, went: Rows) -> None:
        if len(went) == 0:
            return
        residents = self._people.residents
        inside = residents.members_in(went, *CAUGHT)
        self._model.log.add(
            to_s,
            "people_took_refuge",
            "roads",
            cause=self._model.cause_of("depth_m"),
            people=self._people.count(inside),
        )

    def _leave_cars(
        self, stopped: Rows, x_m: Floats, y_m: Floats, ground: Ground, to_s: float
    ) -> None:
        """Let those go on on foot from the nearer end of the road whose car can go no further."""
        people, movement, network = self._people, self._people.movement, self._people.network
        edge = movement.edge[stopped]
        on_road = edge >= 0
        if not on_road.any():
            return
        stopped, edge, x_m, y_m = stopped[on_road], edge[on_road], x_m[on_road], y_m[on_road]
        ends = np.stack((network.from_node[edge], network.to_node[edge]))
        away_m = np.hypot(network.x_m[ends] - x_m, network.y_m[ends] - y_m)
        nearer = np.argmin(away_m, axis=0), np.arange(len(stopped))
        node, away_m = ends[nearer], away_m[nearer]
        to_m = network.x_m[node], network.y_m[node]
        going = self._refuges.leave_car(stopped, (x_m, y_m), to_m, ground)
        if len(going) == 0:
            return
        place = np.searchsorted(stopped, going)
        depth_m, _ = ground.at(x_m[place], y_m[place])
        pace = movement.walk_m_per_s[going] * np.maximum(wading_share(depth_m), _LEAST_PACE)
        movement.withdraw(going)
        people.residents.homes.mode[going] = MODES.index("foot")
        people.set_off(going, node[place], np.ceil(to_s + away_m[place] / pace))
        people.population.resume(going)

    def _go_on_foot(self, ground: Ground) -> None:
        """Let those go on on foot whose car the water took, when it has fallen."""
        people, homes = self._people, self._people.residents.homes
        inside = np.flatnonzero(homes.upstairs & (people.movement.state == IDLE))
        if len(inside) == 0:
            return
        outside_m = self._model.water.building_now_m[homes.refuge[inside]]
        depth_m, _ = ground.at(*people.movement.positions_m(inside))
        going = inside[np.maximum(outside_m, depth_m) < self._rules.from_depth]
        homes.upstairs[going] = False
        homes.mode[going] = MODES.index("foot")
        people.set_off(going, people.movement.node[going])
        people.population.resume(going)

    def _fit(self) -> NDArray[np.bool_]:
        """Return which houses stand and do not burn."""
        states, fit = self._model.states, np.ones(self._model.world.buildings.n, dtype=bool)
        if states.touched("building_collapsed"):
            fit &= ~states["building_collapsed"]
        if states.touched("building_fire"):
            fit &= states["building_fire"] == FIRE_STATES.index("none")
        return fit
