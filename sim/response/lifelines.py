"""Streets cleared of debris, facilities brought back to work: the way opened for others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.agents.units import RescueTeam
from sim.response.command import Command
from sim.response.dispatch import Call
from sim.response.ledger import Row
from sim.response.lifelines_bridges import Bridges
from sim.response.rescue import centre
from sim.response.teams_work import Deployment, Process, Work
from sim.scenario.parameters import parameter
from sim.world.tables import FACILITY_KINDS, ROAD_CLASSES
from sim.world.zoning import zone_cells, zones_at

if TYPE_CHECKING:
    from sim.response.operations import Operations

Rows = NDArray[np.int64]
_HOUR_S: Final = 3600.0
#: who is given power or the network first, from left to right; all others after them
_FIRST: Final = ("hospital", "command_post", "base_station", "pumping_station", "shelter")


class Debris:
    """The streets of some zones that debris leaves too narrow, one call a street.

    Parameters
    ----------
    ops : Operations
    zones : (m,) int64
        Rows of `Zones`, of any level.
    """

    skill = "clear_road"

    def __init__(self, ops: Operations, zones: Rows) -> None:
        self._ops = ops
        world = ops.stage.world
        roads, nodes = world.roads, world.nodes
        x_m = (nodes.x_m[roads.from_node] + nodes.x_m[roads.to_node]) / 2
        y_m = (nodes.y_m[roads.from_node] + nodes.y_m[roads.to_node]) / 2
        self._zone = zones_at(world, zone_cells(world, "community"), x_m, y_m)
        self._inside = ops.stage.people.residents.zones_within(zones)[self._zone]
        ends = np.sort(np.column_stack((roads.from_node, roads.to_node)), axis=1)
        _, self._street = np.unique(ends, axis=0, return_inverse=True)
        self._taken: set[int] = set()

    def over(self) -> bool:
        """Whether every street is wide enough."""
        return len(self._narrow()) == 0

    def calls(self, unit: RescueTeam) -> Sequence[Call]:
        """Return the streets nobody works at; the wider the class the more urgent."""
        roads = self._ops.stage.world.roads
        narrow = self._narrow()
        _, first = np.unique(self._street[narrow], return_index=True)
        return [
            Call(
                key=int(edge),
                node=int(roads.from_node[edge]),
                urgency=float(len(ROAD_CLASSES) - roads.road_class[edge]),
                zone=int(self._zone[edge]),
                work_s=self._takes_s(unit, int(edge)),
            )
            for edge in narrow[np.sort(first)].tolist()
            if int(self._street[edge]) not in self._taken
        ]

    def claim(self, unit: RescueTeam, call: Call) -> None:
        """Give a street to a team."""
        self._taken.add(int(self._street[call.key]))

    def release(self, unit: RescueTeam, call: Call) -> None:
        """Take it back."""
        self._taken.discard(int(self._street[call.key]))

    def do(self, unit: RescueTeam, call: Call, order: Deployment) -> Process:
        """Push debris aside along the whole street; both directions are then free."""
        ops = self._ops
        yield ops.env.timeout(self._takes_s(unit, call.key))
        both = np.flatnonzero(self._street == self._street[call.key])
        free_m = ops.stage.states["road_free_m"]
        free_m[both] = np.maximum(free_m[both], parameter("rescue.debris_clear_width").si)
        order.row.event["work"] = ops.log.add(
            ops.now_s, "street_cleared", f"edge-{call.key}", cause=unit.there, team=unit.id
        )
        order.row.detail["streets"] = order.row.detail.get("streets", 0) + 1

    def _narrow(self) -> Rows:
        states = self._ops.stage.states
        if not states.touched("road_free_m"):
            return np.zeros(0, dtype=np.int64)
        wanted_m = parameter("rescue.debris_clear_width").si
        by_car = self._ops.stage.world.roads.lanes > 0
        return np.flatnonzero((states["road_free_m"] < wanted_m) & self._inside & by_car)

    def _takes_s(self, unit: RescueTeam, edge: int) -> float:
        length_m = float(self._ops.stage.world.roads.length_m[edge])
        return length_m / unit.spec.clear_m_per_h * _HOUR_S


class Outages:
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
        self._ops, self._what = ops, what
        self.skill = f"repair_{what}"
        facilities = ops.stage.world.facilities
        inside = ops.stage.people.residents.zones_within(zones)[facilities.zone]
        base_stations = facilities.kind == FACILITY_KINDS.index("base_station")
        self._wanted = inside & base_stations if what == "communications" else inside
        self._taken: set[int] = set()

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
            if row not in self._taken
        ]

    def claim(self, unit: RescueTeam, call: Call) -> None:
        """Give a facility to a team."""
        self._taken.add(call.key)

    def release(self, unit: RescueTeam, call: Call) -> None:
        """Take it back."""
        self._taken.discard(call.key)

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
    params: Any = command.params
    zones = ops.stage.zone_rows(params.zones, ops.seen_by(command.by))
    work = Debris(ops, zones)
    order = Deployment(ops, command, row, work, trade=params.team, rule=params.rule)
    yield from order.open(params.count, centre(ops, zones))


def repair(ops: Operations, command: Command, row: Row) -> Process:
    """Send teams to facilities that are out, or bridges down; done when all are at work."""
    params: Any = command.params
    zones = ops.stage.zone_rows(params.zones, ops.seen_by(command.by))
    bridges = params.what == "bridges"
    work: Work = Bridges(ops, zones) if bridges else Outages(ops, zones, params.what)
    order = Deployment(ops, command, row, work, trade=params.team, rule=params.rule)
    yield from order.open(params.count, centre(ops, zones))
