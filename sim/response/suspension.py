"""Standing order of a suspension: schools and work stop, and who would be there stays at home."""

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


def suspend(ops: Operations, command: Command, row: Row) -> Process:
    """Stop schools, work or traffic in zones; done when all have been told.

    Pupils and those of working age who live there stay at home from then on, whatever the hour, and
    go there if they are out. Passengers of buses and the metro are not simulated: for them the
    order is only logged.
    """
    params = command.params
    zones = yield from ops.zones_once_known(params.zones, row)
    yield ops.env.timeout(parameter("command.suspension").si)
    people = ops.stage.people.keep_home(zones, frozenset(params.what))
    row.detail["people"] = people
    row.event["work"] = ops.log.add(
        ops.now_s, "suspended", " ".join(params.what), cause=command.event, people=people
    )
