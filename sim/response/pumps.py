"""Standing order of mobile pumps: drive there, set up, pump until the point is dry."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import simpy

from sim.agents.units import PumpTruck
from sim.response.command import Command
from sim.response.ledger import Row
from sim.response.picture import DRY_M
from sim.response.travel import drive, no_way
from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from sim.response.operations import Operations

Process = Generator[simpy.Event, Any, None]


def run_pumps(ops: Operations, command: Command, row: Row) -> Process:
    """Bring so many pumps to each point; done when the last one that can come pumps."""
    params = command.params
    points = ops.stage.points_called(params.points, ops.seen_by(command.by))
    if ops.resources.count("pump") == 0:
        row.lacks("no_pump")
        return
    work = [
        ops.env.process(_bring(ops, command, row, point))
        for point in points
        for _ in range(params.units)
    ]
    yield simpy.AllOf(ops.env, work)


def _bring(ops: Operations, command: Command, row: Row, point: str) -> Process:
    node = ops.stage.point_node(point)
    asked_s = ops.now_s
    pump = yield from ops.resources.take("pump", node)
    if ops.now_s - asked_s > parameter("response.turnout").si:
        row.hindrance = "no_pump"
    yield ops.env.timeout(parameter("response.turnout").si)
    if not (yield from drive(ops, pump, node, within_m=parameter("response.pump_range").si)):
        row.lacks(no_way(ops, pump, node))
        ops.resources.give_back(pump)
        return
    yield ops.env.timeout(parameter("response.pump_setup").si)
    pump.duty = "working"
    started = ops.log.add(ops.now_s, "pump_started", pump.id, cause=command.event, point=point)
    row.event["work"] = started
    row.detail["pumps"] = row.detail.get("pumps", 0) + 1
    flow_m3_per_s = float(command.params.capacity)
    ops.env.process(_pump(ops, pump, point, flow_m3_per_s, started))


def _pump(
    ops: Operations, pump: PumpTruck, point: str, flow_m3_per_s: float, started: int
) -> Process:
    ops.stage.pump(point, flow_m3_per_s)
    while ops.stage.points_now()[point][0] > DRY_M:
        yield ops.env.timeout(parameter("reports.gauge_every").si)
    ops.stage.pump(point, -flow_m3_per_s)
    ops.log.add(ops.now_s, "pump_stopped", pump.id, cause=started, point=point)
    pump.duty = "returning"
    yield from drive(ops, pump, pump.base_node)
    ops.resources.give_back(pump)
