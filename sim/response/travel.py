"""How units get about: the quickest way on the roads as they are, taken anew when water cuts it."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import simpy
from numpy.typing import NDArray

from sim.agents.trees import Tree, Trees, one_target
from sim.agents.units import Unit
from sim.kernels.routing import follow
from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from sim.response.operations import Operations

Process = Generator[simpy.Event, Any, bool]
#: a unit looks at the roads again after this long on its way
LOOK_AGAIN_S: Final = 300.0
#: news of the roads that a way is chosen by is at most this old
NEWS_S: Final = 120.0
#: ways kept at a time: as many as this memory holds, at least so many
_TREES_BYTES: Final = 64 * 2**20
_FEWEST_TREES: Final = 16
#: with no way at all, it waits this long and looks again
NO_WAY_S: Final = 600.0


class Ways:
    """Quickest ways to one node after another, by news of the roads at most `NEWS_S` old.

    Parameters
    ----------
    ops : Operations
    """

    def __init__(self, ops: Operations) -> None:
        self._ops = ops
        n = ops.stage.network.n_nodes
        self._solver = Trees(*ops.stage.network.into)
        self._times_s: dict[int, NDArray[np.float64]] = {}
        self._edge_s = np.zeros(0)
        self._looked_s = self._changed_s = -np.inf
        self._trees: dict[tuple[int, int], tuple[float, Tree]] = {}
        self._close: dict[int, NDArray[np.int64]] = {}
        self._most_trees = max(_FEWEST_TREES, _TREES_BYTES // (12 * max(n, 1)))

    def tree_to(self, node: int, barred: int = 0) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """Return (next edge, seconds) from every node to ``node``; -1 and inf where no way.

        Parameters
        ----------
        barred : int
            The signs that hold the vehicle back: its `Unit.barred`.
        """
        self._look()
        key, now_s = (node, barred), self._ops.now_s
        made_s, tree = self._trees.pop(key, (-np.inf, None))
        if tree is None or made_s < min(self._changed_s, now_s - NEWS_S):
            made_s, tree = now_s, self._solve(node, barred, tree)
        self._trees[key] = made_s, tree
        if len(self._trees) > self._most_trees:
            self._trees.pop(next(iter(self._trees)))
        return tree.next_edge, tree.cost_s

    def _look(self) -> None:
        """See what every edge takes, once a tick, and note whether anything has changed."""
        tick_s = self._ops.stage.step_s
        if self._ops.now_s // tick_s == self._looked_s // tick_s:
            return
        self._looked_s = self._ops.now_s
        edge_s = self._ops.stage.emergency_times_s()
        if not np.array_equal(edge_s, self._edge_s):
            self._edge_s, self._changed_s = edge_s, self._looked_s
            self._times_s.clear()

    def _solve(self, node: int, barred: int, before: Tree | None) -> Tree:
        if barred not in self._times_s:
            edge_s = self._edge_s
            if barred:
                edge_s = np.where(self._ops.stage.limits.edges(barred), np.inf, edge_s)
            self._times_s[barred] = self._solver.in_order(edge_s)
        return self._solver.solve(self._times_s[barred], *one_target(node), before)

    def close_to(self, node: int) -> NDArray[np.int64]:
        """Return the nodes within ``response.reach`` of one, itself among them."""
        if node not in self._close:
            network = self._ops.stage.network
            away_m = np.hypot(network.x_m - network.x_m[node], network.y_m - network.y_m[node])
            self._close[node] = np.flatnonzero(away_m <= parameter("response.reach").si)
        return self._close[node]

    def as_near(self, unit: Unit, goal: int, within_m: float) -> int:
        """Return the node nearest to a goal that a unit can get to, if it is near enough.

        The goal itself where there is a way or where no such node is within ``within_m`` of it.
        """
        _, cost_s = self.tree_to(unit.node, unit.barred)  # nearly all roads lead both ways
        network = self._ops.stage.network
        there = np.flatnonzero(np.isfinite(cost_s))
        if np.isfinite(cost_s[goal]) or len(there) == 0:
            return goal
        away_m = np.hypot(
            network.x_m[there] - network.x_m[goal], network.y_m[there] - network.y_m[goal]
        )
        nearest = int(np.argmin(away_m))
        return int(there[nearest]) if away_m[nearest] <= within_m else goal


def drive(
    ops: Operations, unit: Unit, goal: int, *, within_m: float = 0.0, patient: bool = True
) -> Process:
    """Drive a unit to a node, or as near as ``within_m``; returns False when there is no way.

    The unit follows the quickest way through traffic and water it can wade, and past no sign that
    it is too heavy or too high for; looks again every `LOOK_AGAIN_S`, and where there is no way
    waits for ``response.give_up``, if it is patient.
    """
    network = ops.stage.network
    unit.duty = "driving"
    if unit.flies:
        yield from _fly(ops, unit, goal)
        return True
    waited_s = 0.0
    to_node = goal
    while unit.node != to_node:
        next_edge, cost_s = ops.ways.tree_to(to_node, unit.barred)
        if not np.isfinite(cost_s[unit.node]):
            if unit.walks_m_per_s > 0:
                yield ops.env.timeout(on_foot_s(ops, unit, goal))
                unit.node = goal
                return True
            near = ops.ways.as_near(unit, goal, within_m)
            if near != to_node:
                to_node = near
                continue
            if not patient or waited_s >= parameter("response.give_up").si:
                return False
            waited_s += NO_WAY_S
            yield ops.env.timeout(NO_WAY_S)
            continue
        node, spent_s, driven_m = follow(
            next_edge, cost_s, network.to_node, network.length_m, unit.node, to_node, LOOK_AGAIN_S
        )
        yield ops.env.timeout(spent_s)
        unit.driven_m += driven_m
        unit.node = node
    return True


def no_way(ops: Operations, unit: Unit, *goals: int) -> str:
    """Return why a unit has no way to any of some nodes, as a word key under ``hindrance.``.

    A sign that holds it back is the reason where there would be a way without it.
    """
    if unit.barred:
        _, cost_s = ops.ways.tree_to(unit.node)  # nearly all roads lead both ways
        if np.isfinite(cost_s[list(goals)]).any():
            return "road_limit"
    return "road_cut"


def on_foot_s(ops: Operations, unit: Unit, goal: int) -> float:
    """Return how long a unit that walks takes across country: straight, times a detour."""
    network, at = ops.stage.network, unit.node
    away_m = np.hypot(network.x_m[goal] - network.x_m[at], network.y_m[goal] - network.y_m[at])
    return float(away_m) * parameter("shelters.detour").value / unit.walks_m_per_s


def _fly(ops: Operations, unit: Unit, goal: int) -> Generator[simpy.Event, Any, None]:
    """Bring what flies to a node, straight."""
    network = ops.stage.network
    away_m = float(
        np.hypot(
            network.x_m[goal] - network.x_m[unit.node], network.y_m[goal] - network.y_m[unit.node]
        )
    )
    yield ops.env.timeout(away_m / unit.flight_m_per_s)
    unit.driven_m += away_m
    unit.node = goal
