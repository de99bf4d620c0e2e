"""Standing orders around earthquakes: people into the open, gas shut off."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import numpy as np
import simpy

from sim.agents.warning import Message
from sim.response.command import Command
from sim.response.ledger import Row
from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from sim.response.operations import Operations

Process = Generator[simpy.Event, Any, None]


def shelter_outdoors(ops: Operations, command: Command, row: Row) -> Process:
    """Call zones into the open; done when ``response.called_share`` of those there have heard it.

    Who stays indoors in spite of it is not waited for; the ledger's row says how many came out.
    """
    params, people = command.params, ops.stage.people
    zones = ops.stage.zone_rows(params.zones, ops.seen_by(command.by))
    households = people.meant(zones, ("everyone",))
    if len(households) == 0:
        return
    event = ops.log.add(
        ops.now_s,
        "outdoors_ordered",
        command.clause or command.by,
        cause=command.event,
        zones=len(zones),
        people=people.count_in(households),
    )
    row.event["work"] = event
    number = people.warn(
        Message(
            id=command.clause or f"order-{command.event}",
            colour="red",
            advice="shelter_outdoors",
            zones=zones,
            channels=tuple(params.channels),
            issued_s=ops.now_s,
            cause=event,
            until_s=ops.now_s + params.lasting,
        )
    )
    ends_s = ops.now_s + params.lasting
    may_miss = (1.0 - parameter("response.called_share").si) * people.count_in(households)
    while people.not_told(households, number) > may_miss and ops.now_s < ends_s:
        yield ops.env.timeout(ops.stage.step_s)
    row.detail["not_told"] = people.not_told(households, number)
    row.detail["outdoors"] = people.count_in_state(households, "outdoors")


def close_gas(ops: Operations, command: Command, row: Row) -> Process:
    """Shut off the gas of each zone, all at the same time."""
    zones = ops.stage.zone_rows(command.params.zones, ops.seen_by(command.by))
    if len(zones) == 0:
        return
    spread = ops.stage.streams.at("close_gas", 0, zones)
    half_s = parameter("response.gas_closing").si / 2
    began_s = ops.now_s
    for turn in np.argsort(spread, kind="stable"):
        yield ops.env.timeout(began_s + half_s * (1 + 2 * spread[turn]) - ops.now_s)
        zone = int(zones[turn])
        row.event["work"] = ops.log.add(
            ops.now_s,
            "gas_closed",
            str(ops.stage.world.zones.id[zone]),
            cause=command.event,
            buildings=ops.stage.close_gas(zone),
        )
