"""How trucks get about: ways by news of the roads that are some minutes old, closures as seen."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import simpy
from numpy.typing import NDArray

from sim.agents.trees import Tree, Trees, one_target
from sim.agents.trucks import SupplyTruck
from sim.response.travel import LOOK_AGAIN_S, NO_WAY_S
from sim.scenario.goods import By
from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from sim.response.supply.desk import Supply

Drive = Generator[simpy.Event, Any, bool]
#: trees kept at a time
_KEPT: Final = 256


class Ways:
    """Quickest ways from and to places, shared by all trucks that go there about the same time.

    Parameters
    ----------
    supply : Supply
    """

    def __init__(self, supply: Supply) -> None:
        self._stage, self._env = supply.stage, supply.env
        network = self._stage.network
        edges = np.argsort(network.from_node, kind="stable").astype(np.int32)
        counts = np.bincount(network.from_node, minlength=network.n_nodes)
        offsets = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
        from_root = (offsets, edges, network.to_node[edges])
        self._solvers = {True: Trees(*network.into), False: Trees(*from_root)}
        self._hubs = {store.node for store in supply.stores}
        self._hubs |= {truck.base_node for truck in supply.fleet.trucks}
        self._trees: dict[tuple[int, bool, By], tuple[float, Tree]] = {}
        self._times: dict[By, tuple[float, NDArray[np.float64]]] = {}
        self._in_order: dict[tuple[By, bool], tuple[float, NDArray[np.float64]]] = {}

    def times_s(self, by: By) -> NDArray[np.float64]:
        """Return what every edge takes now, by the last tick's water; inf where it may not go."""
        tick = float(self._env.now // self._stage.step_s)
        kept = self._times.get(by)
        if kept is None or kept[0] != tick:
            kept = self._times[by] = (tick, self._times_now_s(by))
        return kept[1]

    def _times_now_s(self, by: By) -> NDArray[np.float64]:
        times_s = self._stage.vehicle_times_s(by.wading_m)
        if by.barred:
            times_s = np.where(self._stage.limits.edges(by.barred), np.inf, times_s)
        if by.sails_m_per_s == 0:
            return times_s
        afloat = self._stage.edge_depth_m() >= parameter("supply.boat_draught").si
        sailing_s = self._stage.network.length_m / by.sails_m_per_s
        return np.where(np.isinf(times_s) & afloat, sailing_s, times_s)

    def tree(self, root: int, by: By, *, to_root: bool, fresh: bool = False) -> Tree:
        """Return ways to or from a root: the edge next to each node on its way, and the time.

        A tree is taken anew when it is older than ``supply.replan``, or when ``fresh`` is wanted.
        """
        key, now_s = (root, to_root, by), float(self._env.now)
        made_s, tree = self._trees.get(key, (-np.inf, None))
        old_s = self._stage.step_s if fresh else parameter("supply.replan").si
        if tree is not None and now_s - made_s < old_s:
            return tree
        times_s = self._times_in_order_s(by, to_root=to_root)
        tree = self._solvers[to_root].solve(times_s, *one_target(root), tree)
        if len(self._trees) >= _KEPT:
            self._trees.pop(next(iter(self._trees)))
        self._trees.pop(key, None)
        self._trees[key] = now_s, tree
        return tree

    def _times_in_order_s(self, by: By, *, to_root: bool) -> NDArray[np.float64]:
        """Return `times_s` as the solver wants them: the same array for all trees of a tick."""
        tick = float(self._env.now // self._stage.step_s)
        made, times_s = self._in_order.get((by, to_root), (-1.0, None))
        if times_s is None or made != tick:
            times_s = self._solvers[to_root].in_order(self.times_s(by))
            self._in_order[by, to_root] = tick, times_s
        return times_s

    def seconds(self, start: int, by: By) -> NDArray[np.float64]:
        """Return the drive from a place to every node; inf where there is no way."""
        return self.tree(start, by, to_root=False).cost_s

    def near(self, start: int, goal: int, by: By, within_m: float) -> int | None:
        """Return the goal, or the node nearest to it that can be reached, if near enough."""
        cost_s = self.seconds(start, by)
        if np.isfinite(cost_s[goal]):
            return goal
        network = self._stage.network
        away_m = np.hypot(network.x_m - network.x_m[goal], network.y_m - network.y_m[goal])
        away_m[~np.isfinite(cost_s)] = np.inf
        nearest = int(np.argmin(away_m))
        return nearest if away_m[nearest] <= within_m else None

    def no_way(self, truck: SupplyTruck, goal: int) -> str:
        """Return why a truck has no way to a node, as a word key under ``hindrance.``.

        A sign that holds it back is the reason where there would be a way without it.
        """
        free = truck.way._replace(barred=0)
        held_back = truck.barred and np.isfinite(self.seconds(truck.node, free)[goal])
        return "road_limit" if held_back else "road_cut"

    def path(self, start: int, goal: int, by: By, *, fresh: bool) -> list[int] | None:
        """Return the edges of the quickest way, or None.

        One tree serves all who go to a store, and all who come from one.
        """
        home = goal in self._hubs and start not in self._hubs
        root, end = (goal, start) if home else (start, goal)
        tree = self.tree(root, by, to_root=home, fresh=fresh)
        if not np.isfinite(tree.cost_s[end]):
            return None
        network = self._stage.network
        next_node = network.to_node if home else network.from_node
        edges: list[int] = []
        node = end
        while node != root:
            edges.append(int(tree.next_edge[node]))
            node = int(next_node[edges[-1]])
        return edges if home else edges[::-1]

    def drive(self, truck: SupplyTruck, goal: int, *, patient: bool = False) -> Drive:
        """Drive to a node; False after ``response.give_up`` without a way, unless patient.

        The driver looks ahead every few minutes, turns where water has cut the way, and rests when
        the law says so.
        """
        waited_s, fresh, launched = 0.0, False, False
        truck.duty = "driving"
        while truck.node != goal:
            path = self.path(truck.node, goal, truck.way, fresh=fresh)
            if path is None:
                if not patient and waited_s >= parameter("response.give_up").si:
                    return False
                waited_s += NO_WAY_S
                fresh = True
                yield self._env.timeout(NO_WAY_S)
                continue
            if not launched and self._goes_afloat(truck, path):
                launched = True
                yield self._env.timeout(truck.carrier.turnaround_s)
            yield from self._follow(truck, path)
            fresh = True
        return True

    def _goes_afloat(self, truck: SupplyTruck, path: list[int]) -> bool:
        """Whether a boat must be launched, and taken out again, on its way."""
        if not truck.carrier.sails:
            return False
        on_wheels_s = self.times_s(truck.way._replace(sails_m_per_s=0.0))
        return bool(np.isinf(on_wheels_s[path]).any())

    def _follow(self, truck: SupplyTruck, path: list[int]) -> Drive:
        """Go along edges as far as they are passable; False where the way is cut."""
        network, at = self._stage.network, 0
        while at < len(path):
            times_s = self.times_s(truck.way)
            spent_s, first = 0.0, at
            while at < len(path) and spent_s < LOOK_AGAIN_S and np.isfinite(times_s[path[at]]):
                spent_s += float(times_s[path[at]])
                at += 1
            if at == first:
                yield self._env.timeout(self._stage.step_s)  # turn round at the water's edge
                return False
            yield self._env.timeout(spent_s)
            truck.node = int(network.to_node[path[at - 1]])
            truck.driven_m += float(network.length_m[path[first:at]].sum())
            truck.at_wheel_s += spent_s
            if truck.at_wheel_s >= truck.drive_limit_s():
                yield self._env.timeout(parameter("supply.drive_rest").si)
                truck.at_wheel_s = 0.0
        return True

    def fly(self, truck: SupplyTruck, goal: int) -> Drive:
        """Fly straight to a node once weather and daylight allow it; False when they do not."""
        waited_s = 0.0
        while not self._weather_allows(truck):
            if waited_s >= parameter("response.give_up").si:
                return False
            waited_s += NO_WAY_S
            yield self._env.timeout(NO_WAY_S)
        away_m = self.flight_m(truck.node, goal)
        truck.duty = "driving"
        yield self._env.timeout(truck.carrier.turnaround_s / 2)
        yield self._env.timeout(away_m / truck.carrier.speed_m_per_s)
        truck.node = goal
        truck.driven_m += away_m
        return True

    def flight_m(self, start: int, goal: int) -> float:
        """Return the straight distance between two nodes."""
        network = self._stage.network
        dx_m = network.x_m[start] - network.x_m[goal]
        return float(np.hypot(dx_m, network.y_m[start] - network.y_m[goal]))

    def _weather_allows(self, truck: SupplyTruck) -> bool:
        now_s = float(self._env.now)
        since_s = max(0.0, now_s - NO_WAY_S)
        fallen_m = self._stage.rain_fallen_m(now_s) - self._stage.rain_fallen_m(since_s)
        hours = max(now_s - since_s, 1.0) / 3600
        if fallen_m * 1000 / hours > truck.carrier.rain_mm_per_h:
            return False
        hour_s = (self._stage.start_of_day_s + now_s) % 86400
        by_day = parameter("supply.dawn").si <= hour_s < parameter("supply.dusk").si
        return by_day or truck.carrier.by_night
