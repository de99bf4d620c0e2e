"""Standing order of hazardous materials teams: to the leak, into their suits, and plug it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.agents.units import RescueTeam
from sim.response.command import Command
from sim.response.dispatch import Call
from sim.response.ledger import Row
from sim.response.teams_pool import OneEach, Process
from sim.response.teams_work import Deployment, deploy
from sim.scenario.parameters import parameter
from sim.world.zoning import zone_cells

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.response.operations import Operations


class Leaks(OneEach):
    """Where poisonous gas escapes in some zones: what a team does not plug runs until it is empty.

    Parameters
    ----------
    ops : Operations
    zones : (m,) int64
        Rows of `Zones`, of any level.
    """

    skill = "hazmat"

    def __init__(self, ops: Operations, zones: NDArray[np.int64]) -> None:
        super().__init__()
        self._ops = ops
        inside = ops.stage.people.residents.zones_within(zones)
        self._zone_of = zone_cells(ops.stage.world, "community").reshape(-1)
        self._wanted = inside[self._zone_of] | (self._zone_of < 0)

    def over(self) -> bool:
        """Whether nothing escapes any more."""
        return len(self._open()) == 0

    def calls(self, unit: RescueTeam) -> Sequence[Call]:
        """Return the leaks nobody works at, the strongest first."""
        rate = self._rates()
        return [
            Call(
                key=cell,
                node=self._node_near(cell),
                urgency=float(rate[cell]),
                zone=int(self._zone_of[cell]),
                work_s=_takes_s(),
            )
            for cell in self._open().tolist()
            if not self.is_taken(cell)
        ]

    def do(self, unit: RescueTeam, call: Call, order: Deployment) -> Process:
        """Cordon the place off, put suits on, go in and plug it."""
        ops = self._ops
        yield ops.env.timeout(_takes_s())
        if self._rates()[call.key] <= 0.0:
            return
        plugged = ops.stage.fields.get("leak_plugged")
        shut = np.zeros(ops.stage.world.grid.shape, np.uint8) if plugged is None else plugged.copy()
        shut.reshape(-1)[call.key] = 1
        ops.stage.fields.write("leak_plugged", shut)
        order.row.event["work"] = ops.log.add(
            ops.now_s, "leak_plugged", unit.id, cause=unit.there, team=unit.id
        )
        order.row.detail["leaks"] = order.row.detail.get("leaks", 0) + 1

    def _rates(self) -> NDArray[np.float32]:
        escapes = self._ops.stage.fields.get("gas_escapes_kg_per_s")
        if escapes is None:
            return np.zeros(len(self._wanted), dtype=np.float32)
        return escapes.reshape(-1)

    def _open(self) -> NDArray[np.int64]:
        return np.flatnonzero((self._rates() > 0.0) & self._wanted)

    def _node_near(self, cell: int) -> int:
        grid, network = self._ops.stage.world.grid, self._ops.stage.network
        x_m, y_m = grid.centres_m()
        row, column = divmod(cell, grid.nx)
        away_m = np.hypot(network.x_m - x_m[column], network.y_m - y_m[row])
        return int(np.argmin(away_m))


def _takes_s() -> float:
    return parameter("hazmat.entry").si + parameter("hazmat.plugging").si


def stop_leak(ops: Operations, command: Command, row: Row) -> Process:
    """Send teams to leaks; done when all that can come are at work."""
    yield from deploy(ops, command, row, lambda zones: Leaks(ops, zones))
