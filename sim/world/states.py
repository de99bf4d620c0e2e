"""States of things: what hazards do to the rows of the map's tables, beside `Layers` for cells.

A hazard writes columns here (a building burns, a bridge is down, a substation is out); people and
the response read them. Nobody who reads a column needs to know which hazard wrote it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.core.errors import did_you_mean
from sim.world.world import World

#: damage of a building or bridge, worse from left to right (HAZUS; GB/T 24335 has the same five)
DAMAGE_STATES: Final = ("none", "slight", "moderate", "extensive", "complete")
#: what fire does to a building
FIRE_STATES: Final = ("none", "burning", "burnt_out", "put_out")


@dataclass(frozen=True)
class StateSpec:
    """What a column holds.

    Attributes
    ----------
    table : str
        The table of the world whose rows it has: ``"buildings"``, ``"roads"`` and the like.
    unit : str
        ``"1"`` for a share, a code or a flag.
    dtype : str
        NumPy type.
    at_rest : float
        The value while nothing has happened.
    says : str
        One line on its meaning.
    joins : str
        How columns of several hazards of one kind become one: ``max``, ``min``, or ``furthest`` for
        fires in a building; empty where all write into one column, as damage only gets worse.
    """

    table: str
    unit: str
    dtype: str
    at_rest: float
    says: str
    joins: str = ""


STATES: Final[dict[str, StateSpec]] = {
    # written by hazards
    "building_damage": StateSpec("buildings", "1", "uint8", 0, "a code of DAMAGE_STATES"),
    "building_collapsed": StateSpec("buildings", "1", "bool", 0, "has fallen down"),
    "building_fire": StateSpec(
        "buildings", "1", "uint8", 0, "a code of FIRE_STATES", joins="furthest"
    ),
    "building_kindled_s": StateSpec(
        "buildings", "s", "float32", np.inf, "when fire from outside lights it", joins="min"
    ),
    "building_heat_w": StateSpec(
        "buildings", "W", "float32", 0, "heat its fire gives off now", joins="max"
    ),
    "road_free_m": StateSpec("roads", "m", "float32", np.inf, "width that debris leaves free"),
    "road_down": StateSpec("roads", "1", "bool", 0, "bridge down or road slid away: impassable"),
    "road_pace": StateSpec(
        "roads", "1", "float32", 1, "share of its speed that ice leaves", joins="min"
    ),
    "facility_damaged": StateSpec("facilities", "1", "bool", 0, "out of work by damage"),
    "facility_out": StateSpec("facilities", "1", "bool", 0, "does not work: damage or no power"),
    "facility_dry": StateSpec("facilities", "1", "bool", 0, "gets no water from the mains"),
    "levee_damaged": StateSpec("levees", "1", "bool", 0, "broken by shaking"),
    "zone_unpowered": StateSpec("zones", "1", "bool", 0, "gets no power from the grid"),
    "zone_offline": StateSpec("zones", "1", "bool", 0, "has no mobile network"),
    # written by the response
    "levee_opened": StateSpec("levees", "1", "bool", 0, "its gate to a detention area is open"),
    "building_gas_off": StateSpec("buildings", "1", "bool", 0, "its gas is shut off"),
    "building_water_m3_per_s": StateSpec(
        "buildings", "m3/s", "float32", 0, "water that jets put on the fire of a building"
    ),
}


class States(Mapping[str, NDArray[Any]]):
    """Columns over the rows of a world's tables by catalogued name; made at rest when first read.

    Parameters
    ----------
    world : World
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._columns: dict[str, NDArray[Any]] = {}

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Return a column, to be changed in place by the one who writes it.

        Raises
        ------
        KeyError
            When the name is not in `STATES`.
        """
        if name not in self._columns:
            if name not in STATES:
                raise KeyError(f"unknown state '{name}'{did_you_mean(name, STATES)}")
            spec = STATES[name]
            rows = getattr(self._world, spec.table).n
            self._columns[name] = np.full(rows, spec.at_rest, dtype=spec.dtype)
        return self._columns[name]

    def at_rest(self, name: str) -> float:
        """Return the value of a column while nothing has happened."""
        return STATES[name].at_rest

    def touched(self, name: str) -> bool:
        """Whether anybody has asked for a column in this run; all is at rest otherwise."""
        return name in self._columns

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names that can be asked for."""
        return iter(STATES)

    def __len__(self) -> int:
        """Return how many columns there can be."""
        return len(STATES)
