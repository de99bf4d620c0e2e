"""Where engines get water: hydrants that others draw from too, open water, places to fill."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sim.core.sets import distinct, union
from sim.hazards.urban_fire_water import has_open_water
from sim.scenario.parameters import parameter
from sim.world.tables import FACILITY_KINDS

if TYPE_CHECKING:
    from sim.response.stage import Stage

_M3_PER_L: Final = 1e-3
#: shores are looked at every so many metres
_SHORE_M: Final = 100.0


class WaterSources:
    """Hydrants and open water of a map; what one engine draws another cannot.

    Parameters
    ----------
    stage : Stage
    """

    def __init__(self, stage: Stage) -> None:
        self._stage, world = stage, stage.world
        facilities = world.facilities
        self._rows = np.flatnonzero(facilities.kind == FACILITY_KINDS.index("hydrant"))
        x_m, y_m = facilities.x_m[self._rows], facilities.y_m[self._rows]
        stated = facilities.capacity_unit[self._rows] == "m3/s"
        usual = parameter("urban_fire.hydrant_flow").si * _M3_PER_L
        self._free_m3_per_s = np.where(stated, facilities.capacity[self._rows], usual)
        self._tree = cKDTree(np.column_stack((x_m, y_m))) if len(self._rows) else None
        self._open: dict[int, bool] = {}
        self._fill = self._filling_nodes()

    def draw(self, building: int, wanted_m3_per_s: float) -> tuple[float, dict[int, float]]:
        """Return the flow that hydrants and open water give an engine, and from which hydrants.

        Open water gives all that is wanted. Give the hydrants back by `give_back`.
        """
        if self._has_open_water(building):
            return wanted_m3_per_s, {}
        drawn: dict[int, float] = {}
        missing = wanted_m3_per_s
        for hydrant in self._near(building):
            part = min(missing, float(self._free_m3_per_s[hydrant]))
            if part > 0:
                self._free_m3_per_s[hydrant] -= part
                drawn[hydrant] = part
                missing -= part
        return wanted_m3_per_s - missing, drawn

    def give_back(self, drawn: dict[int, float]) -> None:
        """Let others draw again what an engine no longer takes."""
        for hydrant, flow_m3_per_s in drawn.items():
            self._free_m3_per_s[hydrant] += flow_m3_per_s

    def filling_node(self, node: int) -> int | None:
        """Return the nearest road node where tanks can be filled; None when there is none."""
        nodes = self._fill
        if not len(nodes):
            return None
        network = self._stage.network
        away_m = np.hypot(
            network.x_m[nodes] - network.x_m[node], network.y_m[nodes] - network.y_m[node]
        )
        return int(nodes[np.argmin(away_m)])

    def _near(self, building: int) -> list[int]:
        """Return the working hydrants whose reach covers a building."""
        if self._tree is None:
            return []
        buildings = self._stage.world.buildings
        place = (buildings.x_m[building], buildings.y_m[building])
        found = self._tree.query_ball_point(place, parameter("urban_fire.hydrant_reach").si)
        states = self._stage.states
        if states.touched("facility_out"):
            found = [one for one in found if not states["facility_out"][self._rows[one]]]
        return sorted(found)

    def _has_open_water(self, building: int) -> bool:
        if building not in self._open:
            world = self._stage.world
            x_m, y_m = float(world.buildings.x_m[building]), float(world.buildings.y_m[building])
            self._open[building] = has_open_water(world, x_m, y_m)
        return self._open[building]

    def _filling_nodes(self) -> NDArray[np.int64]:
        """Return the road nodes at hydrants and within reach of open water."""
        world, network = self._stage.world, self._stage.network
        at_hydrants = world.facilities.node[self._rows].astype(np.int64)
        shores = [_sampled(world.water_shapes.points_m(k)) for k in range(world.water_shapes.n)]
        if not any(len(shore) for shore in shores):
            return distinct(at_hydrants)
        reach_m = parameter("urban_fire.draught_reach").si
        nodes = distinct(network.to_node[network.flow_veh_per_s > 0])
        places = np.column_stack((network.x_m[nodes], network.y_m[nodes]))
        away_m, _ = cKDTree(np.concatenate(shores)).query(places)
        return union(at_hydrants, nodes[away_m <= reach_m]).astype(np.int64)


def _sampled(line_m: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return points along a line, none farther from the next than `_SHORE_M`."""
    if len(line_m) < 2:
        return line_m.reshape(-1, 2)
    step_m = np.hypot(*np.diff(line_m, axis=0).T)
    along_m = np.concatenate(([0.0], np.cumsum(step_m)))
    at_m = np.linspace(0.0, along_m[-1], max(2, int(np.ceil(along_m[-1] / _SHORE_M)) + 1))
    return np.column_stack([np.interp(at_m, along_m, line_m[:, axis]) for axis in (0, 1)])
