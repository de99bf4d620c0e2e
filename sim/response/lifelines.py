"""Streets cleared of debris, facilities brought back to work: the way opened for others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.agents.units import RescueTeam
from sim.response.command import Command
from sim.response.dispatch import Call
from sim.response.ledger import Row
from sim.response.lifelines_bridges import Bridges
from sim.response.lifelines_streets import Rows, Streets
from sim.response.teams_pool import OneEach, Process, Work
from sim.response.teams_work import Deployment, deploy
from sim.scenario.parameters import parameter
from sim.world.tables import FACILITY_KINDS

if TYPE_CHECKING:
    from sim.response.operations import Operations

_HOUR_S: Final = 3600.0
#: who is given power or the network first, from left to right; all others after them
_FIRST: Final = ("hospital", "command_post", "base_station", "pumping_station", "shelter")


class Debris(Streets):
    """The streets of some zones that debris leaves too narrow; see `Streets`."""

    skill = "clear_road"
    event = "street_cleared"
    counted = "streets"

    def _shut(self) -> Rows:
        states = self._ops.stage.states
        if not states.touched("road_free_m"):
            return np.zeros(0, dtype=np.int64)
        wanted_m = parameter("rescue.debris_clear_width").si
        by_car = self._ops.stage.world.roads.lanes > 0
        return np.flatnonzero((states["road_free_m"] < wanted_m) & self._inside & by_car)

    def _takes_s(self, unit: RescueTeam, edge: int) -> float:
        length_m = float(self._ops.stage.world.roads.length_m[edge])
        return length_m / unit.spec.clear_m_per_h * _HOUR_S

    def _open(self, edges: Rows) -> None:
        free_m = self._ops.stage.states["road_free_m"]
        free_m[edges] = np.maximum(free_m[edges], parameter("rescue.debris_clear_width").si)


class Outages(OneEach):
    """Facilities of some zones that stand and do not work for want of power or network.

    Parameters
    ----------
    ops : Operations
    zones : (m,) int64
        Rows of `Zones`, of any level.
    what : str
        ``"power"``; ``"communications"`` is for base stations alone.
    """

    def __init__(self, ops: Operations, zones: Rows, what: str) -> None:
        super().__init__()
        self._ops, self._what = ops, what
        self.skill = f"repair_{what}"
        facilities = ops.stage.world.facilities
        inside = ops.stage.people.residents.zones_within(zones)[facilities.zone]
        base_stations = facilities.kind == FACILITY_KINDS.index("base_station")
        self._wanted = inside & base_stations if what == "communications" else inside

    def over(self) -> bool:
        """Whether all work that can."""
        return len(self._out()) == 0

    def calls(self, unit: RescueTeam) -> Sequence[Call]:
        """Return the facilities nobody works at, hospitals first."""
        facilities = self._ops.stage.world.facilities
        return [
            Call(
                key=row,
                node=int(facilities.node[row]),
                urgency=_urgency(FACILITY_KINDS[facilities.kind[row]]),
                zone=int(facilities.zone[row]),
                work_s=self._takes_s(),
            )
            for row in self._out().tolist()
            if not self.is_taken(row)
        ]

    def do(self, unit: RescueTeam, call: Call, order: Deployment) -> Process:
        """Bring a generator or a line; the facility works from then on."""
        ops = self._ops
        yield ops.env.timeout(self._takes_s())
        ops.stage.states["facility_out"][call.key] = False
        name = str(ops.stage.world.facilities.id[call.key])
        order.row.event["work"] = ops.log.add(
            ops.now_s, "facility_repaired", name, cause=unit.there, team=unit.id
        )
        order.row.detail["repaired"] = order.row.detail.get("repaired", 0) + 1

    def _out(self) -> Rows:
        states = self._ops.stage.states
        out = states["facility_out"] & ~states["facility_damaged"] & self._wanted
        return np.flatnonzero(out)

    def _takes_s(self) -> float:
        return parameter(f"rescue.repair_{self._what}").si


def _urgency(kind: str) -> float:
    return float(len(_FIRST) - _FIRST.index(kind)) if kind in _FIRST else 0.0


def clear_roads(ops: Operations, command: Command, row: Row) -> Process:
    """Send teams to clear streets; done when all that can come are at work."""
    yield from deploy(ops, command, row, lambda zones: Debris(ops, zones))


def repair(ops: Operations, command: Command, row: Row) -> Process:
    """Send teams to facilities that are out, or bridges down; done when all are at work."""
    what = command.params.what

    def work_in(zones: Rows) -> Work:
        return Bridges(ops, zones) if what == "bridges" else Outages(ops, zones, what)

    yield from deploy(ops, command, row, work_in)
