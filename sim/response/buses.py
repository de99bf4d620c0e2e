"""Standing order of buses: from the depot to meeting points, full to a shelter, and again."""

from __future__ import annotations

import math
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
    zones = yield from ops.zones_once_known(params.zones, row)
    if len(zones) == 0:
        return
    if ops.resources.count("bus") == 0:
        row.lacks("no_bus")
        return
    meeting = ops.stage.meeting_nodes(zones)
    if not meeting:
        return  # nobody lives there
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
        if not (yield from drive(ops, bus, node, within_m=parameter("response.reach").si)):
            row.hindrance = "road_cut"
            continue
        if not reached.triggered:
            reached.succeed()
        yield from _serve(ops, command, row, bus, zone)
    if not reached.triggered:
        row.lacks("road_cut")
        reached.succeed()
    bus.duty = "returning"
    yield from drive(ops, bus, bus.base_node)
    ops.resources.give_back(bus)


def _serve(ops: Operations, command: Command, row: Row, bus: Bus, zone: int) -> Process:
    """Carry trip after trip from where the bus stands, and wait while people still get ready."""
    people, stop = ops.stage.people, bus.node
    while people.may_take_a_bus(zone):
        yield from _fill(ops, bus, zone)
        if len(people.waiting_for_bus(zone)) == 0:
            continue  # another bus took them
        if not (yield from _one_trip(ops, command, row, bus, zone, stop)):
            return


def _fill(ops: Operations, bus: Bus, zone: int) -> Process:
    """Wait until a busload is there; for no more than ``response.bus_wait`` once anybody is."""
    people, waited_s = ops.stage.people, 0.0
    longest_s = parameter("response.bus_wait").si
    while people.may_take_a_bus(zone):
        waiting = people.waiting_for_bus(zone)
        full = people.count_in(waiting) >= bus.seats
        if len(waiting) and (full or waited_s >= longest_s):
            return
        yield ops.env.timeout(ops.stage.step_s)
        waited_s += ops.stage.step_s if len(waiting) else 0.0


def _one_trip(
    ops: Operations, command: Command, row: Row, bus: Bus, zone: int, stop: int
) -> Generator[simpy.Event, Any, bool]:
    """Load, drive to a shelter with room, unload, come back; False when that is not possible.

    A household of a sample that stands for more people than there are seats takes several rounds.
    """
    people = ops.stage.people
    first = people.count_in(people.waiting_for_bus(zone)[:1])
    among = ops.stage.shelter_rows(command.params.shelters, ops)
    shelter = people.shelters.with_room(stop, first, among)
    if shelter is None:
        row.hindrance = "shelter_full"
        return False
    aboard = people.board(zone, min(bus.seats, people.shelters.room(shelter)), cause=command.event)
    n_people = people.count_in_state(aboard, "on_bus")
    people.shelters.expect(shelter, n_people)
    load_s = parameter("response.boarding").si * n_people
    yield ops.env.timeout(load_s)
    there = True
    for extra in range(max(1, math.ceil(n_people / bus.seats))):
        if extra:
            there = there and (yield from drive(ops, bus, stop))
        there = there and (yield from drive(ops, bus, people.shelters.node_of(shelter)))
    people.shelters.expect(shelter, -n_people)
    if not there:
        row.hindrance = "road_cut"
        people.put_down(aboard, bus.node)
        return False
    yield ops.env.timeout(load_s)
    event = ops.log.add(ops.now_s, "bus_unloaded", bus.id, cause=command.event, people=n_people)
    people.shelters.take_in(aboard, shelter, cause=event)
    row.detail["by_bus"] = row.detail.get("by_bus", 0) + n_people
    return bool((yield from drive(ops, bus, stop)))
