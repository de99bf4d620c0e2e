"""Who goes where: named rules by which a unit chooses its next task, and a task its unit.

A rule is a function of this file and a line of `RULES`; it sees the roads as they are now, what is
known of each call, and nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.units import Unit
from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from sim.response.operations import Operations

Floats = NDArray[np.float64]


class Call(NamedTuple):
    """One place where a unit is needed.

    Attributes
    ----------
    key : int
        Building, road edge, facility: what is needed there says the work.
    node : int
        Road node nearest to it.
    urgency : float
        The higher the sooner, for the rule ``by_priority``.
    zone : int
        Row of `Zones`; -1 for none.
    lives, scale_s, shape : float
        People there, and how fast they die: of each exp(-(t / scale)^shape) live after t.
    since_s : float
        How long they have waited.
    work_s : float
        Time one of them takes.
    """

    key: int
    node: int
    urgency: float = 0.0
    zone: int = -1
    lives: float = 0.0
    scale_s: float = math.inf
    shape: float = 1.0
    since_s: float = 0.0
    work_s: float = 0.0

    def alive_share(self, delay_s: float) -> float:
        """Return the share of those alive now who live so much longer."""
        now, then = self.since_s / self.scale_s, (self.since_s + delay_s) / self.scale_s
        return float(np.exp(now**self.shape - then**self.shape))


#: of a unit at a node, the calls, and the drive to each in seconds: the call to go to
Rule = Callable[["Operations", Unit, Sequence[Call], Floats], int]


def choose(ops: Operations, rule: str, unit: Unit, calls: Sequence[Call]) -> int | None:
    """Return the index of the call that a unit goes to next; None when it can reach none."""
    if not calls:
        return None
    nodes = np.array([call.node for call in calls])
    if unit.flies:
        away_s = _crow_m(ops, unit.node, nodes) / unit.flight_m_per_s
    else:
        _, cost_s = ops.ways.tree_to(unit.node, unit.barred)  # nearly all roads lead both ways
        away_s = cost_s[nodes]
        lost = np.isinf(away_s)
        if lost.any() and unit.walks_m_per_s > 0:
            detour = parameter("shelters.detour").value / unit.walks_m_per_s
            away_s[lost] = _crow_m(ops, unit.node, nodes[lost]) * detour
        elif lost.any():
            near = _near_a_road(ops, nodes[lost], cost_s)
            away_s[lost] = near
    if not np.isfinite(away_s).any():
        return None
    return RULES[rule](ops, unit, calls, away_s)


def _near_a_road(ops: Operations, nodes: NDArray[np.int64], cost_s: Floats) -> Floats:
    """Return the drive to as near as ``response.reach``, inf where nothing so near is open."""
    reach_m = parameter("response.reach").si
    return np.array([cost_s[ops.ways.close_to(node)].min() for node in nodes.tolist()]) + reach_m


def nearest(ops: Operations, unit: Unit, calls: Sequence[Call], away_s: Floats) -> int:
    """Go to the nearest as the crow flies, of those that can be reached."""
    crow_m = _crow_m(ops, unit.node, np.array([call.node for call in calls]))
    return int(np.argmin(np.where(np.isfinite(away_s), crow_m, np.inf)))


def nearest_by_road(ops: Operations, unit: Unit, calls: Sequence[Call], away_s: Floats) -> int:
    """Go to the nearest by road as roads are now."""
    return int(np.argmin(away_s))


def by_priority(ops: Operations, unit: Unit, calls: Sequence[Call], away_s: Floats) -> int:
    """Go to the most urgent; of equals to the nearest by road."""
    urgency = np.where(np.isfinite(away_s), [call.urgency for call in calls], -np.inf)
    return int(np.lexsort((away_s, -urgency))[0])


def by_expected_survival(ops: Operations, unit: Unit, calls: Sequence[Call], away_s: Floats) -> int:
    """Go where an hour of work saves most: the chance to find one alive over the time it takes.

    For one person at a time, with drive d and work w: S(t + d + w) / S(t) over d + w.
    """
    spent_s = np.where(np.isfinite(away_s), away_s, np.inf) + [call.work_s for call in calls]
    saved = [
        call.alive_share(spent) / max(spent, 1.0) if np.isfinite(spent) and call.lives else -1.0
        for call, spent in zip(calls, spent_s.tolist(), strict=True)
    ]
    return int(np.argmax(saved))


def by_sector(ops: Operations, unit: Unit, calls: Sequence[Call], away_s: Floats) -> int:
    """Stay in the town of one's base while there is a call in it; the nearest by road first."""
    towns = ops.stage.world.town_of(np.array([call.zone for call in calls]))
    inside = np.where(towns == unit.sector, away_s, np.inf)
    return int(np.argmin(inside if np.isfinite(inside).any() else away_s))


RULES: Final[dict[str, Rule]] = {
    "nearest": nearest,
    "nearest_by_road": nearest_by_road,
    "by_priority": by_priority,
    "by_expected_survival": by_expected_survival,
    "by_sector": by_sector,
}


def unit_for(ops: Operations, rule: str, units: Sequence[Unit], node: int) -> int:
    """Return which of some free units is called to a node.

    The nearest as the crow flies by the rule ``nearest``; by all others who is there first by road
    or air, turnout included.
    """
    at = np.array([unit.node for unit in units])
    crow_m = _crow_m(ops, node, at)
    if rule == "nearest":
        return int(np.argmin(crow_m))
    costs_s = {barred: ops.ways.tree_to(node, barred)[1] for barred in {u.barred for u in units}}
    drives_s = [float(costs_s[unit.barred][unit.node]) for unit in units]
    there_s = [
        unit.turnout_s + (away_m / unit.flight_m_per_s if unit.flies else drive_s)
        for unit, away_m, drive_s in zip(units, crow_m.tolist(), drives_s, strict=True)
    ]
    return int(np.lexsort((crow_m, np.array(there_s)))[0])


def _crow_m(ops: Operations, node: int, nodes: NDArray[np.int64]) -> Floats:
    network = ops.stage.network
    away_m: Floats = np.hypot(
        network.x_m[nodes] - network.x_m[node], network.y_m[nodes] - network.y_m[node]
    )
    return away_m
