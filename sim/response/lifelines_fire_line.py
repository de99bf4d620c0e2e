"""Fire lines: crews cut them by hand ahead of a wildfire, cell by cell, around its front.

A line is a ring a set distance outside the cells that burn now. Crews begin where they are nearest
and go on along the ring; a cell of line takes its side over the crew's production in its fuel. A
line that the fire reaches first is lost, and the ring is drawn anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, distance_transform_edt

from sim.agents.units import RescueTeam
from sim.response.command import Command
from sim.response.dispatch import Call
from sim.response.ledger import Row
from sim.response.teams_pool import OneEach, Process
from sim.response.teams_work import Deployment, deploy
from sim.scenario.parameters import parameter
from sim.world.layers import LAND_CLASSES

if TYPE_CHECKING:
    from sim.response.operations import Operations

Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]
_HOUR_S: Final = 3600.0
#: where nothing needs cutting
_BARE: Final = np.isin(LAND_CLASSES, ("water", "bare", "road"))
#: cells a crew cuts before it looks at the fire again
_STRETCH: Final = 4


class FireLine(OneEach):
    """The ring to be cut around the wildfires of a run.

    Parameters
    ----------
    ops : Operations
    """

    skill = "build_line"

    def __init__(self, ops: Operations) -> None:
        super().__init__()
        self._ops = ops
        grid = ops.stage.world.grid
        x_m, y_m = grid.centres_m()
        self._x_m, self._y_m = (one.reshape(-1) for one in np.meshgrid(x_m, y_m))
        fields = ops.stage.fields
        if fields.get("fire_line") is None:
            fields.write("fire_line", np.zeros(grid.shape, dtype=np.float32))
        self._bare = _BARE[ops.stage.world.layers["land"]].reshape(-1)
        self._ring = np.zeros(0, dtype=np.int64)
        self._burnt = -1

    def over(self) -> bool:
        """Whether the line is closed all round."""
        return self._burning_cells() > 0 and len(self._open()) == 0

    def calls(self, unit: RescueTeam) -> Sequence[Call]:
        """Return the open cell of the ring nearest to the crew, a call."""
        cells = np.array([cell for cell in self._open().tolist() if not self.is_taken(cell)])
        if not len(cells):
            return []
        network = self._ops.stage.network
        away_m = np.hypot(
            self._x_m[cells] - network.x_m[unit.node], self._y_m[cells] - network.y_m[unit.node]
        )
        cell = int(cells[np.argmin(away_m)])
        node_m = np.hypot(network.x_m - self._x_m[cell], network.y_m - self._y_m[cell])
        return [Call(key=cell, node=int(np.argmin(node_m)), work_s=self._takes_s(unit))]

    def do(self, unit: RescueTeam, call: Call, order: Deployment) -> Process:
        """Cut a stretch of line from one cell on, along the ring."""
        ops, cell, cut = self._ops, call.key, 0
        while cut < _STRETCH and ops.now_s < unit.shift_ends_s:
            yield ops.env.timeout(self._takes_s(unit))
            line = ops.stage.fields["fire_line"].copy()
            line.reshape(-1)[cell] = np.inf
            ops.stage.fields.write("fire_line", line)
            cut += 1
            following = self._next_to(cell)
            if following is None:
                break
            cell = following
        length_m = cut * ops.stage.world.grid.cell_m
        order.row.event["work"] = ops.log.add(
            ops.now_s, "line_built", unit.id, cause=unit.there, length_m=length_m
        )
        order.row.detail["line_m"] = order.row.detail.get("line_m", 0.0) + length_m

    def _next_to(self, cell: int) -> int | None:
        open_now = self._open()
        open_now = open_now[~np.isin(open_now, list(self._taken))]
        away_m = np.hypot(
            self._x_m[open_now] - self._x_m[cell], self._y_m[open_now] - self._y_m[cell]
        )
        near = away_m <= 2.0 * self._ops.stage.world.grid.cell_m
        return int(open_now[near][np.argmin(away_m[near])]) if near.any() else None

    def _open(self) -> Rows:
        """Return the cells of the ring that are neither cut, bare nor burnt."""
        burnt = self._burnt_cells()
        n = int(np.count_nonzero(burnt))
        if n != self._burnt:
            self._ring, self._burnt = self._ring_around(burnt), n
        line = self._ops.stage.fields["fire_line"].reshape(-1)
        return self._ring[line[self._ring] <= 0]

    def _ring_around(self, burnt: Flags) -> Rows:
        """Return the cells, not bare, a gap away from all that has burnt, in a band one cell wide.

        Line that already stands between keeps its place: only what the fire can reach is ringed.
        """
        if not burnt.any():
            return np.zeros(0, dtype=np.int64)
        cell_m = self._ops.stage.world.grid.cell_m
        gap_m = parameter("rescue.gap_of_line").si
        inside = distance_transform_edt(~burnt) * cell_m <= gap_m
        held = (self._ops.stage.fields["fire_line"] > 0) | self._bare.reshape(burnt.shape)
        reach = binary_dilation(burnt, mask=inside & ~held, iterations=-1)
        ring = binary_dilation(reach, structure=np.ones((3, 3))) & ~inside & ~held
        return np.flatnonzero(ring)

    def _burnt_cells(self) -> Flags:
        arrival_s = self._ops.stage.fields.get("fire_arrival_s")
        if arrival_s is None:
            return np.zeros(self._ops.stage.world.grid.shape, dtype=bool)
        return np.asarray(arrival_s <= self._ops.now_s)

    def _burning_cells(self) -> int:
        return int(np.count_nonzero(self._burnt_cells()))

    def _takes_s(self, unit: RescueTeam) -> float:
        return self._ops.stage.world.grid.cell_m / unit.spec.line_m_per_h * _HOUR_S


def build_fire_line(ops: Operations, command: Command, row: Row) -> Process:
    """Send crews to ring a wildfire; done when all that can come are at work."""
    yield from deploy(ops, command, row, lambda _: FireLine(ops))
