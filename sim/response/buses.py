"""Standing order of buses: from the depot to meeting points, full to a shelter, and again."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import simpy

from sim.agents.units import Bus
from sim.response.command import Command
from sim.response.ledger import Row
from sim.response.travel import drive
from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from sim.response.operations import Operations

Process = Generator[simpy.Event, Any, None]


def dispatch_buses(ops: Operations, command: Command, row: Row) -> Process:
    """Send buses to zones; done when the first round of all of them has been at its zone."""
    params = command.params
    zones = ops.stage.zone_rows(params.zones, ops)
    if len(zones) == 0:
        return
    if ops.resources.count("bus") == 0:
        row.hindrance = "no_bus"
        return
    meeting = ops.stage.meeting_nodes(zones)
    first_round = [ops.env.event() for _ in range(params.count)]
    for number, reached in enumerate(first_round):
        places = meeting[number % len(meeting) :] + meeting[: number % len(meeting)]
        ops.env.process(_shuttle(ops, command, row, places, reached))
    yield simpy.AllOf(ops.env, first_round)


def _shuttle(
    ops: Operations,
    command: Command,
    row: Row,
    places: list[tuple[int, int]],
    reached: simpy.Event,
) -> Process:
    """Carry people from (zone, node) places to shelters until nobody waits for a bus."""
    asked_s = ops.now_s
    bus = yield from ops.resources.take("bus", places[0][1])
    if ops.now_s > asked_s:
        row.hindrance = "no_bus"
    yield ops.env.timeout(parameter("response.bus_mobilisation").si)
    row.event["work"] = ops.log.add(ops.now_s, "bus_sent", bus.id, cause=command.event)
    for zone, node in places:
        if not (yield from drive(ops, bus, node)):
            row.hindrance = "road_cut"
            continue
        if not reached.triggered:
            reached.succeed()
        while len(ops.stage.people.waiting_for_bus(zone)):
            if not (yield from _one_trip(ops, command, row, bus, zone, node)):
                break
    if not reached.triggered:
        reached.succeed()
    bus.duty = "returning"
    yield from drive(ops, bus, bus.base_node)
    ops.resources.give_back(bus)


def _one_trip(
    ops: Operations, command: Command, row: Row, bus: Bus, zone: int, node: int
) -> Generator[simpy.Event, Any, bool]:
    """Load, drive to a shelter with room, unload, come back; False when that is not possible."""
    people = ops.stage.people
    shelter = people.shelter_with_room(node)
    if shelter is None:
        row.hindrance = "shelter_full"
        return False
    aboard = people.board(zone, bus.seats, cause=command.event)
    seconds_each = parameter("response.boarding").si
    yield ops.env.timeout(seconds_each * len(aboard))
    if not (yield from drive(ops, bus, people.shelter_node(shelter))):
        row.hindrance = "road_cut"
        people.put_down(aboard, bus.node)
        return False
    yield ops.env.timeout(seconds_each * len(aboard))
    event = ops.log.add(
        ops.now_s, "bus_unloaded", bus.id, cause=command.event, people=people.count(aboard)
    )
    people.take_in(aboard, shelter, cause=event)
    row.detail["by_bus"] = row.detail.get("by_bus", 0) + people.count(aboard)
    return bool((yield from drive(ops, bus, node)))
