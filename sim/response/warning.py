"""Standing order of a warning: written, cleared, and sent out by its channels."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import simpy

from sim.agents.warning import Message
from sim.response.command import Command
from sim.response.ledger import Row
from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from sim.response.operations import Operations

Process = Generator[simpy.Event, Any, None]


def issue_warning(ops: Operations, command: Command, row: Row) -> Process:
    """Send a warning out; done when it is with the channels, from where people hear it."""
    params = command.params
    zones = yield from ops.zones_once_known(params.zones, row)
    if len(zones) == 0:
        return
    yield ops.env.timeout(parameter("response.issue").si)
    channels = (params.channels,) if isinstance(params.channels, str) else tuple(params.channels)
    event = ops.log.add(
        ops.now_s,
        "warning_issued",
        command.clause or command.by,
        cause=command.event,
        level=params.level,
        advice=params.advice,
        channels=" ".join(channels),
        zones=len(zones),
    )
    ops.stage.people.warn(
        Message(
            id=command.clause or f"order-{command.event}",
            colour=params.level,
            advice=params.advice,
            zones=zones,
            channels=channels,
            issued_s=ops.now_s,
            cause=event,
        )
    )
    _tell_posts(ops, command.by, params.level, event)
    row.event["work"] = event


def _tell_posts(ops: Operations, by: str, colour: str, event: int) -> None:
    """Bring the warning of a flood office or city to the other posts."""
    office = ops.desks[by].post.office if by in ops.desks else None
    if office is None:
        return
    delay_s = parameter("reports.warning_delay").si
    for post in ops.desks:
        if post != by:
            ops.later(delay_s, post, ("warning", office), colour, event)
