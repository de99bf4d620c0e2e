"""Orders that change what posts know: the response level, notices, reports upwards."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import simpy

from sim.response.command import Command
from sim.response.communications import Delivery
from sim.response.ledger import Row
from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from sim.response.operations import Operations

Process = Generator[simpy.Event, Any, None]


def set_response_level(ops: Operations, command: Command, row: Row) -> Process:
    """Set the level for everybody: the post that orders knows at once, and calls the others."""
    before, ops.level = ops.level, command.params.level
    event = ops.log.add(
        ops.now_s, "level_set", ops.level, cause=command.event, before=before, by=command.by
    )
    ops.level_event = event
    row.event["work"] = event
    first = command.by if command.by in ops.desks else next(iter(ops.desks))
    ops.lines.tell(first, ("level",), ops.level, event)
    yield ops.env.timeout(parameter("reports.hand_over").si)


def notify_post(ops: Operations, command: Command, row: Row) -> Process:
    """Call the named posts one after another; each knows when its call is over."""
    posts = command.params.posts
    for post in (posts,) if isinstance(posts, str) else posts:
        delivery = yield from _reach(ops, command, post)
        if delivery is None:
            row.lacks("no_way_to_call")
            continue
        if delivery.tries > 1:
            row.hindrance = "lines_busy"
        event = ops.log.add(
            ops.now_s,
            "post_notified",
            post,
            cause=command.event,
            by=command.by,
            way=delivery.channel,
        )
        ops.tell(post, ("event", "post_notified", command.by), ops.now_s, event)
        row.event["work"] = event


def _reach(
    ops: Operations, command: Command, post: str
) -> Generator[simpy.Event, Any, Delivery | None]:
    """Call a post; a player's call comes from its own desk, and is through at once."""
    ends = ops.comms.ends
    sender = ends.get(command.by, ends[post])
    matter = f"{command.by}/{post}/{command.clause}/{command.event}"
    return (yield from ops.comms.call(sender, ends[post], matter))


def report(ops: Operations, command: Command, row: Row) -> Process:
    """Report upwards once, and again at every interval until the run ends."""
    params = command.params
    yield from _report_once(ops, command, row)
    if params.every is not None:
        ops.env.process(_keep_reporting(ops, command, row))


def _keep_reporting(ops: Operations, command: Command, row: Row) -> Process:
    while True:
        yield ops.env.timeout(command.params.every)
        yield from _report_once(ops, command, row)


def _report_once(ops: Operations, command: Command, row: Row) -> Process:
    to = command.params.to
    delivery = yield from _reach(ops, command, to)
    if delivery is None:
        row.lacks("no_way_to_call")
        return
    event = ops.log.add(
        ops.now_s,
        "report_received",
        to,
        cause=command.event,
        by=command.by,
        way=delivery.channel,
    )
    ops.tell(to, ("event", "report_received", command.by), ops.now_s, event)
    row.event["work"] = event
    row.detail["reports"] = row.detail.get("reports", 0) + 1
