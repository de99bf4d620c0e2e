"""Who can be sent: teams at their bases, buses in depots, mobile pumps; and who waits for them."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import simpy

from sim.agents.units import Bus, PumpTruck, RescueTeam, Unit
from sim.scenario.parameters import parameter
from sim.world.tables import FACILITY_KINDS

if TYPE_CHECKING:
    from sim.response.operations import Operations

#: what district teams are trained for, in turn: the plan names these trades (T45, T97) and the
#: number of teams (30), not how many of each; an assumption
TRADES: Final = (
    "flood",
    "water_rescue",
    "fire",
    "road",
    "power",
    "communications",
    "medical",
)


class Resources:
    """All units of a run, by kind; a request is served in the order it came.

    Parameters
    ----------
    ops : Operations
    """

    def __init__(self, ops: Operations) -> None:
        self._ops = ops
        self.units: list[Unit] = [*self._teams(), *self._buses(), *self._pumps()]
        self._free: dict[str, list[Unit]] = {}
        self._waiting: list[tuple[str, int, simpy.Event]] = []
        for unit in self.units:
            self._free.setdefault(unit.kind, []).append(unit)

    def count(self, kind: str) -> int:
        """Return how many units of a kind there are, busy or free."""
        return sum(unit.kind == kind for unit in self.units)

    def take(self, kind: str, node: int) -> Generator[simpy.Event, Any, Unit]:
        """Wait for a free unit of a kind and take the one nearest to ``node`` as the crow flies."""
        if not self._free.get(kind):
            turn = self._ops.env.event()
            self._waiting.append((kind, node, turn))
            unit: Unit = yield turn
            return unit
        return self._nearest(kind, node)

    def give_back(self, unit: Unit) -> None:
        """Make a unit free again; the first request waiting for its kind gets it."""
        unit.duty = "ready"
        for place, (kind, _, turn) in enumerate(self._waiting):
            if kind == unit.kind:
                del self._waiting[place]
                turn.succeed(unit)
                return
        self._free[unit.kind].append(unit)

    def _nearest(self, kind: str, node: int) -> Unit:
        nodes = self._ops.stage.world.nodes
        free = self._free[kind]
        at = np.array([unit.node for unit in free])
        away_m = np.hypot(nodes.x_m[at] - nodes.x_m[node], nodes.y_m[at] - nodes.y_m[node])
        return free.pop(int(np.argmin(away_m)))

    def _rows(self, kind: str) -> list[int]:
        facilities = self._ops.stage.world.facilities
        return np.flatnonzero(facilities.kind == FACILITY_KINDS.index(kind)).tolist()

    def _teams(self) -> list[RescueTeam]:
        facilities, trade = self._ops.stage.world.facilities, 0
        teams = []
        for row in self._rows("team_base"):
            name = str(facilities.id[row])
            if "street" in name:
                kind = "street"
            elif "social" in name:
                kind = "volunteers"
            else:
                kind, trade = TRADES[trade % len(TRADES)], trade + 1
            crew, node = int(facilities.capacity[row]), int(facilities.node[row])
            teams.append(RescueTeam(self._ops.stage.model, name, kind, crew=crew, base_node=node))
        return teams

    def _buses(self) -> list[Bus]:
        facilities, seats = (
            self._ops.stage.world.facilities,
            int(parameter("response.bus_seats").si),
        )
        return [
            Bus(
                self._ops.stage.model,
                f"{facilities.id[row]}-bus-{number}",
                seats=seats,
                base_node=int(facilities.node[row]),
            )
            for row in self._rows("bus_depot")
            for number in range(1, int(facilities.capacity[row]) + 1)
        ]

    def _pumps(self) -> list[PumpTruck]:
        """Mobile pumps stand at the depots, shared out evenly."""
        facilities, depots = self._ops.stage.world.facilities, self._rows("depot")
        n_pumps = int(parameter("response.mobile_pumps").si) if depots else 0
        return [
            PumpTruck(
                self._ops.stage.model,
                f"pump-{number + 1}",
                capacity_m3_per_s=parameter("plan.mobile_pump").si,
                base_node=int(facilities.node[depots[number % len(depots)]]),
            )
            for number in range(n_pumps)
        ]
