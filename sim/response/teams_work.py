"""Standing orders of teams at work: called out, from task to task, to rest, and relieved.

An order for so many units opens that many places in a `Deployment` on a pool of tasks; each place
is filled by one unit after another, for a shift at a time, as long as there is work. A task that is
not finished goes back to the pool, so that whatever breaks a unit off (rest, a recall, no way)
loses nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import simpy
from numpy.typing import NDArray

from sim.agents.units import RescueTeam
from sim.response.command import Command
from sim.response.dispatch import Call, choose
from sim.response.ledger import Row
from sim.response.teams_pool import Process, Work
from sim.response.travel import NO_WAY_S, drive, no_way
from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from sim.response.operations import Operations

#: hindrances of units that never got to their work
_NO_WAY: Final = ("road_cut", "road_limit")


class Deployment:
    """Units at work for one order.

    Parameters
    ----------
    ops : Operations
    work : Work
    trade : str
        Kind or skill of the units.
    rule : str
        Of `sim.response.dispatch.RULES`.

    Attributes
    ----------
    withdrawn : bool
        Whether the order was called off; who carries people still brings them in.
    """

    def __init__(
        self, ops: Operations, command: Command, row: Row, work: Work, *, trade: str, rule: str
    ) -> None:
        self.ops, self.command, self.row, self.work = ops, command, row, work
        self.trade, self.rule = trade, rule
        self.withdrawn = False
        self._places: dict[simpy.Process, RescueTeam | None] = {}
        ops.deployments.setdefault(command.clause, []).append(self)

    def open(self, count: int, node: int) -> Process:
        """Send so many units; the order is done when all of them have begun, or nothing is left.

        Units that do not exist are lacking. Another round of a clause whose units are still at work
        needs no more of them.
        """
        ops = self.ops
        earlier = ops.deployments[self.command.clause]
        if self.command.clause and any(one.at_work for one in earlier if one is not self):
            return
        there = ops.resources.count(self.trade, self.work.skill)
        if there < count:
            self.row.lacks("no_team")
        begun = [ops.env.event() for _ in range(min(count, there))]
        for started in begun:
            process = ops.env.process(self._place(node, started))
            self._places[process] = None
        ops.env.process(self._until_begun(begun))
        yield simpy.AllOf(ops.env, begun)

    def _until_begun(self, begun: list[simpy.Event]) -> Process:
        """Note for whom a place waits, and give the places up when nothing is left to do."""
        while not all(event.triggered for event in begun):
            yield self.ops.env.timeout(self.ops.stage.step_s)
            if None in self._places.values():
                self.row.hindrance = "no_team"
            if self.work.over():
                self._call_nobody_more()

    @property
    def at_work(self) -> bool:
        """Whether units are out, or awaited, for this order."""
        return any(process.is_alive for process in self._places)

    def withdraw(self) -> None:
        """Call everybody off: who drives or works stops now, who carries people finishes first."""
        self.withdrawn = True
        for process, unit in list(self._places.items()):
            if process.is_alive and (unit is None or unit.aboard == 0):
                process.interrupt("recalled")

    def _call_nobody_more(self) -> None:
        """Give up the places that still wait for a unit."""
        for process, unit in list(self._places.items()):
            if process.is_alive and unit is None:
                process.interrupt("nothing left")

    def _place(self, node: int, begun: simpy.Event) -> Process:
        """Fill one place, shift after shift, while there is work."""
        me = self.ops.env.active_process
        assert me is not None
        try:
            while not self.withdrawn and not self.work.over():
                unit = yield from self._call_out(node)
                self._places[me] = unit
                yield from self._shift(unit, begun)
        except simpy.Interrupt:
            pass
        finally:
            unit_here = self._places.pop(me)
            if not begun.triggered:
                if self.row.hindrance in _NO_WAY and not self.withdrawn:
                    self.row.lacks(self.row.hindrance)  # nothing is left, and it never got there
                begun.succeed()
            if unit_here is not None:
                self.ops.env.process(go_home(self.ops, unit_here))

    def _call_out(self, node: int) -> Generator[simpy.Event, Any, RescueTeam]:
        """Take a unit; it turns out and comes onto the map."""
        unit = yield from self.ops.resources.take(
            self.trade, node, self.rule, skill=self.work.skill
        )
        assert isinstance(unit, RescueTeam)
        me = self.ops.env.active_process
        assert me is not None
        self._places[me] = unit
        unit.duty = "turning_out"
        unit.sent = self.ops.log.add(
            self.ops.now_s, "team_called", unit.id, cause=self.command.event, trade=unit.kind
        )
        yield self.ops.env.timeout(unit.turnout_s + unit.outside_s)
        unit.shift_ends_s = self.ops.now_s + unit.spec.endurance_s
        unit.sent = self.ops.log.add(
            self.ops.now_s, "team_sent", unit.id, cause=unit.sent, trade=unit.kind
        )
        return unit

    def _shift(self, unit: RescueTeam, begun: simpy.Event) -> Process:
        """Go from task to task until the shift ends or nothing is left."""
        ops, lost = self.ops, set[int]()
        me = ops.env.active_process
        assert me is not None
        while not self.withdrawn and ops.now_s < unit.shift_ends_s and not self.work.over():
            calls = [call for call in self.work.calls(unit) if call.key not in lost]
            picked = choose(ops, self.rule, unit, calls)
            if picked is None:
                if calls:
                    self.row.hindrance = no_way(ops, unit, *(call.node for call in calls))
                if not begun.triggered and not calls:
                    begun.succeed()  # it stands by where it is needed
                unit.duty = "ready"
                yield ops.env.timeout(NO_WAY_S if calls else _to_next_tick_s(ops))
                continue
            call = calls[picked]
            self.work.claim(unit, call)
            try:
                reached = yield from self._go(unit, call)
                if reached:
                    if not begun.triggered:
                        begun.succeed()
                    yield from self.work.do(unit, call, self)
                else:
                    lost.add(call.key)
            finally:
                self.work.release(unit, call)
        self._places[me] = None
        ops.env.process(go_home(ops, unit))

    def _go(self, unit: RescueTeam, call: Call) -> Generator[simpy.Event, Any, bool]:
        ops, began_s = self.ops, self.ops.now_s
        if not (yield from drive(ops, unit, call.node, within_m=parameter("response.reach").si)):
            self.row.hindrance = no_way(ops, unit, call.node)
            ops.log.add(ops.now_s, "team_gave_up", unit.id, cause=unit.sent)
            return False
        driven_min = round((ops.now_s - began_s) / 60, 1)
        unit.there = ops.log.add(
            ops.now_s, "team_arrived", unit.id, cause=unit.sent, driven_min=driven_min
        )
        self.row.event["work"] = unit.there
        self.row.detail["arrivals"] = self.row.detail.get("arrivals", 0) + 1
        unit.duty = "working"
        return True


def _to_next_tick_s(ops: Operations) -> float:
    """Return the time to the next tick: all who stand by ask again at the same moment."""
    step_s = ops.stage.step_s
    return float((ops.now_s // step_s + 1.0) * step_s - ops.now_s) or step_s


def deploy(
    ops: Operations, command: Command, row: Row, work_in: Callable[[NDArray[np.int64]], Work]
) -> Process:
    """Send the teams that an order asks for to the work in its zones; done when all have begun."""
    params = command.params
    zones = ops.stage.zone_rows(params.zones, ops.seen_by(command.by))
    order = Deployment(ops, command, row, work_in(zones), trade=params.team, rule=params.rule)
    meeting = ops.stage.meeting_nodes(zones)
    yield from order.open(params.count, meeting[0][1] if meeting else 0)


def go_home(ops: Operations, unit: RescueTeam) -> Process:
    """Drive home, rest what the work was worth, and be free again."""
    began_s = unit.shift_ends_s - unit.spec.endurance_s
    worked = 0.0 if math.isinf(began_s) else min(1.0, (ops.now_s - began_s) / unit.spec.endurance_s)
    unit.duty = "returning"
    while not (yield from drive(ops, unit, unit.base_node)):
        pass  # it waits where it is, and tries again
    unit.tank_m3, unit.shift_ends_s = unit.spec.tank_m3, math.inf
    if worked >= parameter("rescue.rest_from").si:
        unit.duty = "resting"
        ops.log.add(ops.now_s, "team_rests", unit.id, cause=unit.sent)
        yield ops.env.timeout(unit.spec.rest_s * worked)
    ops.resources.give_back(unit)


def recall_teams(ops: Operations, command: Command, row: Row) -> Process:
    """Call the units of other clauses off; they are free for what is ordered next."""
    for clause in command.params.clauses:
        for deployment in ops.deployments.pop(clause, []):
            deployment.withdraw()
    yield ops.env.timeout(0.0)
