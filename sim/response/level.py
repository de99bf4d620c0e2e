"""Orders that change what posts know: the response level, notices, reports upwards."""

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


def set_response_level(ops: Operations, command: Command, row: Row) -> Process:
    """Set the level for everybody: the post that orders knows at once, the others are told."""
    before, ops.level = ops.level, command.params.level
    event = ops.log.add(
        ops.now_s, "level_set", ops.level, cause=command.event, before=before, by=command.by
    )
    ops.level_event = event
    row.event["work"] = event
    ops.tell(command.by, ("level",), ops.level, event)
    yield from _tell_others(ops, command.by, ("level",), ops.level, event)


def notify_post(ops: Operations, command: Command, row: Row) -> Process:
    """Call the named posts one after another; each knows when its call is over."""
    posts = command.params.posts
    for post in (posts,) if isinstance(posts, str) else posts:
        yield ops.env.timeout(parameter("reports.hand_over").si)
        event = ops.log.add(ops.now_s, "post_notified", post, cause=command.event, by=command.by)
        ops.tell(post, ("event", "post_notified", command.by), ops.now_s, event)
        row.event["work"] = event


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
    yield ops.env.timeout(parameter("reports.hand_over").si)
    event = ops.log.add(
        ops.now_s, "report_received", command.params.to, cause=command.event, by=command.by
    )
    ops.tell(command.params.to, ("event", "report_received", command.by), ops.now_s, event)
    row.event["work"] = event
    row.detail["reports"] = row.detail.get("reports", 0) + 1


def _tell_others(ops: Operations, by: str, key: tuple[str, ...], value: str, event: int) -> Process:
    """Tell every other post; calls go out together and take one hand-over time."""
    yield ops.env.timeout(parameter("reports.hand_over").si)
    for post in ops.desks:
        if post != by:
            ops.tell(post, key, value, event)
