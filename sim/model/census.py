"""Where people are through time: at kept moments, how many of each group are in each square."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.agents.ledger import N_HOME_STATES, STATE, STATES
from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from sim.model.disaster import Disaster

#: what a map of people tells apart, the least urgent first; who has left the map is in none
GROUPS: Final = (
    "at_home",
    "outdoors",
    "hosted",
    "sheltered",
    "moving",
    "blocked",
    "water_at_home",
    "stranded",
    "trapped",
    "hurt",
)
_GROUP_OF: Final = {
    "outdoors": "outdoors",
    "walking": "moving",
    "driving": "moving",
    "on_bus": "moving",
    "rescued": "moving",
    "stranded": "stranded",
    "blocked": "blocked",
    "trapped": "trapped",
    "sheltered": "sheltered",
    "hosted": "hosted",
    "in_hospital": "hurt",
    "dead": "hurt",
}
_NOWHERE: Final = 255
#: side of a square, m, and how many there are at least along the map's longer side
_SIDE_M, _SQUARES = 250.0, 40


class Census:
    """Counts residents by square and group; a moment costs as many rows as squares with people.

    Squares are 250 m wide, on small maps a 40th of the longer side. People at home are in the
    square of their building, people in shelters and hospitals in that of the facility, all others
    at the road node nearest to where they are.

    Parameters
    ----------
    model : Disaster
    """

    def __init__(self, model: Disaster) -> None:
        self._model = model
        west, south, east, north = model.world.grid.bounds_m
        self._west_m, self._south_m = west, south
        fine_m = max(model.world.grid.cell_m, max(east - west, north - south) / _SQUARES)
        self.side_m = min(_SIDE_M, fine_m)
        self._nx = int(np.ceil((east - west) / self.side_m))
        self._ny = int(np.ceil((north - south) / self.side_m))
        world, homes = model.world, model.people.residents.homes
        buildings, facilities = world.buildings, world.facilities
        at_building = self._squares(buildings.x_m, buildings.y_m)
        self._of_home = at_building[homes.building]
        self._of_facility = self._squares(facilities.x_m, facilities.y_m)
        self._of_node = self._squares(world.nodes.x_m, world.nodes.y_m)
        self._group = np.full(len(STATES), _NOWHERE, dtype=np.uint8)
        self._group[:N_HOME_STATES] = GROUPS.index("at_home")
        for state, group in _GROUP_OF.items():
            self._group[STATE[state]] = GROUPS.index(group)
        self._sill_m = np.float32(parameter("buildings.sill").si)
        self._frames: list[tuple[float, NDArray[np.uint32], NDArray[np.uint32]]] = []

    def _squares(self, x_m: NDArray[np.float64], y_m: NDArray[np.float64]) -> NDArray[np.int32]:
        column = np.clip((x_m - self._west_m) // self.side_m, 0, self._nx - 1)
        row = np.clip((y_m - self._south_m) // self.side_m, 0, self._ny - 1)
        squares: NDArray[np.int32] = (row * self._nx + column).astype(np.int32)
        return squares

    def keep(self, to_s: float) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
        """Count everybody now; returns the keys (square and group) and the people of each."""
        residents = self._model.people.residents
        group = self._groups()
        here = group != _NOWHERE
        key = self._places()[here].astype(np.int64) * len(GROUPS) + group[here]
        people = np.bincount(key, weights=residents.weight[here])
        keys = np.flatnonzero(people).astype(np.uint32)
        frame = (to_s, keys, people[keys].astype(np.uint32))
        self._frames.append(frame)
        return frame[1], frame[2]

    def _groups(self) -> NDArray[np.uint8]:
        """Return each resident's group; `_NOWHERE` off the map."""
        residents, water = self._model.people.residents, self._model.water
        group = self._group[residents.state]
        wet = (water.building_now_m >= self._sill_m)[residents.homes.building]
        at_home = group == GROUPS.index("at_home")
        group[at_home & wet[residents.household]] = GROUPS.index("water_at_home")
        return group

    def _places(self) -> NDArray[np.int32]:
        """Return each resident's square."""
        people, residents = self._model.people, self._model.people.residents
        place = self._of_home[residents.household]
        away = np.flatnonzero(residents.state >= N_HOME_STATES)
        nodes = people.place_of(residents.household[away].astype(np.int64))
        known = nodes >= 0
        place[away[known]] = self._of_node[nodes[known]]
        inside = away[residents.place[away] >= 0]
        place[inside] = self._of_facility[residents.place[inside]]
        return place

    def table(self) -> pd.DataFrame:
        """Return one row a moment, square and group: t_s, x_m and y_m of its middle, people."""
        if not self._frames:
            return pd.DataFrame({name: [] for name in ("t_s", "x_m", "y_m", "group", "people")})
        keys = np.concatenate([frame[1] for frame in self._frames])
        square, group = np.divmod(keys, len(GROUPS))
        row, column = np.divmod(square, self._nx)
        return pd.DataFrame(
            {
                "t_s": np.repeat(
                    [frame[0] for frame in self._frames], [len(frame[1]) for frame in self._frames]
                ),
                "x_m": (self._west_m + (column + 0.5) * self.side_m).astype(np.float32),
                "y_m": (self._south_m + (row + 0.5) * self.side_m).astype(np.float32),
                "group": pd.Categorical(np.array(GROUPS)[group], categories=list(GROUPS)),
                "people": np.concatenate([frame[2] for frame in self._frames]),
            }
        )
