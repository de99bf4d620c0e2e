"""Standing orders at the end of a stay: people go home when they can, or to another shelter."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import numpy as np
import simpy
from numpy.typing import NDArray

from sim.agents.units import Bus
from sim.response.command import Command
from sim.response.ledger import Row
from sim.response.travel import drive, no_way
from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from sim.response.operations import Operations

Process = Generator[simpy.Event, Any, None]
Rows = NDArray[np.int64]


def close_shelter(ops: Operations, command: Command, row: Row) -> Process:
    """Close shelters; done when the last one is empty. Who has no fit home stays until he has."""
    rows = ops.stage.shelter_rows(command.params.shelters, ops.seen_by(command.by))
    work = [ops.env.process(_close(ops, command, row, shelter)) for shelter in rows.tolist()]
    yield simpy.AllOf(ops.env, work)


def _close(ops: Operations, command: Command, row: Row, shelter: int) -> Process:
    people = ops.stage.people
    if not people.shelters.is_open(shelter):
        return
    name = str(ops.stage.world.facilities.id[shelter])
    people.shelters.shut(shelter)
    while len(inside := people.guests.inside(shelter)):
        fit = inside[people.guests.home_is_fit(inside)]
        yield from _walk_home(ops, command, row, shelter, fit)
        if len(fit) < len(inside):
            row.hindrance = "homes_unfit"
            yield ops.env.timeout(parameter("shelters.look_at_home").si)
    row.event["work"] = ops.log.add(ops.now_s, "shelter_closed", name, cause=command.event)
    row.detail["shelters"] = row.detail.get("shelters", 0) + 1


def _walk_home(
    ops: Operations, command: Command, row: Row, shelter: int, households: Rows
) -> Process:
    """Let households go home on foot; each counts as sheltered until it is there."""
    people, began_s = ops.stage.people, ops.now_s
    pace = parameter("movement.walking_speed").si / parameter("shelters.detour").value
    takes_s = people.guests.way_home_m(households, shelter) / pace
    order = np.argsort(takes_s, kind="stable")
    households, takes_s = households[order], takes_s[order]
    first = 0
    while first < len(households):
        yield ops.env.timeout(ops.stage.step_s)
        last = int(np.searchsorted(takes_s, ops.now_s - began_s, "right"))
        if last > first:
            home = people.guests.go_home(households[first:last], shelter, cause=command.event)
            row.detail["home"] = row.detail.get("home", 0) + home
            first = last


def transfer_people(ops: Operations, command: Command, row: Row) -> Process:
    """Bring people by bus from one shelter to another until so many have moved, or all."""
    params, people = command.params, ops.stage.people
    source, target = (
        int(ops.stage.shelter_rows((name,), ops.seen_by(command.by))[0])
        for name in (params.from_, params.to)
    )
    if not people.shelters.is_open(target):
        row.lacks("shelter_full")
        return
    if ops.resources.count("bus") == 0:
        row.lacks("no_bus")
        return
    bus = yield from ops.resources.take("bus", people.shelters.node_of(source))
    yield ops.env.timeout(parameter("response.bus_mobilisation").si)
    moved = 0
    while moved < params.people and len(people.guests.inside(source)):
        seats = min(bus.seats, params.people - moved, people.shelters.room(target))
        if seats < 1:
            row.lacks("shelter_full")
            break
        carried = yield from ride(ops, bus, source, target, seats, cause=command.event)
        if carried < 1:
            cut = no_way(ops, bus, people.shelters.node_of(target))
            row.lacks(cut if carried < 0 else "shelter_full")
            break
        moved += carried
    row.detail["people"] = moved
    yield from drive(ops, bus, bus.base_node)
    ops.resources.give_back(bus)


def ride(
    ops: Operations, bus: Bus, source: int, target: int, seats: int, *, cause: int
) -> Generator[simpy.Event, Any, int]:
    """Carry one busload over; returns how many people it was, 0 for no room, -1 for no way.

    Who waits at the door of the first shelter goes before those inside.
    """
    shelters = ops.stage.people.shelters
    if not (yield from drive(ops, bus, shelters.node_of(source))):
        return -1
    room = shelters.room(target)
    if room < max(1, ops.stage.people.guests.next_party(source)):
        return 0
    seats = min(seats, room)
    aboard, n_people = ops.stage.people.guests.board_from(source, seats, cause=cause)
    load_s = parameter("response.boarding").si * n_people
    shelters.expect(target, n_people)
    yield ops.env.timeout(load_s)
    there = yield from drive(ops, bus, shelters.node_of(target))
    goal = target if there else source  # with no way they are let in again where they came from
    yield ops.env.timeout(load_s)
    shelters.expect(target, -n_people)
    event = ops.log.add(ops.now_s, "bus_unloaded", bus.id, cause=cause, people=n_people)
    shelters.take_in(aboard, goal, cause=event)
    return n_people if there else -1
