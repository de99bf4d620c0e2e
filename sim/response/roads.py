"""Standing orders about roads: guards and barriers at points, and away again."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import numpy as np
import simpy

from sim.response.command import Command
from sim.response.ledger import Row
from sim.response.teams import send_team
from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from sim.response.operations import Operations

Process = Generator[simpy.Event, Any, None]


def close_road(ops: Operations, command: Command, row: Row) -> Process:
    """Send a street team to each point; the road is shut when its barrier stands."""
    points = ops.stage.points_called(command.params.points, ops.seen_by(command.by))
    work = [ops.env.process(_bar(ops, command, row, point)) for point in points]
    yield simpy.AllOf(ops.env, work)


def _bar(ops: Operations, command: Command, row: Row, point: str) -> Process:
    node, edges = ops.stage.point_node(point), ops.stage.point_edges(point)
    team = yield from send_team(ops, "street", node, command, row)
    if team is None:
        return
    yield ops.env.timeout(parameter("response.barrier").si)
    ops.stage.bar(edges, barred=True)
    row.event["work"] = ops.log.add(
        ops.now_s, "road_barred", point, cause=command.event, by=team.id, edges=len(edges)
    )
    ops.resources.give_back(team)


def reopen_road(ops: Operations, command: Command, row: Row) -> Process:
    """Take each barrier away once the water there is shallow enough."""
    points = ops.stage.points_called(command.params.points, ops.seen_by(command.by))
    work = [ops.env.process(_unbar(ops, command, row, point)) for point in points]
    yield simpy.AllOf(ops.env, work)


def _unbar(ops: Operations, command: Command, row: Row, point: str) -> Process:
    edges = ops.stage.point_edges(point)
    while np.any(ops.stage.edge_depth_m()[edges] > command.params.below):
        yield ops.env.timeout(parameter("reports.gauge_every").si)
    yield ops.env.timeout(parameter("response.barrier").si)
    ops.stage.bar(edges, barred=False)
    row.event["work"] = ops.log.add(ops.now_s, "road_unbarred", point, cause=command.event)
