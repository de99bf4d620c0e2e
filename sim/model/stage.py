"""The model as posts and teams see and touch it: fulfils `sim.response.stage.Stage`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.core.errors import choices, did_you_mean
from sim.core.sets import distinct
from sim.kernels.roads import vehicle_times
from sim.kernels.water_safety import IMPASSABLE_DEPTH_M
from sim.model.need import InNeed, Need
from sim.response.places import UnknownPlaceError
from sim.scenario.parameters import parameter
from sim.world.limits import RoadLimits
from sim.world.road_places import both_ways
from sim.world.tables import FACILITY_KINDS, LEVEL_CROSSING, ZONE_LEVELS

if TYPE_CHECKING:
    from sim.model.disaster import Disaster
    from sim.response.stage import Knows

Rows = NDArray[np.int64]


class ModelStage:
    """One model's side of the response.

    Parameters
    ----------
    model : Disaster
    """

    def __init__(self, model: Disaster) -> None:
        self.model = model
        self.env, self.log, self.streams = model.env, model.log, model.streams
        self.states = model.states
        self.world, self.people, self.network = model.world, model.people, model.people.network
        self.start_of_day_s = model.start_of_day_s
        self.step_s = float(model.scenario.clock.step)
        self.relief, self.night_c = model.scenario.relief, model.scenario.air.night
        self.forces, self.fields, self.states = model.scenario.forces, model.fields, model.states
        self._drivable = distinct(self.network.to_node[self.network.flow_veh_per_s > 0])
        walking_m_per_s = parameter("movement.walking_speed").si
        self._crawl_s = self.network.length_m / walking_m_per_s + self.network.wait_s
        self._roads: tuple[NDArray[Any], ...] = (np.zeros(0),)
        self._drives_s: dict[float, NDArray[np.float64]] = {}
        points = model.world.points
        self._points = {str(points.id[row]): row for row in range(points.n)}
        self._point_cells = model.world.grid.cell_of(points.x_m, points.y_m)
        ground_m = model.world.layers["elevation_m"].reshape(-1)[self._point_cells]
        self._point_ground_m = ground_m - model.roads.hollows.drop_m(self._point_cells)
        self.limits = RoadLimits.of(model.world, model.scenario.limits)
        self._need = Need(model, self.limits)
        self._pumping: dict[str, float] = {}
        self._near: dict[int, Rows] = {}

    # -- looking --------------------------------------------------------------------------------

    @property
    def cause(self) -> int:
        """The newest event that the state of the ground is due to; -1 while there is none."""
        return self.model.cause

    def rain_fallen_m(self, to_s: float) -> float:
        """Return rain from the start of the run to a time, past or to come."""
        storms = (getattr(hazard, "rain", None) for hazard in self.model.hazards)
        return float(sum(storm.depth_m(to_s) for storm in storms if storm is not None))

    def _depths_m(self) -> NDArray[np.float32]:
        depth_m = self.model.roads.water_m
        if depth_m is None:
            return np.zeros(self.world.grid.ny * self.world.grid.nx, dtype=np.float32)
        flat: NDArray[np.float32] = depth_m.reshape(-1)
        return flat

    def points_now(self) -> dict[str, tuple[float, float]]:
        """Return (depth m, water level m) at each point of the map, now."""
        depth_m = self._depths_m()[self._point_cells]
        level_m = self._point_ground_m + depth_m
        return {
            name: (float(depth_m[row]), float(level_m[row])) for name, row in self._points.items()
        }

    def edge_depth_m(self) -> NDArray[np.float32]:
        """Return the deepest water on each edge now."""
        return self.model.roads.closures.depth_m

    def emergency_times_s(self) -> NDArray[np.float64]:
        """Return the time each edge takes an emergency vehicle now; inf where it cannot go.

        It drives with right of way (free-flow speed), slows in water as others do, and goes
        through water up to ``response.wading_depth`` at walking pace.
        """
        return self.vehicle_times_s(parameter("response.wading_depth").si)

    def vehicle_times_s(self, wading_m: float) -> NDArray[np.float64]:
        """Return the time each edge takes now a vehicle that wades so deep; inf where not.

        The same array as long as no road changes; nobody writes into it.
        """
        roads = self.model.roads
        now = (roads.closures.depth_m, roads.pace, roads.closures.closed_to_trucks)
        if not all(np.array_equal(one, seen) for one, seen in zip(now, self._roads, strict=False)):
            self._roads, self._drives_s = tuple(np.array(one) for one in now), {}
        if wading_m not in self._drives_s:
            self._drives_s[wading_m] = self._drive_s(wading_m)
        return self._drives_s[wading_m]

    def _drive_s(self, wading_m: float) -> NDArray[np.float64]:
        return vehicle_times(
            self.people.movement.travel_s,
            self._crawl_s,
            self.edge_depth_m(),
            self.model.roads.closures.closed_to_trucks | ~(self.network.flow_veh_per_s > 0),
            np.float32(IMPASSABLE_DEPTH_M),
            np.float32(wading_m),
        )

    def site_depth_m(self, facility: int) -> float:
        """Return the water at a facility now."""
        facilities = self.world.facilities
        cell = self.world.grid.cell_of(facilities.x_m[facility], facilities.y_m[facility])
        return float(self._depths_m()[cell]) if cell >= 0 else 0.0

    def people_in_need(self, barred: Collection[int]) -> list[InNeed]:
        """Return (sort of point, rows, residents who depend on relief there), each person once."""
        return self._need.now(self.emergency_times_s(), barred)

    # -- touching -------------------------------------------------------------------------------

    def bar(self, edges: Rows, *, barred: bool) -> None:
        """Shut edges by barriers, or take these away."""
        self.model.roads.closures.barred[edges] = barred

    def close_gas(self, zone: int) -> int:
        """Shut off the gas of a zone's buildings; returns how many."""
        inside = self.people.residents.zones_within(np.array([zone]))[self.world.buildings.zone]
        self.model.states["building_gas_off"][inside] = True
        return int(np.count_nonzero(inside))

    def pump(self, point: str, more_m3_per_s: float) -> None:
        """Add so much pumping (or take it away) around a point, spread over its cells."""
        total = self._pumping.get(point, 0.0) + more_m3_per_s
        self._pumping[point] = total if total > 1e-9 else 0.0
        layer = np.zeros(self.world.grid.shape, dtype=np.float32)
        for name, flow_m3_per_s in self._pumping.items():
            cells = self._cells_near(self._points[name])
            layer.reshape(-1)[cells] += flow_m3_per_s / (len(cells) * self.world.grid.cell_area_m2)
        self.model.fields.write("pumped_m_per_s", layer)

    def _cells_near(self, row: int) -> Rows:
        """Return the cells within a hose's length of a point."""
        if row not in self._near:
            self._near[row] = self._find_near(row)
        return self._near[row]

    def _find_near(self, row: int) -> Rows:
        grid, points = self.world.grid, self.world.points
        x_m, y_m = grid.centres_m()
        away_m = np.hypot(x_m[None, :] - points.x_m[row], y_m[:, None] - points.y_m[row])
        near = np.flatnonzero(away_m.reshape(-1) <= parameter("response.pump_range").si)
        return near if len(near) else self._point_cells[row : row + 1]

    # -- places by name -------------------------------------------------------------------------

    def point_edges(self, point: str) -> Rows:
        """Return the road edges that a barrier at a point shuts, both directions."""
        roads, edge = self.world.roads, int(self.world.points.edge[self._point(point)])
        if edge < 0:
            node = self.point_node(point)
            return np.flatnonzero((roads.from_node == node) | (roads.to_node == node))
        return both_ways(self.world, edge)

    def point_node(self, point: str) -> int:
        """Return the road node of a point."""
        row = self._point(point)
        edge = int(self.world.points.edge[row])
        if edge >= 0:
            return int(self.world.roads.from_node[edge])
        return self._node_at(float(self.world.points.x_m[row]), float(self.world.points.y_m[row]))

    def _point(self, point: str) -> int:
        if point not in self._points:
            raise UnknownPlaceError(
                f"no point '{point}' on the map; points: {choices(self._points)}"
                f"{did_you_mean(point, self._points)}"
            )
        return self._points[point]

    def _node_at(self, x_m: float, y_m: float) -> int:
        drivable = self._drivable
        away_m = np.hypot(self.network.x_m[drivable] - x_m, self.network.y_m[drivable] - y_m)
        return int(drivable[np.argmin(away_m)])

    def points_called(self, points: Any, ops: Knows) -> tuple[str, ...]:
        """Return the ids of named points, of ``all`` that are watched, or ``flooded`` (as told)."""
        marks = self.world.points
        watched = [str(name) for name in marks.id[marks.kind != LEVEL_CROSSING]]
        groups = {"all": watched, "flooded": ops.reported_points()}
        named = [one for name in _several(points) for one in groups.get(name, [name])]
        return tuple(dict.fromkeys(named))

    def zone_rows(self, zones: Any, ops: Knows) -> Rows:
        """Return the rows of named zones, of ``all``, ``low_lying`` or ``flooded``."""
        rows: set[int] = set()
        for name in _several(zones):
            rows.update(self._zones_called(name, ops))
        return np.array(sorted(rows), dtype=np.int64)

    def _zones_called(self, name: str, ops: Knows) -> Iterable[int]:
        world = self.world
        if name == "all":
            return list(np.flatnonzero(world.zones.level == ZONE_LEVELS.index("county")))
        if name == "low_lying":
            return list(self.model.low_lying_zones)
        if name == "flooded":
            return ops.reported_zones()
        found = np.flatnonzero(world.zones.id == name).tolist()
        if not found:
            known = [*map(str, world.zones.id), "all", "low_lying", "flooded"]
            raise UnknownPlaceError(f"no zone '{name}' on the map{did_you_mean(name, known)}")
        return found

    def nodes_of(self, places: Any, ops: Knows) -> list[int]:
        """Return road nodes of zones, points, levees, shelters or facilities, by their ids."""
        nodes: list[int] = []
        for name in _several(places):
            nodes += self._nodes_called(name, ops)
        return nodes

    def _nodes_called(self, name: str, ops: Knows) -> list[int]:
        world = self.world
        if name in self._points:
            return [self.point_node(name)]
        facility = np.flatnonzero(world.facilities.id == name)
        if len(facility):
            return [int(world.facilities.node[facility[0]])]
        levee = np.flatnonzero(world.levees.id == name)
        if len(levee):
            line = world.levee_shapes.points_m(int(levee[0]))
            middle = line[len(line) // 2]
            return [self._node_at(float(middle[0]), float(middle[1]))]
        zones = np.array(sorted(self._zones_called(name, ops)), dtype=np.int64)
        return [node for _, node in self.meeting_nodes(zones)]

    def communities_in(self, zones: Rows) -> Rows:
        """Return the rows of the communities in some zones."""
        level = self.world.zones.level == ZONE_LEVELS.index("community")
        return np.flatnonzero(level & self.people.residents.zones_within(zones)[:-1])

    def meeting_node(self, zone: int) -> int:
        """Return the road node where people of one zone meet."""
        return self.meeting_nodes(np.array([zone]))[0][1]

    def meeting_nodes(self, zones: Rows) -> list[tuple[int, int]]:
        """Return (zone, road node) where people of each zone meet: the middle of its homes."""
        buildings, homes = self.world.buildings, self.people.residents.homes
        found = []
        for zone in zones.tolist():
            inside = self.people.residents.zones_within(np.array([zone]))[homes.zone]
            rows = homes.building[inside]
            if len(rows):
                x_m, y_m = float(buildings.x_m[rows].mean()), float(buildings.y_m[rows].mean())
                found.append((zone, self._node_at(x_m, y_m)))
        return found

    def shelter_rows(self, shelters: Any, ops: Knows) -> Rows:
        """Return facility rows of named shelters; ``nearest``, ``open`` and ``all`` are groups.

        ``nearest`` are, for each low-lying or reported zone, the two shelters nearest to it.
        """
        rows: set[int] = set()
        for name in _several(shelters):
            rows.update(self._shelters_called(name, ops))
        return np.array(sorted(rows), dtype=np.int64)

    def _shelters_called(self, name: str, ops: Knows) -> Iterable[int]:
        shelters, facilities = self.people.shelters.rows, self.world.facilities
        if name == "all":
            return list(shelters)
        if name == "open":
            return [row for row in shelters.tolist() if self.people.shelters.is_open(row)]
        if name == "nearest":
            zones = {*self.model.low_lying_zones.tolist(), *ops.reported_zones()}
            meeting = self.meeting_nodes(np.array(sorted(zones), dtype=np.int64))
            return {row for _, node in meeting for row in self._nearest_shelters(node, 2)}
        found = np.flatnonzero(facilities.id == name)
        kinds = facilities.kind[found] == FACILITY_KINDS.index("shelter")
        if not kinds.any():
            known = [*map(str, facilities.id[shelters]), "nearest", "open", "all"]
            raise UnknownPlaceError(f"no shelter '{name}' on the map{did_you_mean(name, known)}")
        return list(found)

    def _nearest_shelters(self, node: int, n: int) -> list[int]:
        at = self.world.facilities.node[self.people.shelters.rows]
        x_m, y_m = self.network.x_m, self.network.y_m
        away_m = np.hypot(x_m[at] - x_m[node], y_m[at] - y_m[node])
        return [
            int(row) for row in self.people.shelters.rows[np.argsort(away_m, kind="stable")[:n]]
        ]


def _several(names: Any) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)
