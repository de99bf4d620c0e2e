"""Standing order of a relocation: people are told to go, and it is seen that they went."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import simpy
from numpy.typing import NDArray

from sim.agents.decision import Order
from sim.agents.warning import Message
from sim.core.sets import common, union
from sim.response.command import Command
from sim.response.ledger import Row

if TYPE_CHECKING:
    from sim.response.operations import Operations

Rows = NDArray[np.int64]
Process = Generator[simpy.Event, Any, None]
#: so many people are looked at in one go
_LOOKED_AT: Final = 1000


def relocate_zone(ops: Operations, command: Command, row: Row) -> Process:
    """Order zones to leave, door to door; done when nobody who is to go is still there.

    Who refuses is not waited for; the ledger's row says how many did, and how many were ordered.
    """
    params, people = command.params, ops.stage.people
    zones = yield from ops.zones_once_known(params.zones, row)
    first = (params.first,) if isinstance(params.first, str) else tuple(params.first)
    households = _meant(ops, zones, first)
    if len(households) == 0:
        return
    event = ops.log.add(
        ops.now_s,
        "relocation_ordered",
        command.clause or command.by,
        cause=command.event,
        zones=len(zones),
        people=people.count_in(households),
    )
    row.event["work"] = event
    by = (params.by,) if isinstance(params.by, str) else tuple(params.by)
    name = command.clause or f"order-{command.event}"
    people.order(Order(name, households, by, row.deadline_s or float("inf"), event))
    people.warn(
        Message(
            id=f"{name}-order",
            colour="red",
            advice="leave_now",
            zones=zones,
            channels=("grid_worker",),
            issued_s=ops.now_s,
            cause=event,
            order=True,
        )
    )
    persons = people.residents.members(households)
    yield from _until_gone(ops, persons)
    row.detail.update(people.fate_of(households))
    row.event["work"] = ops.log.add(
        ops.now_s, "relocation_ended", command.clause or command.by, cause=event, **row.detail
    )


def _until_gone(ops: Operations, persons: Rows) -> Process:
    """Wait until nobody of so many is still to go.

    One part of them after another is looked at, so that a tick asks a few people and not a city;
    all together at the end, as somebody of an earlier part may have set out anew.
    """
    people = ops.stage.people
    parts = np.array_split(persons, max(1, len(persons) // _LOOKED_AT))
    while people.still_to_go(persons) > 0:
        for part in parts:
            while people.still_to_go(part) > 0:
                yield ops.env.timeout(ops.stage.step_s)


def _meant(ops: Operations, zones: Rows, first: tuple[str, ...]) -> Rows:
    """Return the households of zones that an order names; ``low_lying`` means whole zones."""
    people = ops.stage.people
    groups = tuple(group for group in first if group != "low_lying")
    households: Rows = people.meant(zones, groups)
    if "low_lying" in first:
        low = people.meant(ops.stage.zone_rows("low_lying", ops), ("everyone",))
        inside = common(low, people.meant(zones, ("everyone",)))
        households = union(households, inside)
    return households
