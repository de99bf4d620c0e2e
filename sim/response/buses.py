"""Standing order of buses: from the depot to meeting points, full to a shelter, and again."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import numpy as np
import simpy

from sim.agents.units import Bus
from sim.response.command import Command
from sim.response.ledger import Row
from sim.response.shelters_choice import shelter_for
from sim.response.travel import NO_WAY_S, drive, no_way
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
    lost = "road_cut"
    for zone, node in places:
        if not (yield from drive(ops, bus, node, within_m=parameter("response.reach").si)):
            row.hindrance = lost = no_way(ops, bus, node)
            continue
        if not reached.triggered:
            reached.succeed()
        yield from _serve(ops, command, row, bus, zone)
    if not reached.triggered:
        row.lacks(lost)
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
    shelter = yield from _await_shelter(ops, command, row, bus, zone)
    if shelter is None:
        return len(people.waiting_for_bus(zone)) == 0  # another bus took them meanwhile
    room = people.shelters.room(shelter)
    aboard = people.board(zone, min(bus.seats, room), cause=command.event)
    n_people = people.count_in_state(aboard, "on_bus")
    people.shelters.expect(shelter, n_people)
    load_s = parameter("response.boarding").si * n_people
    yield ops.env.timeout(load_s)
    goal = yield from _bring(ops, command, bus, shelter, n_people)
    there = goal is not None
    for _ in range(1, math.ceil(n_people / bus.seats) if there else 0):
        there = there and (yield from drive(ops, bus, stop))
        there = there and (yield from drive(ops, bus, people.shelters.node_of(goal)))
    if goal is not None:
        people.shelters.expect(goal, -n_people)
    if goal is None or not there:
        row.hindrance = no_way(ops, bus, people.shelters.node_of(shelter))
        people.put_down(aboard, bus.node)
        return False
    yield ops.env.timeout(load_s)
    event = ops.log.add(ops.now_s, "bus_unloaded", bus.id, cause=command.event, people=n_people)
    people.shelters.take_in(aboard, goal, cause=event)
    row.detail["by_bus"] = row.detail.get("by_bus", 0) + n_people
    return bool((yield from drive(ops, bus, stop)))


def _await_shelter(
    ops: Operations, command: Command, row: Row, bus: Bus, zone: int
) -> Generator[simpy.Event, Any, int | None]:
    """Wait until a shelter with room can be reached from where the bus stands; None for in vain."""
    people, waited_s = ops.stage.people, 0.0
    while len(waiting := people.waiting_for_bus(zone)):
        persons = people.count_in(waiting[:1])
        among = ops.stage.shelter_rows(command.params.shelters, ops)
        choice = shelter_for(ops, command.by, bus, persons, among)
        if choice is not None:
            if choice.second:
                _log_second(ops, command, bus, choice.shelter)
            return choice.shelter
        roomy = [people.shelters.node_of(one) for one in people.shelters.with_room(persons)]
        row.hindrance = no_way(ops, bus, *roomy) if roomy else "shelter_full"
        if waited_s >= parameter("response.give_up").si or row.hindrance == "shelter_full":
            return None
        waited_s += NO_WAY_S
        yield ops.env.timeout(NO_WAY_S)
    return None


def _bring(
    ops: Operations, command: Command, bus: Bus, shelter: int, n_people: int
) -> Generator[simpy.Event, Any, int | None]:
    """Drive to a shelter; where its way is cut, or its keepers send people away, to the next.

    Returns the shelter reached, in which places are kept for those aboard; None, and no places,
    where no way is left.
    """
    shelters, tried = ops.stage.people.shelters, [shelter]
    while True:
        there = yield from drive(ops, bus, shelters.node_of(shelter), patient=False)
        if there and not _is_given_up(ops, command, shelter):
            return shelter
        choice = shelter_for(ops, command.by, bus, n_people, apart_from=np.array(tried))
        if choice is None or (there and choice.second):
            break
        shelters.expect(shelter, -n_people)
        shelter = choice.shelter
        shelters.expect(shelter, n_people)
        tried.append(shelter)
        _log_second(ops, command, bus, shelter)
    if there or (yield from drive(ops, bus, shelters.node_of(shelter))):
        return shelter
    shelters.expect(shelter, -n_people)
    return None


def _is_given_up(ops: Operations, command: Command, shelter: int) -> bool:
    """Whether the keepers of a shelter send everybody away; the driver tells his post if so."""
    life = ops.shelter_life
    failed = -1 if life is None else life.onward.given_up_by(shelter)
    if failed < 0:
        return False
    if command.by in ops.desks:
        name = ops.log[failed].who
        ops.lines.tell(command.by, ("event", "shelter_failed", name), ops.now_s, failed)
    return True


def _log_second(ops: Operations, command: Command, bus: Bus, shelter: int) -> None:
    """Log that a bus goes to another shelter than the order, or it itself, had in mind."""
    name = str(ops.stage.world.facilities.id[shelter])
    ops.log.add(ops.now_s, "bus_diverted", bus.id, cause=command.event, to=name)
