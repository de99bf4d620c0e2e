"""Standing order of a shelter: somebody goes there with the key, makes it ready, opens it."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import simpy

from sim.response.command import Command
from sim.response.ledger import Row
from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from sim.response.operations import Operations

Process = Generator[simpy.Event, Any, None]


def open_shelter(ops: Operations, command: Command, row: Row) -> Process:
    """Open the named shelters; done when the last of them is open."""
    rows = ops.stage.shelter_rows(command.params.shelters, ops.seen_by(command.by))
    closed = [shelter for shelter in rows if not ops.stage.people.shelters.is_open(shelter)]
    work = [ops.env.process(_open(ops, command, row, shelter)) for shelter in closed]
    if work:
        yield simpy.AllOf(ops.env, work)
    if len(rows) and not any(ops.stage.people.shelters.is_open(shelter) for shelter in rows):
        row.lacks("shelter_flooded")


def _open(ops: Operations, command: Command, row: Row, shelter: int) -> Process:
    facilities = ops.stage.world.facilities
    name = str(facilities.id[shelter])
    spread = ops.stage.streams.generator(f"open/{name}").random()
    yield ops.env.timeout(parameter("response.shelter_opening").si * (0.5 + spread))
    if ops.stage.site_depth_m(shelter) > parameter("buildings.sill").si:
        row.detail["flooded"] = row.detail.get("flooded", 0) + 1
        ops.log.add(ops.now_s, "shelter_flooded", name, cause=command.event)
        return
    ops.stage.people.shelters.open(shelter)
    ops.watch_shelters()
    row.event["work"] = ops.log.add(
        ops.now_s,
        "shelter_opened",
        name,
        cause=command.event,
        places=int(facilities.capacity[shelter]),
    )
    row.detail["shelters"] = row.detail.get("shelters", 0) + 1
