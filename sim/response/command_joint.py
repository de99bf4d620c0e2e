"""Standing order of a joint command: its members are called together and sit down in one room."""

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


def set_up_command(ops: Operations, command: Command, row: Row) -> Process:
    """Set a joint command up; from then on its members know the same and keep one list of tasks.

    Who cannot be reached is not in it. A forward command is at the place and decides faster.
    """
    asked = command.params.members
    calls = {name: ops.env.process(_call(ops, command, name)) for name in asked}
    yield simpy.AllOf(ops.env, calls.values())
    came = frozenset(name for name, call in calls.items() if call.value)
    if len(came) < len(asked):
        row.lacks("no_way_to_call")
    yield ops.env.timeout(parameter("command.set_up").si)
    members = came | ({command.by} & ops.desks.keys())
    ops.lines.join(members)
    for name in members:
        ops.desks[name].forward |= command.params.forward
    row.event["work"] = ops.log.add(
        ops.now_s, "command_set_up", command.by, cause=command.event, posts=len(members)
    )


def _call(ops: Operations, command: Command, post: str) -> Generator[simpy.Event, Any, bool]:
    ends = ops.comms.ends
    sender = ends.get(command.by, ends[post])
    called = yield from ops.comms.call(sender, ends[post], f"join/{post}/{command.event}")
    return called is not None
